package io.meseta.agent.core;

import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ExecutorId;

/** Makes status updates: each with its own id, the agent's id and the time of the event. */
final class Statuses {

  private final Turn turn;
  private final IdMint ids;
  private final AgentIdentity identity;

  Statuses(Turn turn, IdMint ids, AgentIdentity identity) {
    this.turn = turn;
    this.ids = ids;
    this.identity = identity;
  }

  /** What happened to the task itself. */
  TaskStatus.Builder ofTask(AgentTask task, TaskState state) {
    return status(task, state).setSource(TaskStatus.Source.SOURCE_EXECUTOR);
  }

  /** What the agent did with the task, or found out about it. */
  TaskStatus.Builder ofAgent(AgentTask task, TaskState state, TaskStatus.Reason reason) {
    return status(task, state).setSource(TaskStatus.Source.SOURCE_AGENT).setReason(reason);
  }

  private TaskStatus.Builder status(AgentTask task, TaskState state) {
    TaskStatus.Builder status =
        base(task.info().getTaskId(), task.executor(), state)
            .setContainerStatus(task.containerStatus());
    task.healthy().ifPresent(status::setHealthy);
    task.checkStatus().ifPresent(status::setCheckStatus);
    return status;
  }

  /** For a task that the agent never took. */
  TaskStatus.Builder ofRefused(TaskInfo task, TaskState state, TaskStatus.Reason reason) {
    ExecutorId executor =
        task.hasExecutor()
            ? ExecutorId.of(task.getExecutor().getExecutorId())
            : new ExecutorId(task.getTaskId().getValue());
    return base(task.getTaskId(), executor, state)
        .clearUuid()
        .setSource(TaskStatus.Source.SOURCE_AGENT)
        .setReason(reason);
  }

  private TaskStatus.Builder base(TaskID task, ExecutorId executor, TaskState state) {
    return TaskStatus.newBuilder()
        .setTaskId(task)
        .setState(state)
        .setAgentId(identity.idOrThrow().toProto())
        .setExecutorId(executor.toProto())
        .setTimestamp(Nanos.toSeconds(turn.now()))
        .setUuid(ids.updateId());
  }
}
