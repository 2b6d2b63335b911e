package io.meseta.master.core;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the master knows of a task, told to its framework.
 *
 * <p>Explicit (tasks are named), the first row that fits:
 *
 * <pre>
 * known                                               its state
 * its agent has not come back to this master yet      no answer: the client asks again
 * no agent named and any agent has not come back      no answer
 * agent registered                                    TASK_GONE
 * agent unreachable                                   TASK_UNREACHABLE, with the time
 * agent marked gone                                   TASK_GONE_BY_OPERATOR
 * agent unknown, or none named                        TASK_UNKNOWN
 * </pre>
 *
 * Implicit (no task is named): one answer for each task that the master holds for the framework.
 */
final class Reconciliation {

  private final Cluster cluster;
  private final Tasks tasks;

  Reconciliation(Cluster cluster, Tasks tasks) {
    this.cluster = cluster;
    this.tasks = tasks;
  }

  void reconcile(Framework framework, Call.Reconcile call, Instant at) {
    if (call.getTasksCount() == 0) {
      for (MasterTask task : new ArrayList<>(framework.tasks.values())) {
        answerKnown(framework, task, at);
      }
      for (MasterTask task : new ArrayList<>(framework.unreachableTasks.values())) {
        answerKnown(framework, task, at);
      }
      return;
    }
    for (Call.Reconcile.Task task : call.getTasksList()) {
      answer(
          framework,
          TaskId.of(task.getTaskId()),
          task.hasAgentId() ? AgentId.of(task.getAgentId()) : null,
          at);
    }
  }

  /** Answers for one task, or says nothing while nothing is certain. */
  void answer(Framework framework, TaskId taskId, @Nullable AgentId agentId, Instant at) {
    MasterTask known = framework.tasks.get(taskId);
    if (known == null) {
      known = framework.unreachableTasks.get(taskId);
    }
    if (known != null) {
      answerKnown(framework, known, at);
      return;
    }
    TaskStatus.Builder status = verdict(taskId, agentId, at);
    if (status != null) {
      if (agentId != null) {
        status.setAgentId(agentId.toProto());
      }
      tasks.tell(framework, status.setReason(TaskStatus.Reason.REASON_RECONCILIATION).build());
    }
  }

  private TaskStatus.@Nullable Builder verdict(
      TaskId taskId, @Nullable AgentId agentId, Instant at) {
    if (agentId == null) {
      return cluster.agents.values().stream().anyMatch(a -> a.state() == AgentState.RECOVERED)
          ? null
          : Statuses.about(taskId, TaskState.TASK_UNKNOWN, at)
              .setMessage("Reconciliation: the task is not known");
    }
    Agent agent = cluster.agents.get(agentId);
    if (agent == null) {
      return Statuses.about(taskId, TaskState.TASK_UNKNOWN, at)
          .setMessage("Reconciliation: neither the task nor its agent is known");
    }
    return switch (agent.state()) {
      case RECOVERED -> null;
      case CONNECTED, DISCONNECTED ->
          Statuses.about(taskId, TaskState.TASK_GONE, at)
              .setMessage("Reconciliation: the agent is registered and does not have the task");
      case UNREACHABLE -> {
        TaskStatus.Builder status =
            Statuses.about(taskId, TaskState.TASK_UNREACHABLE, at)
                .setMessage("Reconciliation: the agent is unreachable");
        agent.unreachableSince.ifPresent(since -> status.setUnreachableTime(Times.info(since)));
        yield status;
      }
      case GONE ->
          Statuses.about(taskId, TaskState.TASK_GONE_BY_OPERATOR, at)
              .setMessage("Reconciliation: the agent was declared gone by an operator");
    };
  }

  private void answerKnown(Framework framework, MasterTask task, Instant at) {
    TaskStatus.Builder status =
        Statuses.about(task, task.state(), at)
            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
            .setMessage("Reconciliation: latest task state");
    int last = task.description().getStatusesCount() - 1;
    if (last >= 0) {
      TaskStatus latest = task.description().getStatuses(last);
      if (latest.hasContainerStatus()) {
        status.setContainerStatus(latest.getContainerStatus());
      }
      if (latest.hasHealthy()) {
        status.setHealthy(latest.getHealthy());
      }
    }
    if (task.state() == TaskState.TASK_UNREACHABLE) {
      Agent agent = cluster.agents.get(task.agent);
      if (agent != null) {
        agent.unreachableSince.ifPresent(since -> status.setUnreachableTime(Times.info(since)));
      }
    }
    tasks.tell(framework, status.build());
  }
}
