package io.meseta.testkit.simulation.check;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;

/** Whether what an agent says of a task's end is what its executor said, or what became of that. */
final class ExecutorTruth {
  private ExecutorTruth() {}

  /**
   * What contradicts the status, in words; empty when nothing does.
   *
   * @param drained the agent was told to end all that it runs since it has the task
   * @param alive whether the executor's container is there
   */
  static String contradiction(TaskHistory task, TaskStatus status, boolean drained, boolean alive) {
    if (task.isAlive()) {
      return "its executor has it: " + task.fate;
    }
    TaskState said = task.executorSaid;
    TaskState state = status.getState();
    if (state == said) {
      return "";
    }
    boolean killed = task.killAsked || drained || isOfKilledGroup(task);
    return switch (state) {
      case TASK_KILLED ->
          killed && (said == null || said == TaskState.TASK_KILLED || !alive)
              ? ""
              : "nobody has asked for its end, or " + ending(task, alive);
      case TASK_GONE_BY_OPERATOR -> drained ? "" : "nobody drains its agent";
      case TASK_FAILED -> failed(task, status, alive);
      case TASK_GONE -> alive ? ending(task, alive) : "";
      case TASK_DROPPED ->
          said == null && (task.fate != TaskHistory.Fate.ENDED || task.vanished)
              ? ""
              : ending(task, alive);
      case TASK_ERROR ->
          task.fate == TaskHistory.Fate.NONE ? "" : "its executor had it: " + ending(task, alive);
      default -> ending(task, alive);
    };
  }

  /** A group that waits for its executor ends whole. */
  private static boolean isOfKilledGroup(TaskHistory task) {
    TaskGroup group = task.group;
    return group != null && task.fate == TaskHistory.Fate.NONE && group.mayBeKilled();
  }

  private static String failed(TaskHistory task, TaskStatus status, boolean alive) {
    if (status.getReason() == TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED) {
      return task.timeLimited ? "" : "its time was not limited";
    }
    return alive ? ending(task, alive) : "";
  }

  private static String ending(TaskHistory task, boolean alive) {
    return "its executor "
        + (alive ? "is there and" : "has ended and")
        + (task.executorSaid == null ? " has said nothing" : " has said " + task.executorSaid)
        + ", the task is "
        + task.fate;
  }
}
