package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskState;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskLifecycleTest {

  private static final Set<TaskState> LIVE =
      EnumSet.of(
          TaskState.TASK_STAGING,
          TaskState.TASK_STARTING,
          TaskState.TASK_RUNNING,
          TaskState.TASK_KILLING,
          TaskState.TASK_UNREACHABLE);

  /** Every pair of states, against the rules in words. */
  @Test
  void theWholeMatrix() {
    for (TaskState from : TaskState.values()) {
      for (TaskState to : TaskState.values()) {
        assertThat(TaskLifecycle.isLegal(from, to))
            .as(from + " to " + to)
            .isEqualTo(legal(from, to));
      }
    }
  }

  private static boolean legal(TaskState from, TaskState to) {
    if (!LIVE.contains(from) || from == to || to == TaskState.TASK_UNKNOWN) {
      return false;
    }
    if (TaskLifecycle.isTerminal(to) || to == TaskState.TASK_UNREACHABLE) {
      return true;
    }
    return from == TaskState.TASK_UNREACHABLE || progress(from) < progress(to);
  }

  private static int progress(TaskState state) {
    return switch (state) {
      case TASK_STAGING -> 0;
      case TASK_STARTING -> 1;
      case TASK_RUNNING -> 2;
      case TASK_KILLING -> 3;
      default -> throw new IllegalArgumentException(state.name());
    };
  }

  @Test
  void terminalStatesAreThoseOfTheReference() {
    assertThat(EnumSet.allOf(TaskState.class).stream().filter(TaskLifecycle::isTerminal))
        .containsExactlyInAnyOrder(
            TaskState.TASK_FINISHED,
            TaskState.TASK_FAILED,
            TaskState.TASK_KILLED,
            TaskState.TASK_LOST,
            TaskState.TASK_ERROR,
            TaskState.TASK_DROPPED,
            TaskState.TASK_GONE,
            TaskState.TASK_GONE_BY_OPERATOR);
  }
}
