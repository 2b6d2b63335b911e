package io.meseta.master.core;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.TaskId;
import java.time.Instant;

/** Makes the status updates that the master itself answers with. They are never acknowledged. */
final class Statuses {

  private Statuses() {}

  /** An update about a task that the master may know nothing of. */
  static TaskStatus.Builder about(TaskId task, TaskState state, Instant at) {
    return TaskStatus.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task.value()))
        .setState(state)
        .setSource(TaskStatus.Source.SOURCE_MASTER)
        .setTimestamp(Cluster.seconds(at));
  }

  /** An update about a known task. */
  static TaskStatus.Builder about(MasterTask task, TaskState state, Instant at) {
    TaskStatus.Builder status = about(task.id, state, at).setAgentId(task.agent.toProto());
    if (task.description().hasExecutorId()) {
      status.setExecutorId(task.description().getExecutorId());
    }
    return status;
  }

  /**
   * The state in the words of this framework: one that is not partition-aware knows the newer
   * states only as TASK_LOST.
   */
  static TaskState inWordsOf(Framework framework, TaskState state) {
    if (framework.can(FrameworkInfo.Capability.Type.PARTITION_AWARE)) {
      return state;
    }
    return switch (state) {
      case TASK_DROPPED, TASK_UNREACHABLE, TASK_GONE, TASK_GONE_BY_OPERATOR, TASK_UNKNOWN ->
          TaskState.TASK_LOST;
      case TASK_STAGING,
          TASK_STARTING,
          TASK_RUNNING,
          TASK_KILLING,
          TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_ERROR,
          TASK_LOST ->
          state;
    };
  }

  /** As in Mesos, who does not know partitions hears of one reason for the loss of an agent. */
  private static TaskStatus inOldWords(TaskStatus status, TaskState state) {
    TaskStatus.Builder told = status.toBuilder().setState(state);
    if (status.getReason() == TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR) {
      told.setReason(TaskStatus.Reason.REASON_AGENT_REMOVED);
    }
    return told.build();
  }

  /** The event that carries this status to this framework. */
  static Event update(Framework framework, TaskStatus status) {
    TaskState state = inWordsOf(framework, status.getState());
    TaskStatus told = state == status.getState() ? status : inOldWords(status, state);
    return Event.newBuilder()
        .setType(Event.Type.UPDATE)
        .setUpdate(Event.Update.newBuilder().setStatus(told))
        .build();
  }
}
