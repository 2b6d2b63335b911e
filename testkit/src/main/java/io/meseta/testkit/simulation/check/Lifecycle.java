package io.meseta.testkit.simulation.check;

import io.meseta.api.v1.TaskState;

/** Task states, as the protocol means them; told apart from the cores' own tables on purpose. */
final class Lifecycle {
  private Lifecycle() {}

  static boolean isTerminal(TaskState state) {
    return switch (state) {
      case TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_LOST,
          TASK_ERROR,
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

  /** What a framework that is not aware of partitions is told. */
  static TaskState forOlderFrameworks(TaskState state) {
    return switch (state) {
      case TASK_DROPPED, TASK_UNREACHABLE, TASK_GONE, TASK_GONE_BY_OPERATOR, TASK_UNKNOWN ->
          TaskState.TASK_LOST;
      default -> state;
    };
  }
}
