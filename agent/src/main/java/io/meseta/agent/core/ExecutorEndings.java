package io.meseta.agent.core;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_AGENT_RESTARTED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_EXECUTOR_TERMINATED;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.api.v1.TaskStatus;
import java.util.Locale;

/**
 * What the end of an executor means for a task that has not ended before. Pure: decides, changes
 * nothing.
 *
 * <p>In this order: an end of the task that was ordered is told as ordered; then why the agent
 * ended the executor, if it did of its own accord; then a shutdown that was ordered; then how the
 * container ended.
 */
final class ExecutorEndings {

  /** What waitpid would say where nobody knows. */
  static final int UNKNOWN_STATUS = -1;

  private static final int SIGNAL_BASE = 128;
  private static final int EXIT_CODE_SHIFT = 8;

  private final Statuses statuses;
  private final ContainerEnds ends;

  ExecutorEndings(Statuses statuses) {
    this.statuses = statuses;
    this.ends = new ContainerEnds(statuses);
  }

  TaskStatus exited(AgentExecutor executor, AgentTask task, ContainerExit exit) {
    if (task.completionTimeWasReached() || task.killOrdered()) {
      return ends.exited(task, exit);
    }
    if (executor.ending().isPresent()) {
      return because(task, executor.ending().get());
    }
    if (executor.state() == ExecutorState.TERMINATING) {
      return shutDown(task);
    }
    if (exit.fault().isPresent() || exit.outOfMemory()) {
      return ends.exited(task, exit);
    }
    if (exit.exitCode().isEmpty()) {
      return statuses
          .ofAgent(task, TASK_GONE, REASON_EXECUTOR_TERMINATED)
          .setMessage("The executor vanished, how it ended is not known")
          .build();
    }
    String detail = exit.detail().isEmpty() ? "" : ": " + exit.detail();
    return statuses
        .ofAgent(task, TASK_FAILED, REASON_EXECUTOR_TERMINATED)
        .setMessage(
            "The executor exited with status "
                + exit.exitCode().getAsInt()
                + " before the task had ended"
                + detail)
        .build();
  }

  private TaskStatus because(AgentTask task, AgentExecutor.Ending why) {
    return statuses.ofAgent(task, TASK_FAILED, why.reason()).setMessage(why.message()).build();
  }

  private TaskStatus shutDown(AgentTask task) {
    return statuses
        .ofAgent(task, TASK_KILLED, REASON_EXECUTOR_TERMINATED)
        .setMessage("The executor was shut down")
        .build();
  }

  TaskStatus launchFailed(
      AgentExecutor executor, AgentTask task, ContainerPhase phase, String reason) {
    if (task.completionTimeWasReached() || task.killOrdered()) {
      return ends.launchFailed(task, phase, reason);
    }
    if (executor.state() == ExecutorState.TERMINATING && executor.ending().isEmpty()) {
      return shutDown(task);
    }
    return statuses
        .ofAgent(task, TASK_FAILED, REASON_CONTAINER_LAUNCH_FAILED)
        .setMessage(
            "The executor could not be launched, "
                + phase.name().toLowerCase(Locale.ROOT)
                + ": "
                + reason)
        .build();
  }

  /** Nothing was launched for it, and nothing will be. */
  TaskStatus neverLaunched(AgentTask task) {
    return task.killOrdered() ? ends.killedDuringLaunch(task) : shutDown(task);
  }

  /** A restarted agent finds no container that was ever started. */
  TaskStatus notFound(AgentTask task) {
    if (task.completionTimeWasReached() || task.killOrdered()) {
      return ends.notFound(task);
    }
    if (task.delivery() == AgentTask.Delivery.QUEUED) {
      return statuses
          .ofAgent(task, TASK_DROPPED, REASON_AGENT_RESTARTED)
          .setMessage("The agent restarted before the executor had the task")
          .build();
    }
    return statuses
        .ofAgent(task, TASK_GONE, REASON_AGENT_RESTARTED)
        .setMessage("The executor vanished while the agent was away")
        .build();
  }

  /** The word that waitpid gives. */
  static int waitStatus(ContainerExit exit) {
    if (exit.exitCode().isEmpty()) {
      return UNKNOWN_STATUS;
    }
    int code = exit.exitCode().getAsInt();
    return code > SIGNAL_BASE ? code - SIGNAL_BASE : code << EXIT_CODE_SHIFT;
  }
}
