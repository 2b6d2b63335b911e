package io.meseta.testkit.simulation.check;

import io.meseta.agent.container.ContainerExit;
import io.meseta.api.v1.TaskStatus;

/** Whether what an agent says of a task's end is what happened to its container. */
final class Truth {
  private Truth() {}

  /**
   * What contradicts the status, in words; empty when nothing does.
   *
   * @param drained the agent was told to end all that it runs since it has the task
   */
  static String contradiction(TaskHistory task, TaskStatus status, boolean drained) {
    if (task.isAlive()) {
      return "its container is " + task.fate;
    }
    return switch (status.getState()) {
      case TASK_FINISHED -> finished(task);
      case TASK_FAILED -> failed(task, status);
      case TASK_KILLED -> killed(task, status, drained);
      case TASK_GONE_BY_OPERATOR -> drained ? "" : "nobody drains its agent";
      case TASK_GONE -> task.vanished ? "" : "its machine has not stopped: " + ending(task);
      case TASK_DROPPED ->
          task.fate == TaskHistory.Fate.ENDED && !task.vanished ? ending(task) : "";
      case TASK_ERROR ->
          task.fate == TaskHistory.Fate.NONE ? "" : "it had a container: " + ending(task);
      default -> "no agent may say that";
    };
  }

  private static String killed(TaskHistory task, TaskStatus status, boolean drained) {
    if (status.getReason() == TaskStatus.Reason.REASON_AGENT_DRAINING) {
      return drained ? "" : "nobody drains its agent";
    }
    TaskGroup group = task.group;
    boolean withOthers = group != null && group.byAgent() && group.mayBeKilled();
    return task.killAsked || withOthers ? "" : "nobody has asked for its end";
  }

  private static String finished(TaskHistory task) {
    ContainerExit exit = task.exit;
    return exit != null && exit.exitCode().orElse(-1) == 0 ? "" : ending(task);
  }

  private static String failed(TaskHistory task, TaskStatus status) {
    boolean forMemory = status.getReason() == TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY;
    if (status.getReason() == TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED) {
      return task.timeLimited ? "" : "its time was not limited";
    }
    ContainerExit exit = task.exit;
    if (task.fate == TaskHistory.Fate.NEVER_STARTED) {
      return forMemory ? "it never started" : "";
    }
    if (exit == null || exit.exitCode().orElse(0) == 0) {
      return ending(task);
    }
    return exit.outOfMemory() == forMemory ? "" : "it says " + status.getReason() + ", " + exit;
  }

  private static String ending(TaskHistory task) {
    ContainerExit exit = task.exit;
    return "its container is " + task.fate + (exit == null ? "" : ", " + exit);
  }
}
