package io.meseta.agent.core;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.UpdateContainer;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.config.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the container of an executor is: the command or the image of its ExecutorInfo, large enough
 * for itself and the tasks that it has.
 */
final class ExecutorSpecs {

  private final CoreContext context;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final AgentSettings settings;

  ExecutorSpecs(CoreContext context, Frameworks frameworks, Tasks tasks, AgentSettings settings) {
    this.context = context;
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.settings = settings;
  }

  ContainerSpec of(AgentExecutor executor) {
    return new ContainerSpec(
        executor.container(),
        context.identity().idOrThrow(),
        executor.key().framework(),
        executor.key().executor(),
        frameworks.of(executor).info().getUser(),
        ContainerSpec.Kind.EXECUTOR,
        sized(executor),
        environment(executor));
  }

  /** Its tasks are others now, and so is what its container may use. */
  void resize(AgentExecutor executor) {
    switch (executor.stage()) {
      case ORDERED, PREPARED, STARTED ->
          context.order(new UpdateContainer(executor.container(), sized(executor)));
      case PARKED, IN_DOUBT, ENDED -> {}
    }
  }

  private TaskInfo sized(AgentExecutor executor) {
    ExecutorInfo info = executor.info();
    TaskInfo.Builder description =
        TaskInfo.newBuilder()
            .setName(info.hasName() ? info.getName() : info.getExecutorId().getValue())
            .setTaskId(
                io.meseta.api.v1.TaskID.newBuilder().setValue(info.getExecutorId().getValue()))
            .setAgentId(context.identity().idOrThrow().toProto())
            .addAllResources(info.getResourcesList());
    if (info.hasCommand()) {
      description.setCommand(info.getCommand());
    }
    if (info.hasContainer()) {
      description.setContainer(info.getContainer());
    }
    if (info.hasLabels()) {
      description.setLabels(info.getLabels());
    }
    List<AgentTask> live = tasks.liveOf(executor.key());
    live.forEach(task -> description.addAllResources(task.info().getResourcesList()));
    limit(description, "cpus", executor, live);
    limit(description, "mem", executor, live);
    return description.build();
  }

  /** Where a task may use more than it asks for, the container may by as much. */
  private static void limit(
      TaskInfo.Builder description, String name, AgentExecutor executor, List<AgentTask> live) {
    if (live.stream().noneMatch(task -> task.info().containsLimits(name))) {
      return;
    }
    double sum = amount(executor.info().getResourcesList(), name);
    for (AgentTask task : live) {
      sum +=
          task.info()
              .getLimitsOrDefault(
                  name,
                  Value.Scalar.newBuilder()
                      .setValue(amount(task.info().getResourcesList(), name))
                      .build())
              .getValue();
    }
    description.putLimits(name, Value.Scalar.newBuilder().setValue(sum).build());
  }

  private static double amount(List<Resource> resources, String name) {
    return resources.stream()
        .filter(resource -> resource.getName().equals(name))
        .mapToDouble(resource -> resource.getScalar().getValue())
        .sum();
  }

  /** How long it may take to end after it was asked to. */
  Duration shutdownGrace(AgentExecutor executor) {
    return executor.info().hasShutdownGracePeriod()
        ? Nanos.toDuration(executor.info().getShutdownGracePeriod())
        : settings.killGrace();
  }

  /**
   * What an executor has to know to find its agent. Its directory is the containerizer's to say
   * (MESOS_SANDBOX and MESOS_DIRECTORY).
   */
  private Map<String, String> environment(AgentExecutor executor) {
    String endpoint =
        settings.ip().orElse(settings.agent().getHostname()) + ":" + settings.agent().getPort();
    ExecutorSettings timing = settings.executors();
    Map<String, String> environment = new TreeMap<>();
    environment.put("MESOS_FRAMEWORK_ID", executor.key().framework().value());
    environment.put("MESOS_EXECUTOR_ID", executor.key().executor().value());
    environment.put("MESOS_SLAVE_ID", context.identity().idOrThrow().value());
    environment.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
    environment.put("MESOS_AGENT_ENDPOINT", endpoint);
    environment.put("MESOS_CHECKPOINT", "1");
    environment.put(
        "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", Durations.print(shutdownGrace(executor)));
    environment.put("MESOS_RECOVERY_TIMEOUT", Durations.print(timing.recoveryTimeout()));
    environment.put(
        "MESOS_SUBSCRIPTION_BACKOFF_MAX", Durations.print(timing.subscriptionBackOffMax()));
    return environment;
  }
}
