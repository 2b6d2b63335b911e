package io.meseta.common.tasks;

import io.meseta.api.v1.TaskState;

/** Which states are which. */
public final class TaskStates {

  private TaskStates() {}

  /**
   * Whether nothing follows, as a rule. TASK_UNREACHABLE and TASK_UNKNOWN are not terminal: the
   * task may still run. TASK_LOST is, although a task that was told as lost may come back with its
   * agent.
   */
  public static boolean isTerminal(TaskState state) {
    return switch (state) {
      case TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_ERROR,
          TASK_LOST,
          TASK_DROPPED,
          TASK_GONE,
          TASK_GONE_BY_OPERATOR ->
          true;
      case TASK_STAGING,
          TASK_STARTING,
          TASK_RUNNING,
          TASK_KILLING,
          TASK_UNREACHABLE,
          TASK_UNKNOWN ->
          false;
    };
  }
}
