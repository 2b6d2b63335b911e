package io.meseta.master.core;

import io.meseta.api.v1.TaskState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
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
 */
final class TaskLifecycle {

  private static final Set<TaskState> TERMINAL =
      EnumSet.of(
          TaskState.TASK_FINISHED,
          TaskState.TASK_FAILED,
          TaskState.TASK_KILLED,
          TaskState.TASK_LOST,
          TaskState.TASK_ERROR,
          TaskState.TASK_DROPPED,
          TaskState.TASK_GONE,
          TaskState.TASK_GONE_BY_OPERATOR);

  private static final Map<TaskState, Set<TaskState>> NEXT = table();

  private TaskLifecycle() {}

  private static Map<TaskState, Set<TaskState>> table() {
    Map<TaskState, Set<TaskState>> next = new EnumMap<>(TaskState.class);
    for (TaskState state : TaskState.values()) {
      next.put(state, EnumSet.noneOf(TaskState.class));
    }
    allow(next, TaskState.TASK_STAGING, TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    allow(next, TaskState.TASK_STAGING, TaskState.TASK_KILLING, TaskState.TASK_UNREACHABLE);
    allow(next, TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);
    allow(next, TaskState.TASK_STARTING, TaskState.TASK_UNREACHABLE);
    allow(next, TaskState.TASK_RUNNING, TaskState.TASK_KILLING, TaskState.TASK_UNREACHABLE);
    allow(next, TaskState.TASK_KILLING, TaskState.TASK_UNREACHABLE);
    allow(next, TaskState.TASK_UNREACHABLE, TaskState.TASK_STAGING, TaskState.TASK_STARTING);
    allow(next, TaskState.TASK_UNREACHABLE, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);
    for (TaskState live :
        EnumSet.of(
            TaskState.TASK_STAGING,
            TaskState.TASK_STARTING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_KILLING,
            TaskState.TASK_UNREACHABLE)) {
      allow(next, live, TERMINAL.toArray(TaskState[]::new));
    }
    return next;
  }

  private static void allow(Map<TaskState, Set<TaskState>> next, TaskState from, TaskState... to) {
    for (TaskState state : to) {
      next.computeIfAbsent(from, ignored -> EnumSet.noneOf(TaskState.class)).add(state);
    }
  }

  /** Whether the task holds no resources any more and will never change again. */
  static boolean isTerminal(TaskState state) {
    return TERMINAL.contains(state);
  }

  static boolean isLegal(TaskState from, TaskState to) {
    return NEXT.getOrDefault(from, EnumSet.noneOf(TaskState.class)).contains(to);
  }
}
