package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.LinuxInfo;
import io.meseta.api.v1.RLimitInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From a task to the container that the engine is asked for. Pure: the same task gives the same
 * container.
 *
 * <p>What this agent does not do is refused by name, and never left out silently.
 */
final class RunConfigs {

  private static final long SHM_UNIT = 1024L * 1024;

  private RunConfigs() {}

  /**
   * Maps a task.
   *
   * @param sandbox of the task, absolute
   * @param hostMemoryBytes of this machine
   * @throws UnsupportedTaskException whose message tells the task's author why not
   */
  static RunConfig of(
      ContainerSpec spec, Path sandbox, long hostMemoryBytes, DockerOptions.Logs logs)
      throws UnsupportedTaskException {
    TaskInfo task = spec.task();
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
    agentEnvironment(spec, sandbox, draft);
    command(task.getCommand(), draft);
    NetworkMapping.apply(task, draft);
    joinNetwork(spec, draft);
    // The sandboxes of one executor lie side by side.
    VolumeMapping.apply(
        container, sandbox, spec.parent().map(id -> sandbox.resolveSibling(id.value())), draft);
    processLimits(container, draft);
    ResourceLimits.of(task, hostMemoryBytes).applyTo(draft.hostConfig);
    draft.labels.putAll(Labels.of(spec));
    // The local driver, as its record of what was written is exact to the byte and the nanosecond.
    draft
        .hostConfig
        .withLogConfig(
            new LogConfig(
                LogConfig.LoggingType.LOCAL,
                Map.of(
                    "max-size",
                    logs.maxFileMib() + "m",
                    "max-file",
                    Integer.toString(logs.maxFiles()),
                    "compress",
                    "false")))
        .withRestartPolicy(RestartPolicy.noRestart());
    return draft.build(
        Labels.engineName(spec.container()),
        container.getDocker().getImage(),
        container.getDocker().getForcePullImage());
  }

  /** A task of a group joins the network of another one, which has the ports and the name. */
  private static void joinNetwork(ContainerSpec spec, RunDraft draft)
      throws UnsupportedTaskException {
    if (spec.networkOf().isEmpty()) {
      return;
    }
    if (spec.task().getContainer().getDocker().getPortMappingsCount() > 0) {
      throw new UnsupportedTaskException(
          "port_mappings: the tasks of a group share the network of its first task, which has to"
              + " map the ports");
    }
    draft.hostname = null;
    draft.hostConfig.withNetworkMode("container:" + Labels.engineName(spec.networkOf().get()));
  }

  private static void requireSupported(TaskInfo task) throws UnsupportedTaskException {
    ContainerInfo container = task.getContainer();
    if (!task.hasContainer() || container.getType() != ContainerInfo.Type.DOCKER) {
      throw new UnsupportedTaskException(
          "this agent runs Docker containers only: the task needs a container of type DOCKER");
    }
    if (container.getDocker().getImage().isBlank()) {
      throw new UnsupportedTaskException("container.docker.image is empty");
    }
    if (task.hasExecutor()) {
      throw new UnsupportedTaskException("executors of frameworks are not supported");
    }
    if (task.getCommand().getUrisCount() > 0) {
      throw new UnsupportedTaskException("command.uris is not supported: nothing would be fetched");
    }
    if (task.hasHealthCheck() || task.hasCheck()) {
      throw new UnsupportedTaskException(
          (task.hasHealthCheck() ? "health_check" : "check") + " is not supported");
    }
    if (container.hasTtyInfo()) {
      throw new UnsupportedTaskException("container.tty_info is not supported");
    }
    LinuxInfo linux = container.getLinuxInfo();
    LinuxInfo onlySize = linux.toBuilder().clearShmSize().clearShareCgroups().build();
    if (!onlySize.equals(LinuxInfo.getDefaultInstance())) {
      throw new UnsupportedTaskException(
          "of container.linux_info only shm_size is supported; use docker.parameters for the rest");
    }
  }

  private static void taskEnvironment(CommandInfo command, RunDraft draft)
      throws UnsupportedTaskException {
    for (Environment.Variable variable : command.getEnvironment().getVariablesList()) {
      if (variable.getType() != Environment.Variable.Type.VALUE || variable.hasSecret()) {
        throw new UnsupportedTaskException(
            "environment variable " + variable.getName() + ": secrets are not supported");
      }
      if (variable.getName().isEmpty() || variable.getName().indexOf('=') >= 0) {
        throw new UnsupportedTaskException(
            "'" + variable.getName() + "' is no name for an environment variable");
      }
      draft.environment.put(variable.getName(), variable.getValue());
    }
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

  private static void processLimits(ContainerInfo container, RunDraft draft)
      throws UnsupportedTaskException {
    if (container.getLinuxInfo().hasShmSize()) {
      draft.hostConfig.withShmSize(container.getLinuxInfo().getShmSize() * SHM_UNIT);
    }
    for (RLimitInfo.RLimit limit : container.getRlimitInfo().getRlimitsList()) {
      if (limit.getType() == RLimitInfo.RLimit.Type.UNKNOWN
          || limit.getType() == RLimitInfo.RLimit.Type.RLMT_AS) {
        throw new UnsupportedTaskException(
            "rlimit_info: " + limit.getType() + " is not supported by Docker");
      }
      String name = limit.getType().name().substring("RLMT_".length()).toLowerCase(Locale.ROOT);
      draft.ulimits.add(
          new Ulimit(
              name,
              limit.hasSoft() ? limit.getSoft() : -1L,
              limit.hasHard() ? limit.getHard() : -1L));
    }
  }
}
