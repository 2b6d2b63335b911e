package io.meseta.agent.http;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Tasks as messages and pages show them. */
final class ShownTasks {

  private ShownTasks() {}

  /** Received, and not yet with its container. */
  static boolean isQueued(TaskView task) {
    return task.state() == TaskState.TASK_STAGING;
  }

  /** With its container. */
  static boolean isLaunched(TaskView task) {
    return !task.ended() && !isQueued(task);
  }

  static List<Task> toProtos(Collection<TaskView> tasks, AgentView agent) {
    return tasks.stream().map(task -> toProto(task, agent)).toList();
  }

  private static Task toProto(TaskView task, AgentView agent) {
    TaskInfo info = task.info();
    Task.Builder proto =
        Task.newBuilder()
            .setName(info.getName())
            .setTaskId(info.getTaskId())
            .setFrameworkId(task.framework().toProto())
            .setAgentId(agent.agent().getId())
            .setState(task.state())
            .addAllResources(info.getResourcesList())
            .putAllLimits(info.getLimitsMap())
            .addAllStatuses(task.statuses());
    if (info.hasExecutor()) {
      proto.setExecutorId(info.getExecutor().getExecutorId());
    }
    if (info.getCommand().hasUser()) {
      proto.setUser(info.getCommand().getUser());
    } else {
      frameworkOf(task, agent.frameworks()).ifPresent(f -> proto.setUser(f.getUser()));
    }
    copyOptional(info, proto);
    return proto.build();
  }

  private static Optional<FrameworkInfo> frameworkOf(
      TaskView task, List<FrameworkInfo> frameworks) {
    return frameworks.stream()
        .filter(framework -> framework.getId().getValue().equals(task.framework().value()))
        .findFirst();
  }

  private static void copyOptional(TaskInfo info, Task.Builder proto) {
    if (info.hasLabels()) {
      proto.setLabels(info.getLabels());
    }
    if (info.hasDiscovery()) {
      proto.setDiscovery(info.getDiscovery());
    }
    if (info.hasContainer()) {
      proto.setContainer(info.getContainer());
    }
    if (info.hasHealthCheck()) {
      proto.setHealthCheck(info.getHealthCheck());
    }
    if (info.hasKillPolicy()) {
      proto.setKillPolicy(info.getKillPolicy());
    }
  }
}
