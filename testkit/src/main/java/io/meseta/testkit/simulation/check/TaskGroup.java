package io.meseta.testkit.simulation.check;

import io.meseta.api.v1.TaskState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that were sent to an agent as one group.
 *
 * @param byAgent whether the agent runs them itself, each in a container of its own; otherwise what
 *     becomes of them is their executor's business, once it has them
 */
record TaskGroup(List<TaskHistory> members, boolean byAgent) {

  /** One that has ended and takes the others with it; null if none has. */
  @Nullable TaskHistory ended() {
    for (TaskHistory task : members) {
      if (task.end != null && task.end != TaskState.TASK_FINISHED) {
        return task;
      }
    }
    return null;
  }

  /** Whether something has happened to one of them that ends all, whether it was told or not. */
  boolean mayBeKilled() {
    for (TaskHistory task : members) {
      boolean badEnd = task.exit != null && task.exit.exitCode().orElse(-1) != 0;
      boolean noTime = task.timeLimited && task.exit != null;
      boolean never = task.fate == TaskHistory.Fate.NEVER_STARTED || task.vanished;
      if (task.killAsked || badEnd || noTime || never) {
        return true;
      }
    }
    return ended() != null;
  }

  boolean isOver() {
    return members.stream().allMatch(TaskHistory::isOver);
  }

  /** What of it is not whole, in words; empty if it is. */
  String broken() {
    TaskHistory ended = ended();
    for (TaskHistory task : members) {
      if (!task.isAlive()) {
        continue;
      }
      if (ended != null) {
        return task + " is " + task.fate + ", but " + ended + " of its group ended " + ended.end;
      }
      for (TaskHistory other : members) {
        if (other.fate == TaskHistory.Fate.NONE && !other.journaled && other.end == null) {
          return task + " is " + task.fate + ", but nobody has " + other + " of its group";
        }
      }
    }
    return "";
  }
}
