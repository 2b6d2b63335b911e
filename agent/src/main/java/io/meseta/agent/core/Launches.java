package io.meseta.agent.core;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks from the master.
 *
 * <p>One write makes the task, its framework and TASK_STARTING durable; then, and not before, the
 * container is ordered and the master told. A task that the agent cannot take is answered:
 *
 * <ul>
 *   <li>one that it can never run: TASK_ERROR, journaled and repeated like any update;
 *   <li>one that it cannot take now, because it could not write it down, its framework is being
 *       ended or the agent drained: TASK_DROPPED, told once and kept nowhere. Nothing was promised,
 *       so nothing can be lost: should the answer get lost with the link, the next registration
 *       does not list the task, and the master draws the same conclusion.
 * </ul>
 */
final class Launches {

  private static final Logger log = LoggerFactory.getLogger(Launches.class);

  private final CoreContext context;
  private final IdMint ids;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final StatusUpdateStreams streams;
  private final Draining draining;
  private final Operations operations;
  private final ContainerEnds ends;

  Launches(
      CoreContext context,
      IdMint ids,
      Frameworks frameworks,
      Tasks tasks,
      StatusUpdateStreams streams,
      Draining draining,
      Operations operations) {
    this.context = context;
    this.ids = ids;
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.streams = streams;
    this.draining = draining;
    this.operations = operations;
    this.ends = new ContainerEnds(context.statuses());
  }

  void run(RunTask order) {
    TaskInfo info = order.getTask();
    TaskKey key =
        new TaskKey(FrameworkId.of(order.getFramework().getId()), TaskId.of(info.getTaskId()));
    if (key.framework().value().isEmpty() || key.task().value().isEmpty()) {
      context.count(AgentCounter.REFUSED_TASKS);
      log.warn("Task {} refused: without both ids nobody can be told of it", key);
    } else if (tasks.find(key).isPresent()) {
      context.count(AgentCounter.DUPLICATE_TASKS);
      log.warn("Task {} ignored: the agent has it already", key);
    } else if (frameworks.find(key.framework()).filter(AgentFramework::isShutDown).isPresent()) {
      drop(key, info, Reason.REASON_FRAMEWORK_REMOVED, "The framework is being ended");
    } else if (draining.isUnderWay()) {
      drop(key, info, Reason.REASON_AGENT_DRAINING, "The agent is being drained");
    } else if (context.journal().failing()) {
      String why = context.journal().failure().orElse("");
      drop(
          key,
          info,
          Reason.REASON_CONTAINER_LAUNCH_FAILED,
          "The agent takes no new task, its journal is not writable: " + why);
    } else if (unknownResources(info).isPresent()) {
      drop(key, info, Reason.REASON_RESOURCES_UNKNOWN, unknownResources(info).orElseThrow());
    } else {
      frameworks.learn(key.framework(), order.getFramework());
      take(new AgentTask(key, info, ids.containerId()));
    }
  }

  /** What an operation should have made and has not: the task would not find its volume. */
  private Optional<String> unknownResources(TaskInfo task) {
    try {
      Resources unknown = operations.unknown(task.getResourcesList());
      return unknown.isEmpty()
          ? Optional.empty()
          : Optional.of("The agent does not know of [" + unknown + "]");
    } catch (ResourceException e) {
      return Optional.of("The task's resources are invalid: " + e.getMessage());
    }
  }

  private void drop(TaskKey key, TaskInfo info, Reason reason, String why) {
    context.count(AgentCounter.REFUSED_TASKS);
    log.warn("Task {} dropped: {}", key, why);
    TaskStatus status =
        context
            .statuses()
            .ofRefused(info.getTaskId(), TaskState.TASK_DROPPED, reason)
            .setMessage(why)
            .build();
    streams.sendOnce(key, status, status.getState());
  }

  private void take(AgentTask task) {
    tasks.add(task);
    Optional<String> refusal = refusal(task.info());
    if (refusal.isPresent()) {
      refuse(task, refusal.get());
      return;
    }
    task.launchOrdered(context.turn().now());
    // Before the update, so that the container does not wait for it.
    context.journal().whenDurable(() -> launch(task));
    tasks.advance(task, context.statuses().ofTask(task, TaskState.TASK_STARTING).build());
  }

  /** Why this agent can never run this task, if it cannot. */
  private Optional<String> refusal(TaskInfo task) {
    AgentId own = context.identity().idOrThrow();
    if (!task.getAgentId().getValue().equals(own.value())) {
      return Optional.of("Task is for agent " + task.getAgentId().getValue() + ", this is " + own);
    }
    Optional<String> check = CheckPlan.refusal(task);
    if (check.isPresent()) {
      return check;
    }
    if (task.hasExecutor()) {
      return Optional.of("Not supported by this agent: custom executors");
    }
    return Optional.empty();
  }

  private void refuse(AgentTask task, String why) {
    context.count(AgentCounter.REFUSED_TASKS);
    log.warn("Task {} refused: {}", task.key(), why);
    tasks.end(
        task,
        context
            .statuses()
            .ofAgent(task, TaskState.TASK_ERROR, Reason.REASON_TASK_INVALID)
            .setMessage(why)
            .build());
  }

  /** The task is written down. */
  private void launch(AgentTask task) {
    if (task.killOrdered()) {
      tasks.end(task, ends.killedDuringLaunch(task));
      return;
    }
    tasks.stage(task, ContainerStage.ORDERED);
    context.order(new LaunchContainer(spec(task)));
  }

  ContainerSpec spec(AgentTask task) {
    return ContainerSpec.ofTask(
        task.container(),
        context.identity().idOrThrow(),
        task.key().framework(),
        task.executor(),
        frameworks.of(task).info().getUser(),
        task.info());
  }
}
