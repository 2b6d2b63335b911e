package io.meseta.agent.core;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.time.Instant;
import java.util.Optional;

/**
 * A task as it was at one moment; immutable.
 *
 * @param state the newest state that may be told, that is, the newest durable one
 * @param latest the update that brought that state
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
        task.started(),
        task.progress().map(AgentTask.Progress::phase),
        task.progress().map(AgentTask.Progress::detail).orElse(""),
        task.stream().size());
  }
}
