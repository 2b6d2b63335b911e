package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.google.protobuf.ByteString;
import io.meseta.agent.container.ArgumentSizes;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ResourceLimits;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * From a task to the container that the engine is asked for. Pure: the same task gives the same
 * container.
 *
 * <p>What this agent does not do is refused by name, and never left out silently.
 */
final class RunConfigs {

  private RunConfigs() {}

  /**
   * Maps a task.
   *
   * @throws UnsupportedTaskException whose message tells the task's author why not
   * @throws IllegalArgumentException if its resources cannot be what they are; the message is for
   *     the author, too
   */
  static RunConfig of(ContainerSpec spec, RunContext context) throws UnsupportedTaskException {
    TaskInfo task = MesosContainers.asDocker(spec.task());
    requireSupported(task);
    ContainerInfo container = task.getContainer();
    RunDraft draft = new RunDraft();
    if (container.hasHostname()) {
      draft.hostname = container.getHostname();
    }
    if (task.getCommand().hasUser()) {
      draft.user = task.getCommand().getUser();
    }
    draft.hostConfig.withPrivileged(container.getDocker().getPrivileged());
    taskEnvironment(task.getCommand(), draft);
    ParameterMapping.apply(container.getDocker().getParametersList(), draft);
    agentEnvironment(spec, context.sandbox(), draft);
    command(task.getCommand(), draft);
    NetworkMapping.apply(task, context.network(), draft);
    VolumeMapping.apply(container, context, draft);
    LinuxMapping.apply(container, draft);
    resources(task, context.machine(), draft);
    draft.labels.putAll(Labels.of(spec));
    logs(context.machine().logs(), draft);
    requireSmall(draft);
    return draft.build(
        Labels.engineName(spec.container()),
        container.getDocker().getImage(),
        container.getDocker().getForcePullImage());
  }

  /** What is too large the engine would start nevertheless, and only its log would say why not. */
  private static void requireSmall(RunDraft draft) throws UnsupportedTaskException {
    List<String> arguments = new ArrayList<>(draft.entrypoint);
    arguments.addAll(draft.command);
    Map<String, ByteString> environment = new TreeMap<>();
    draft.environment.forEach(
        (name, value) -> environment.put(name, ByteString.copyFromUtf8(value)));
    Optional<String> trouble = ArgumentSizes.trouble(arguments, environment);
    if (trouble.isPresent()) {
      throw new UnsupportedTaskException(trouble.get());
    }
  }

  private static void resources(TaskInfo task, RunContext.Machine machine, RunDraft draft)
      throws UnsupportedTaskException {
    EngineLimits.apply(ResourceLimits.of(task, machine.hostMemoryBytes()), draft.hostConfig);
    long most = machine.containers().pidsLimit();
    Long wanted = draft.hostConfig.getPidsLimit();
    if (most > 0) {
      boolean less = wanted != null && wanted > 0 && wanted < most;
      draft.hostConfig.withPidsLimit(less ? wanted : Long.valueOf(most));
    }
    long gpus = ResourceLimits.gpus(task);
    if (gpus > 0) {
      draft.hostConfig.withDeviceRequests(
          List.of(
              new DeviceRequest()
                  .withDriver("nvidia")
                  .withCount(Math.toIntExact(gpus))
                  .withCapabilities(List.of(List.of("gpu")))));
    }
    long diskMib = ResourceLimits.diskMib(task);
    if (machine.diskQuota() && diskMib > 0) {
      draft.hostConfig.withStorageOpt(Map.of("size", diskMib + "m"));
    }
  }

  private static void logs(DockerOptions.Logs logs, RunDraft draft) {
    // The local driver, as its record of what was written is exact to the byte and the nanosecond.
    LogConfig config =
        new LogConfig(
            LogConfig.LoggingType.LOCAL,
            Map.of(
                "max-size",
                logs.maxFileMib() + "m",
                "max-file",
                Integer.toString(logs.maxFiles()),
                "compress",
                "false"));
    draft.hostConfig.withLogConfig(config).withRestartPolicy(RestartPolicy.noRestart());
  }

  private static void requireSupported(TaskInfo task) throws UnsupportedTaskException {
    ContainerInfo container = task.getContainer();
    if (!task.hasContainer() || container.getType() != ContainerInfo.Type.DOCKER) {
      throw new UnsupportedTaskException(
          "a Docker container needs a container of type DOCKER, or one of type MESOS with an"
              + " image");
    }
    if (container.getDocker().getImage().isBlank()) {
      throw new UnsupportedTaskException("container.docker.image is empty");
    }
    if (task.hasExecutor()) {
      throw new UnsupportedTaskException("executors of frameworks are not supported");
    }
    if (container.hasTtyInfo()) {
      throw new UnsupportedTaskException("container.tty_info is not supported");
    }
  }

  private static void taskEnvironment(CommandInfo command, RunDraft draft)
      throws UnsupportedTaskException {
    for (Environment.Variable variable : command.getEnvironment().getVariablesList()) {
      if (variable.getName().isEmpty() || variable.getName().indexOf('=') >= 0) {
        throw new UnsupportedTaskException(
            "'" + variable.getName() + "' is no name for an environment variable");
      }
      draft.environment.put(variable.getName(), valueOf(variable));
    }
  }

  private static String valueOf(Environment.Variable variable) throws UnsupportedTaskException {
    String what = "environment variable " + variable.getName();
    return switch (variable.getType()) {
      case VALUE -> variable.getValue();
      case SECRET -> Secrets.valueOf(variable.getSecret(), what).toStringUtf8();
      case UNKNOWN -> throw new UnsupportedTaskException(what + ": its type is not known");
    };
  }

  /** What the agent says; it wins over what the task says under the same name. */
  private static void agentEnvironment(ContainerSpec spec, Path sandbox, RunDraft draft) {
    Map<String, String> environment = draft.environment;
    environment.put("MESOS_SANDBOX", VolumeMapping.SANDBOX_IN_CONTAINER);
    environment.put("MESOS_DIRECTORY", sandbox.toString());
    environment.put("MESOS_CONTAINER_NAME", Labels.engineName(spec.container()));
    if (spec.kind() == ContainerSpec.Kind.TASK) {
      environment.put("MESOS_TASK_ID", spec.task().getTaskId().getValue());
    }
    environment.put("MESOS_EXECUTOR_ID", spec.executor().value());
    environment.put("MESOS_FRAMEWORK_ID", spec.framework().value());
    environment.put("MESOS_AGENT_ID", spec.agent().value());
    // Images made for Mesos read the old name.
    environment.put("MESOS_SLAVE_ID", spec.agent().value());
    for (Resource resource : spec.task().getResourcesList()) {
      if (resource.getAllocationInfo().hasRole()) {
        environment.put("MESOS_ALLOCATION_ROLE", resource.getAllocationInfo().getRole());
        break;
      }
    }
    environment.putAll(spec.environment());
  }

  private static void command(CommandInfo command, RunDraft draft) throws UnsupportedTaskException {
    if (command.getShell() && command.hasValue()) {
      if (!draft.entrypoint.isEmpty()) {
        throw new UnsupportedTaskException(
            "parameter entrypoint contradicts command.shell, whose entry point is /bin/sh");
      }
      draft.entrypoint = List.of("/bin/sh");
      draft.command = List.of("-c", command.getValue());
      return;
    }
    List<String> words = new ArrayList<>();
    if (command.hasValue()) {
      words.add(command.getValue());
    }
    if (!command.getShell()) {
      words.addAll(command.getArgumentsList());
    }
    draft.command = words;
  }
}
