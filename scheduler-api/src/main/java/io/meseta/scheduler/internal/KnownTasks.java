package io.meseta.scheduler.internal;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.Tasks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tasks that are to be reconciled: those that this driver has launched, has heard of, or was
 * asked about, and that have not ended as far as it knows.
 */
final class KnownTasks {

  /**
   * @param agent unknown when the author asked about the task without naming one
   * @param launchedBy the call that launched it, as long as nothing has been heard of the task
   * @param before a task of the same id that was heard of before that call, and has not ended: if
   *     the master refuses the second one, the first one goes on
   */
  private record Known(Optional<AgentID> agent, Optional<Long> launchedBy, Optional<Known> before) {
    Known(Optional<AgentID> agent, Optional<Long> launchedBy) {
      this(agent, launchedBy, Optional.empty());
    }
  }

  private final TreeMap<String, Known> tasks = new TreeMap<>();

  /** An ACCEPT has been sent: its tasks exist from now on, until the contrary is known. */
  void launched(long callId, Call call) {
    for (TaskInfo task : tasksOf(call)) {
      Optional<Known> before = Optional.ofNullable(tasks.get(task.getTaskId().getValue()));
      tasks.put(
          task.getTaskId().getValue(),
          new Known(
              Optional.of(task.getAgentId()),
              Optional.of(callId),
              before.filter(known -> known.launchedBy.isEmpty())));
    }
  }

  /** The ACCEPT was refused: what it was to launch has never existed. */
  void launchRefused(long callId, Call call) {
    for (TaskInfo task : tasksOf(call)) {
      Known known = tasks.get(task.getTaskId().getValue());
      if (known != null && known.launchedBy.equals(Optional.of(callId))) {
        restore(task.getTaskId().getValue(), known);
      }
    }
  }

  void updated(TaskStatus status) {
    String id = status.getTaskId().getValue();
    Known known = tasks.get(id);
    if (known != null && isRefusalOfLaunch(status)) {
      // Perhaps because the id is in use: a task that was heard of before goes on.
      if (known.launchedBy.isPresent()) {
        restore(id, known);
      }
      return;
    }
    if (isOver(status.getState())) {
      tasks.remove(id);
      return;
    }
    Optional<AgentID> agent =
        status.hasAgentId()
            ? Optional.of(status.getAgentId())
            : known == null ? Optional.empty() : known.agent;
    tasks.put(id, new Known(agent, Optional.empty()));
  }

  /** The master's word on a call, and not on a task. */
  private static boolean isRefusalOfLaunch(TaskStatus status) {
    return status.getState() == TaskState.TASK_ERROR
        && !status.hasUuid()
        && status.getReason() != TaskStatus.Reason.REASON_RECONCILIATION;
  }

  private void restore(String id, Known refused) {
    refused.before.ifPresentOrElse(before -> tasks.put(id, before), () -> tasks.remove(id));
  }

  /** The author asks about these: they count as known until the master has answered. */
  void askedFor(List<Call.Reconcile.Task> asked) {
    for (Call.Reconcile.Task task : asked) {
      Optional<AgentID> agent =
          task.hasAgentId() ? Optional.of(task.getAgentId()) : Optional.empty();
      tasks.putIfAbsent(task.getTaskId().getValue(), new Known(agent, Optional.empty()));
    }
  }

  Collection<String> ids() {
    return tasks.keySet();
  }

  boolean contains(String id) {
    return tasks.containsKey(id);
  }

  Call.Reconcile.Task question(String id) {
    Call.Reconcile.Task.Builder question =
        Call.Reconcile.Task.newBuilder().setTaskId(TaskID.newBuilder().setValue(id));
    Known known = tasks.get(id);
    if (known != null) {
      known.agent.ifPresent(question::setAgentId);
    }
    return question.build();
  }

  /**
   * Whether there is nothing left to ask about. TASK_UNKNOWN is not terminal, but the master has
   * nothing more to say of the task: should it come back with its agent, an update tells.
   */
  private static boolean isOver(TaskState state) {
    return state == TaskState.TASK_UNKNOWN || Tasks.isTerminal(state);
  }

  private static List<TaskInfo> tasksOf(Call call) {
    List<TaskInfo> all = new ArrayList<>();
    for (Offer.Operation operation : call.getAccept().getOperationsList()) {
      all.addAll(operation.getLaunch().getTaskInfosList());
      all.addAll(operation.getLaunchGroup().getTaskGroup().getTasksList());
    }
    return all;
  }
}
