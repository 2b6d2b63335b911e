package io.meseta.agent.core;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the agent can take a task, now or at all. */
final class LaunchChecks {

  private static final Logger log = LoggerFactory.getLogger(LaunchChecks.class);

  private final CoreContext context;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final StatusUpdateStreams streams;
  private final Draining draining;
  private final Operations operations;

  LaunchChecks(
      CoreContext context,
      Frameworks frameworks,
      Tasks tasks,
      StatusUpdateStreams streams,
      Draining draining,
      Operations operations) {
    this.context = context;
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.streams = streams;
    this.draining = draining;
    this.operations = operations;
  }

  /** Why a task is not taken now. */
  record Drop(Reason reason, String message) {}

  /** Whether it is not worth an answer: nobody could be told, or the agent has the task already. */
  boolean isIgnored(TaskKey key) {
    if (key.framework().value().isEmpty() || key.task().value().isEmpty()) {
      context.count(AgentCounter.REFUSED_TASKS);
      log.warn("Task {} refused: without both ids nobody can be told of it", key);
      return true;
    }
    if (tasks.find(key).isPresent()) {
      context.count(AgentCounter.DUPLICATE_TASKS);
      log.warn("Task {} ignored: the agent has it already", key);
      return true;
    }
    return false;
  }

  /** Why the agent takes nothing of this framework now, or not what needs these resources. */
  Optional<Drop> dropNow(FrameworkId framework, List<Resource> resources) {
    if (frameworks.find(framework).filter(AgentFramework::isShutDown).isPresent()) {
      return drop(Reason.REASON_FRAMEWORK_REMOVED, "The framework is being ended");
    }
    if (draining.isUnderWay()) {
      return drop(Reason.REASON_AGENT_DRAINING, "The agent is being drained");
    }
    if (context.journal().failing()) {
      return drop(
          Reason.REASON_CONTAINER_LAUNCH_FAILED,
          "The agent takes no new task, its journal is not writable: "
              + context.journal().failure().orElse(""));
    }
    return unknownResources(resources).map(why -> new Drop(Reason.REASON_RESOURCES_UNKNOWN, why));
  }

  static Optional<Drop> drop(Reason reason, String message) {
    return Optional.of(new Drop(reason, message));
  }

  /** What an operation should have made and has not: the task would not find its volume. */
  private Optional<String> unknownResources(List<Resource> resources) {
    try {
      Resources unknown = operations.unknown(resources);
      return unknown.isEmpty()
          ? Optional.empty()
          : Optional.of("The agent does not know of [" + unknown + "]");
    } catch (ResourceException e) {
      return Optional.of("The task's resources are invalid: " + e.getMessage());
    }
  }

  /** Tells, once, that the task is not taken. */
  void tellDropped(TaskKey key, TaskInfo info, Drop drop) {
    context.count(AgentCounter.REFUSED_TASKS);
    log.warn("Task {} dropped: {}", key, drop.message());
    TaskStatus status =
        context
            .statuses()
            .ofRefused(info, TaskState.TASK_DROPPED, drop.reason())
            .setMessage(drop.message())
            .build();
    streams.sendOnce(key, status, status.getState());
  }

  /** Why this agent can never run this task, if it cannot. */
  Optional<String> refusal(TaskInfo task) {
    AgentId own = context.identity().idOrThrow();
    return task.getAgentId().getValue().equals(own.value())
        ? CheckPlan.refusal(task)
        : Optional.of("Task is for agent " + task.getAgentId().getValue() + ", this is " + own);
  }

  /** Ends a task, which has been added, as one that can never run. */
  void refuse(AgentTask task, Reason reason, String why) {
    context.count(AgentCounter.REFUSED_TASKS);
    log.warn("Task {} refused: {}", task.key(), why);
    tasks.end(
        task,
        context.statuses().ofAgent(task, TaskState.TASK_ERROR, reason).setMessage(why).build());
  }
}
