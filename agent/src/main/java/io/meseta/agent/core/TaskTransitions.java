package io.meseta.agent.core;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_ERROR;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_GONE_BY_OPERATOR;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_KILLING;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STAGING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;

import io.meseta.api.v1.TaskState;
import io.meseta.common.runtime.LifecycleTable;
import io.meseta.common.tasks.TaskStates;

/**
 * The lifecycle of a task on an agent, as a table.
 *
 * <pre>
 * STAGING  ─► STARTING   accepted, its launch is journaled
 *          ─► ERROR      this agent can never run it
 * STARTING ─► RUNNING    the container runs
 *          ─► DROPPED    a restarted agent finds that its container never came to be
 *          ─► FINISHED | FAILED | KILLED | GONE   ended before anybody saw it run
 *          ─► GONE_BY_OPERATOR   killed before, as of RUNNING
 * RUNNING  ─► KILLING    a kill was ordered, and the framework wants to know
 *          ─► FINISHED | FAILED | KILLED
 *          ─► GONE       the container vanished, nobody knows how it ended
 *          ─► GONE_BY_OPERATOR   killed, because the agent is drained to be given up
 * KILLING  ─► KILLED | GONE_BY_OPERATOR   whatever the exit code: this end was ordered
 * </pre>
 *
 * <p>The agent always speaks the partition-aware states (DROPPED, GONE); the master translates for
 * frameworks that do not know them. GONE_BY_OPERATOR is the exception: a framework that does not
 * know it is told KILLED. The other states of the protocol (LOST, UNREACHABLE, UNKNOWN) are the
 * master's to say.
 */
final class TaskTransitions {

  static final LifecycleTable<TaskState> TABLE =
      LifecycleTable.named("task", TaskState.class)
          .allow(TASK_STAGING, TASK_STARTING, TASK_ERROR)
          .allow(
              TASK_STARTING,
              TASK_RUNNING,
              TASK_FINISHED,
              TASK_FAILED,
              TASK_KILLED,
              TASK_DROPPED,
              TASK_GONE,
              TASK_GONE_BY_OPERATOR)
          .allow(
              TASK_RUNNING,
              TASK_KILLING,
              TASK_FINISHED,
              TASK_FAILED,
              TASK_KILLED,
              TASK_GONE,
              TASK_GONE_BY_OPERATOR)
          .allow(TASK_KILLING, TASK_KILLED, TASK_GONE_BY_OPERATOR)
          .build();

  private TaskTransitions() {}

  static boolean legal(TaskState from, TaskState to) {
    return TABLE.isLegal(from, to);
  }

  /** A terminal state absorbs: nothing follows it. */
  static boolean terminal(TaskState state) {
    return TaskStates.isTerminal(state);
  }
}
