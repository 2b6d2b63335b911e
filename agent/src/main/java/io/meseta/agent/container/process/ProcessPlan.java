package io.meseta.agent.container.process;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ArgumentSizes;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ResourceLimits;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.LinuxInfo;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a task is run as a plain process: every rule of how its fields become a program, variables,
 * links and limits. Pure: the same task gives the same plan.
 *
 * <p>What a plain process cannot have is refused by name, and never left out silently.
 *
 * @param sandbox where it runs
 * @param arguments program and arguments
 * @param environment all of it: nothing of the agent's is added
 * @param links what the sandbox shows of other directories
 * @param rlimits options of {@code prlimit}
 */
record ProcessPlan(
    Path sandbox,
    List<String> arguments,
    Map<String, ByteString> environment,
    VolumeLinks links,
    List<String> rlimits,
    ResourceLimits limits) {

  /**
   * Maps a task.
   *
   * @param path where programs are looked for, unless the task says so itself
   * @param hostMemoryBytes of this machine
   * @throws RefusedException whose message tells the task's author why not
   */
  static ProcessPlan of(
      ContainerSpec spec, VolumeLinks.Roots roots, String path, long hostMemoryBytes)
      throws RefusedException {
    TaskInfo task = spec.task();
    requireSupported(task);
    ResourceLimits limits;
    try {
      limits = ResourceLimits.of(task, hostMemoryBytes);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
    ProcessPlan plan =
        new ProcessPlan(
            roots.sandbox(),
            arguments(task.getCommand()),
            TaskEnvironment.of(spec, roots.sandbox(), path),
            VolumeLinks.of(task.getContainer().getVolumesList(), roots),
            RlimitOptions.of(task.getContainer().getRlimitInfo()),
            limits);
    requireSmall(plan.arguments(), plan.environment());
    return plan;
  }

  static void requireSmall(List<String> arguments, Map<String, ByteString> environment)
      throws RefusedException {
    Optional<String> trouble = ArgumentSizes.trouble(arguments, environment);
    if (trouble.isPresent()) {
      throw new RefusedException(trouble.get());
    }
  }

  private static void requireSupported(TaskInfo task) throws RefusedException {
    if (task.hasContainer()) {
      requireSupported(task.getContainer());
    }
    for (Resource resource : task.getResourcesList()) {
      if (resource.getName().equals("gpus")) {
        throw new RefusedException("resource gpus needs a container of type DOCKER");
      }
    }
  }

  private static void requireSupported(ContainerInfo container) throws RefusedException {
    if (container.getType() == ContainerInfo.Type.DOCKER || container.getMesos().hasImage()) {
      throw new RefusedException("a container with an image is no plain process");
    }
    if (container.hasHostname()) {
      throw new RefusedException("container.hostname: a plain process has the machine's");
    }
    if (container.hasTtyInfo()) {
      throw new RefusedException("container.tty_info is not supported");
    }
    for (NetworkInfo network : container.getNetworkInfosList()) {
      if (network.hasName() || network.getPortMappingsCount() > 0) {
        throw new RefusedException(
            "container.network_infos: a plain process shares the machine's network; named networks"
                + " and port mappings need a container of type DOCKER");
      }
    }
    LinuxInfo unknown =
        container.getLinuxInfo().toBuilder().clearShareCgroups().clearSharePidNamespace().build();
    if (!unknown.equals(LinuxInfo.getDefaultInstance())) {
      throw new RefusedException(
          "container.linux_info is not supported for a plain process, but for share_cgroups and"
              + " share_pid_namespace");
    }
  }

  private static List<String> arguments(CommandInfo command) throws RefusedException {
    if (!command.hasValue()) {
      throw new RefusedException("command.value is missing: there is nothing to run");
    }
    if (command.getShell()) {
      return List.of("/bin/sh", "-c", command.getValue());
    }
    return CommandArguments.of(command.getValue(), command.getArgumentsList());
  }
}
