package io.meseta.master.core;

import static io.meseta.api.v1.TaskState.TASK_KILLING;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STAGING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;
import static io.meseta.api.v1.TaskState.TASK_UNREACHABLE;

import io.meseta.api.v1.TaskState;
import io.meseta.common.runtime.LifecycleTable;
import io.meseta.common.tasks.TaskStates;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The life of a task as the master sees it.
 *
 * <pre>
 * STAGING ──► STARTING ──► RUNNING ──► KILLING ──► any terminal state
 *    └────────────┴───────────┴─ each may skip ahead, and end in any terminal state
 * any live state ──► UNREACHABLE ──► any live or terminal state, when the agent is back
 * </pre>
 *
 * <p>Terminal states absorb. Going back (RUNNING to STARTING) is illegal: agents send updates in
 * order, so it is a late or repeated message, and changes nothing.
 *
 * <p>Who says what: an agent the live states and all ends but the following; the master DROPPED
 * (launched, and the agent came back without ever having had it), GONE (the agent came back without
 * it any more), UNREACHABLE, and GONE_BY_OPERATOR, which an agent says of what it has killed
 * because it is drained to be given up.
 */
final class TaskLifecycle {

  private static final Set<TaskState> TERMINAL =
      EnumSet.copyOf(Arrays.stream(TaskState.values()).filter(TaskStates::isTerminal).toList());

  static final LifecycleTable<TaskState> TABLE =
      LifecycleTable.named("task", TaskState.class)
          .allow(TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE)
          .allow(TASK_STAGING, TERMINAL)
          .allow(TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE)
          .allow(TASK_STARTING, TERMINAL)
          .allow(TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE)
          .allow(TASK_RUNNING, TERMINAL)
          .allow(TASK_KILLING, TASK_UNREACHABLE)
          .allow(TASK_KILLING, TERMINAL)
          .allow(TASK_UNREACHABLE, TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING)
          .allow(TASK_UNREACHABLE, TERMINAL)
          .build();

  private TaskLifecycle() {}

  /** Whether the task holds no resources any more and will never change again. */
  static boolean isTerminal(TaskState state) {
    return TERMINAL.contains(state);
  }

  /** Whether an agent can know such a thing of its own task. */
  static boolean isReportable(TaskState state) {
    return switch (state) {
      case TASK_STAGING,
          TASK_STARTING,
          TASK_RUNNING,
          TASK_KILLING,
          TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_LOST,
          TASK_ERROR,
          TASK_DROPPED,
          TASK_GONE,
          TASK_GONE_BY_OPERATOR ->
          true;
      case TASK_UNREACHABLE, TASK_UNKNOWN -> false;
    };
  }

  static boolean isLegal(TaskState from, TaskState to) {
    return TABLE.isLegal(from, to);
  }
}
