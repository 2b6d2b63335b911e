package io.meseta.agent.core;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_ERROR;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_GONE_BY_OPERATOR;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_KILLING;
import static io.meseta.api.v1.TaskState.TASK_LOST;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STAGING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;

import io.meseta.api.v1.TaskState;
import io.meseta.common.runtime.LifecycleTable;

/**
 * The life of a task that runs inside a framework's executor, as a table.
 *
 * <p>Its states are the executor's to say, and the executor may leave out any of them on the way to
 * the end. What the agent itself says: DROPPED (the executor never had it), KILLED of one that
 * waited for its executor, FAILED or GONE when the executor has ended before its task, ERROR of one
 * that cannot join the executor, GONE_BY_OPERATOR in place of a KILLED while the agent is drained
 * to be given up. LOST is what older executors say.
 */
final class ExecutorTaskTransitions {

  static final LifecycleTable<TaskState> TABLE =
      LifecycleTable.named("executor's task", TaskState.class)
          .allow(
              TASK_STAGING,
              TASK_STARTING,
              TASK_RUNNING,
              TASK_KILLING,
              TASK_FINISHED,
              TASK_FAILED,
              TASK_KILLED,
              TASK_ERROR,
              TASK_LOST,
              TASK_DROPPED,
              TASK_GONE,
              TASK_GONE_BY_OPERATOR)
          .allow(
              TASK_STARTING,
              TASK_RUNNING,
              TASK_KILLING,
              TASK_FINISHED,
              TASK_FAILED,
              TASK_KILLED,
              TASK_ERROR,
              TASK_LOST,
              TASK_GONE,
              TASK_GONE_BY_OPERATOR)
          .allow(
              TASK_RUNNING,
              TASK_KILLING,
              TASK_FINISHED,
              TASK_FAILED,
              TASK_KILLED,
              TASK_ERROR,
              TASK_LOST,
              TASK_GONE,
              TASK_GONE_BY_OPERATOR)
          .allow(
              TASK_KILLING,
              TASK_FINISHED,
              TASK_FAILED,
              TASK_KILLED,
              TASK_ERROR,
              TASK_LOST,
              TASK_GONE,
              TASK_GONE_BY_OPERATOR)
          .build();

  private ExecutorTaskTransitions() {}

  /** What an executor may say of a task, if the task's state allows it. */
  static boolean isForExecutorsToSay(TaskState state) {
    return switch (state) {
      case TASK_STARTING,
          TASK_RUNNING,
          TASK_KILLING,
          TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_ERROR,
          TASK_LOST ->
          true;
      case TASK_STAGING,
          TASK_DROPPED,
          TASK_UNREACHABLE,
          TASK_GONE,
          TASK_GONE_BY_OPERATOR,
          TASK_UNKNOWN ->
          false;
    };
  }

  /** Whether it is news that may follow; the same state once more may, until the end. */
  static boolean mayFollow(TaskState from, TaskState to) {
    return from == to ? !TaskTransitions.terminal(from) : TABLE.isLegal(from, to);
  }
}
