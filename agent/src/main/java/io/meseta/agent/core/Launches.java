package io.meseta.agent.core;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.util.Optional;

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

  private final CoreContext context;
  private final IdMint ids;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final Executors executors;
  private final LaunchChecks checks;
  private final ContainerEnds ends;

  Launches(
      CoreContext context,
      IdMint ids,
      Frameworks frameworks,
      Tasks tasks,
      Executors executors,
      LaunchChecks checks) {
    this.context = context;
    this.ids = ids;
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.executors = executors;
    this.checks = checks;
    this.ends = new ContainerEnds(context.statuses());
  }

  /** Takes a task without an executor of its own. */
  void run(RunTask order) {
    TaskInfo info = order.getTask();
    TaskKey key =
        new TaskKey(FrameworkId.of(order.getFramework().getId()), TaskId.of(info.getTaskId()));
    if (checks.isIgnored(key)) {
      return;
    }
    Optional<LaunchChecks.Drop> drop = checks.dropNow(key.framework(), info.getResourcesList());
    if (drop.isPresent()) {
      checks.tellDropped(key, info, drop.get());
      return;
    }
    frameworks.learn(key.framework(), order.getFramework());
    AgentTask task = new AgentTask(key, info, ids.containerId());
    tasks.add(task);
    Optional<String> wrong = checks.refusal(info);
    if (wrong.isPresent()) {
      checks.refuse(task, Reason.REASON_TASK_INVALID, wrong.get());
    } else {
      take(task);
    }
  }

  /** Writes the task down, and launches it then. */
  void take(AgentTask task) {
    // Before the update, so that the container does not wait for it.
    context.journal().whenDurable(() -> launch(task));
    task.launchOrdered(context.turn().now());
    tasks.advance(task, context.statuses().ofTask(task, TaskState.TASK_STARTING).build());
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
    ContainerSpec alone =
        ContainerSpec.ofTask(
            task.container(),
            context.identity().idOrThrow(),
            task.key().framework(),
            task.executor(),
            frameworks.of(task).info().getUser(),
            task.info());
    return Groups.shared(alone, task, executors.of(task), tasks);
  }
}
