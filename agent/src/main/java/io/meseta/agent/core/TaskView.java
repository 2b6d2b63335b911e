package io.meseta.agent.core;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.tasks.TaskStates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A task as it was at one moment; immutable.
 *
 * @param state the newest state that may be told, that is, the newest durable one
 * @param latest the update that brought that state
 * @param statuses the newest durable update of each state that the task has been in, in order; of a
 *     task that was recovered, from the newest on
 * @param phase how far a launch under way has come; empty before and after
 * @param phaseDetail in words; empty where there is nothing to say
 * @param unacknowledged how many updates the framework has not acknowledged
 */
public record TaskView(
    FrameworkId framework,
    ExecutorId executor,
    ContainerId container,
    TaskInfo info,
    TaskState state,
    Optional<TaskStatus> latest,
    List<TaskStatus> statuses,
    Optional<Instant> started,
    Optional<ContainerPhase> phase,
    String phaseDetail,
    int unacknowledged) {

  static TaskView of(AgentTask task) {
    return new TaskView(
        task.key().framework(),
        task.executor(),
        task.container(),
        task.info(),
        task.toldState(),
        task.told(),
        task.statuses(),
        task.started(),
        task.progress().map(AgentTask.Progress::phase),
        task.progress().map(AgentTask.Progress::detail).orElse(""),
        task.stream().size());
  }

  /** Whether the task has come to its last state. */
  public boolean ended() {
    return TaskStates.isTerminal(state);
  }

  TaskView withInfo(TaskInfo other) {
    return new TaskView(
        framework,
        executor,
        container,
        other,
        state,
        latest,
        statuses,
        started,
        phase,
        phaseDetail,
        unacknowledged);
  }
}
