package io.meseta.agent.session;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
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
        .map(task -> running(now, task))
        .or(() -> executor(now, container));
  }

  /** Its first task has the executor's container, too, but may be over. */
  private Optional<Running> executor(AgentView now, ContainerId container) {
    return now.executors().stream()
        .filter(executor -> executor.container().equals(container))
        .findFirst()
        .map(executor -> {
          ExecutorId name = ExecutorId.of(executor.info().getExecutorId());
          SandboxId id =
              new SandboxId(AgentId.of(now.agent().getId()), executor.framework(), name, container);
          return new Running(name.value(), sandboxes.path(id));
        });
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
