package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.TransitionListener;
import io.meseta.master.allocation.Holding;
import io.meseta.master.view.TaskView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task as the master knows it: the public description, which is replaced whole when something
 * changes, and what it holds.
 */
final class MasterTask {

  final FrameworkId framework;
  final TaskId id;
  final AgentId agent;
  private final TaskKey key;
  final String role;
  final Resources resources;
  private Task description;
  private transient @Nullable TaskView view;

  /** Whether the resources have been given back: exactly once, with the first terminal state. */
  boolean released;

  private MasterTask(
      FrameworkId framework, AgentId agent, Task description, String role, Resources resources) {
    this.framework = framework;
    this.id = TaskId.of(description.getTaskId());
    this.agent = agent;
    this.key = new TaskKey(framework, id);
    this.role = role;
    this.resources = resources;
    this.description = description;
  }

  /** A task that is launched now. */
  static MasterTask launched(
      FrameworkInfo framework, TaskInfo info, String role, Resources resources) {
    Task.Builder task =
        Task.newBuilder()
            .setName(info.getName())
            .setTaskId(info.getTaskId())
            .setFrameworkId(framework.getId())
            .setAgentId(info.getAgentId())
            .setState(TaskState.TASK_STAGING)
            .addAllResources(info.getResourcesList())
            .putAllLimits(info.getLimitsMap());
    if (info.hasExecutor()) {
      task.setExecutorId(info.getExecutor().getExecutorId());
    }
    if (info.hasLabels()) {
      task.setLabels(info.getLabels());
    }
    if (info.hasDiscovery()) {
      task.setDiscovery(info.getDiscovery());
    }
    if (info.hasContainer()) {
      task.setContainer(info.getContainer());
    }
    if (info.hasHealthCheck()) {
      task.setHealthCheck(info.getHealthCheck());
    }
    if (info.hasKillPolicy()) {
      task.setKillPolicy(info.getKillPolicy());
    }
    task.setUser(
        info.hasCommand() && info.getCommand().hasUser()
            ? info.getCommand().getUser()
            : framework.getUser());
    return new MasterTask(
        FrameworkId.of(framework.getId()),
        AgentId.of(info.getAgentId()),
        task.build(),
        role,
        resources);
  }

  /**
   * A task that an agent reported.
   *
   * @param framework that of the task: one object for all tasks of the agent
   * @param agent the same
   */
  static MasterTask reported(
      FrameworkId framework, AgentId agent, Task task, String role, Resources resources) {
    return new MasterTask(framework, agent, task, role, resources);
  }

  Holding holding() {
    return new Holding(framework, role, resources);
  }

  TaskKey key() {
    return key;
  }

  /** As readers are shown it. */
  @SuppressWarnings("ReferenceEquality") // another description is another object
  TaskView view() {
    TaskView known = view;
    if (known == null || known.task() != description || known.released() != released) {
      known = new TaskView(description, role, resources, released);
      view = known;
    }
    return known;
  }

  Task description() {
    return description;
  }

  TaskState state() {
    return description.getState();
  }

  /** The uuid of the newest update that the framework may acknowledge. */
  Optional<ByteString> updateUuid() {
    return description.hasStatusUpdateUuid()
        ? Optional.of(description.getStatusUpdateUuid())
        : Optional.empty();
  }

  /** The state in the newest update that went to the framework. */
  TaskState updateState() {
    return description.hasStatusUpdateState()
        ? description.getStatusUpdateState()
        : description.getState();
  }

  /** Whether its agent has ever said anything of it: before that it may never have got there. */
  boolean isConfirmed() {
    return switch (state()) {
      case TASK_STAGING, TASK_UNREACHABLE ->
          description.getStatusesList().stream()
              .anyMatch(status -> status.getState() != TaskState.TASK_UNREACHABLE);
      default -> true;
    };
  }

  /** The one place in which a task changes its state. Whoever calls has checked before. */
  void become(TaskState next, TransitionListener listener) {
    listener.taken(TaskLifecycle.TABLE.transitionOrThrow(state(), next, key()));
    description = description.toBuilder().setState(next).build();
  }

  /** A task whose agent comes and goes for months must not grow without end. */
  private static final int MAX_STATUSES = 32;

  /**
   * Remembers an update: one status is kept per run of equal states, as readers expect.
   *
   * @return whether a run begins with it
   */
  boolean record(TaskStatus status) {
    Task.Builder task = description.toBuilder();
    TaskStatus kept = status.toBuilder().clearData().clearUuid().build();
    int last = task.getStatusesCount() - 1;
    boolean begins = last < 0 || task.getStatuses(last).getState() != kept.getState();
    if (begins) {
      task.addStatuses(kept);
    } else {
      task.setStatuses(last, kept);
    }
    if (task.getStatusesCount() > MAX_STATUSES) {
      task.removeStatuses(0);
    }
    if (status.hasUuid()) {
      task.setStatusUpdateUuid(status.getUuid()).setStatusUpdateState(status.getState());
    }
    description = task.build();
    return begins;
  }

  /**
   * Takes over what a returning agent reports, which is newer than what we know; the state stays,
   * it has its own way.
   */
  void replaceDescription(Task reported) {
    description = reported.toBuilder().setState(state()).build();
  }
}
