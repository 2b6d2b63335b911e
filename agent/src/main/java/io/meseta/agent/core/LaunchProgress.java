package io.meseta.agent.core;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.api.v1.TaskState;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells frameworks how far a slow launch is: a pull or a download that takes its time is seen in
 * the task's status message, as a further TASK_STARTING.
 *
 * <p>Only when it is slow, not often, and not before all earlier updates of the task are
 * acknowledged: a framework that does not keep up is not given more to do.
 */
final class LaunchProgress {

  private static final Duration FIRST_AFTER = Duration.ofSeconds(2);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final CoreContext context;
  private final Tasks tasks;

  LaunchProgress(CoreContext context, Tasks tasks) {
    this.context = context;
    this.tasks = tasks;
  }

  void progressed(AgentTask task, ContainerPhase phase, String detail) {
    task.progressed(new AgentTask.Progress(phase, detail));
    if (isSlowPhase(phase) && !detail.isEmpty() && isDue(task)) {
      task.progressTold(context.turn().now());
      tasks.refresh(
          task,
          context.statuses().ofTask(task, TaskState.TASK_STARTING).setMessage(detail).build());
    }
  }

  private static boolean isSlowPhase(ContainerPhase phase) {
    return switch (phase) {
      case FETCHING, PULLING -> true;
      case QUEUED, PREPARING, CREATING, STARTING -> false;
    };
  }

  private boolean isDue(AgentTask task) {
    Instant now = context.turn().now();
    return task.state() == TaskState.TASK_STARTING
        && !task.killOrdered()
        && task.stream().isEmpty()
        && task.launchOrdered().filter(at -> !now.isBefore(at.plus(FIRST_AFTER))).isPresent()
        && task.progressTold().filter(at -> now.isBefore(at.plus(INTERVAL))).isEmpty();
  }
}
