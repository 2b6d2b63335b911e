package io.meseta.agent.session;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.util.Optional;
import java.util.function.Supplier;

/** The containers of tasks, as the agent shows them. */
public final class ViewedContainers implements RunningContainers {

  private final Supplier<AgentView> view;
  private final Sandboxes sandboxes;

  public ViewedContainers(Supplier<AgentView> view, Sandboxes sandboxes) {
    this.view = view;
    this.sandboxes = sandboxes;
  }

  @Override
  public Optional<Running> find(ContainerId container) {
    AgentView now = view.get();
    return now.tasks().stream()
        .filter(task -> task.container().equals(container) && mayRun(task.state()))
        .findFirst()
        .map(task -> running(now, task));
  }

  private Running running(AgentView now, TaskView task) {
    SandboxId id =
        new SandboxId(
            AgentId.of(now.agent().getId()), task.framework(), task.executor(), task.container());
    return new Running(task.info().getTaskId().getValue(), sandboxes.path(id));
  }

  private static boolean mayRun(TaskState state) {
    return switch (state) {
      case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> true;
      default -> false;
    };
  }
}
