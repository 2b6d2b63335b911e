package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.RemoveContainer;
import io.meseta.agent.core.AgentTimer.CompletionTimeReached;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.FrameworkId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks that the agent has, from their receipt until their last update is acknowledged.
 *
 * <p>The one place in which a task changes its state: {@link #advance} and {@link #end} bring
 * table, journal and update stream along together.
 */
final class Tasks {

  private final CoreContext context;
  private final JournalWriter journal;
  private final Frameworks frameworks;
  private final StatusUpdateStreams streams;
  private final History history = new History();
  private final Map<TaskKey, AgentTask> byKey = new LinkedHashMap<>();
  private final Map<ContainerId, AgentTask> byContainer = new LinkedHashMap<>();
  private Optional<TaskEnds> ends = Optional.empty();

  Tasks(CoreContext context, Frameworks frameworks, StatusUpdateStreams streams) {
    this.context = context;
    this.journal = context.journal();
    this.frameworks = frameworks;
    this.streams = streams;
  }

  /** From now on each end is told there as well; said once, when the slices are wired. */
  void tellEnds(TaskEnds watcher) {
    ends = Optional.of(watcher);
  }

  /** Takes a task whose framework is known. */
  void add(AgentTask task) {
    if (byKey.putIfAbsent(task.key(), task) != null) {
      throw new IllegalStateException("Task " + task.key() + " is there already");
    }
    if (task.hasOwnContainer()) {
      byContainer.put(task.container(), task);
    }
    frameworks.taskAdded(task);
    history.came(task.key().framework());
  }

  /** Its container has come this far. */
  void stage(AgentTask task, ContainerStage next) {
    task.stage(next, context.transitions());
  }

  /** The task has come to a new state that its framework is told. */
  void advance(AgentTask task, TaskStatus status) {
    task.advance(status, context.transitions());
    context.count(AgentCounter.STATUS_UPDATES);
    journal.save(task);
    streams.append(task, status);
  }

  /**
   * The task stays in its state, and its framework is told something new of it. What it was not
   * told yet of that state is superseded.
   */
  void refresh(AgentTask task, TaskStatus status) {
    task.repeat(status);
    streams.appendNews(task, status);
    journal.save(task);
  }

  /** Something else is new about the task; its state is the same. */
  void repeat(AgentTask task, TaskStatus status) {
    task.repeat(status);
    journal.save(task);
    streams.append(task, status);
  }

  /** The task has come to its last state; none of its processes is left. */
  void end(AgentTask task, TaskStatus status) {
    stage(task, ContainerStage.ENDED);
    if (task.info().hasMaxCompletionTime()) {
      context.order(
          new CancelTimer(
              task.hasOwnContainer()
                  ? new CompletionTimeReached(task.container())
                  : ExecutorTasks.timer(task)));
    }
    advance(task, status);
    history.ended(status.getState());
    if (task.ownExecutor().isEmpty()) {
      context.count(AgentCounter.TERMINATED_EXECUTORS);
    }
    if (frameworks.of(task).isShutDown()) {
      tellEndOnce(task);
    }
    ends.ifPresent(watcher -> watcher.ended(task));
  }

  /**
   * The task has ended, and its framework is gone: nobody is left to acknowledge that. The master
   * still has to know that the resources are free, and that the task is no more: it is told once,
   * and should that be lost, the next registration does not list the task.
   */
  void tellEndOnce(AgentTask task) {
    TaskStatus end = task.latest().orElseThrow();
    journal.whenDurable(() -> streams.sendOnce(task.key(), end, end.getState()));
    forget(task);
  }

  /** Removes what is left of an ended task's container, once its end is written down. */
  void removeContainer(AgentTask task) {
    journal.whenDurable(() -> context.order(new RemoveContainer(task.container())));
  }

  /** The update on the way was acknowledged; with the last one of an ended task all is said. */
  void acknowledged(AgentTask task) {
    streams.acknowledged(task);
    journal.save(task);
    if (task.ended() && task.stream().isEmpty()) {
      forget(task);
    }
  }

  void forget(AgentTask task) {
    streams.close(task);
    byKey.remove(task.key());
    byContainer.remove(task.container());
    journal.delete(task);
    history.forgotten(task, frameworks.of(task).info());
    frameworks.taskRemoved(task);
    if (frameworks.find(task.key().framework()).isEmpty()) {
      history.left(task.key().framework());
    }
  }

  Optional<AgentTask> find(TaskKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  Optional<AgentTask> find(ContainerId container) {
    return Optional.ofNullable(byContainer.get(container));
  }

  List<AgentTask> all() {
    return new ArrayList<>(byKey.values());
  }

  List<AgentTask> of(FrameworkId framework) {
    return byKey.values().stream().filter(t -> t.key().framework().equals(framework)).toList();
  }

  /** What an executor has to do, in the order in which it was ordered. */
  List<AgentTask> liveOf(ExecutorKey executor) {
    return byKey.values().stream()
        .filter(task -> !task.ended())
        .filter(task -> task.ownExecutor().filter(executor::equals).isPresent())
        .toList();
  }

  /** What is left of a group. */
  List<AgentTask> liveOfGroup(FrameworkId framework, String group) {
    return byKey.values().stream()
        .filter(task -> !task.ended())
        .filter(task -> task.key().framework().equals(framework))
        .filter(task -> task.group().filter(group::equals).isPresent())
        .toList();
  }

  /** What is over. */
  History history() {
    return history;
  }

  /** Whether all that is left are updates on their way. */
  boolean allEnded() {
    return byKey.values().stream().allMatch(AgentTask::ended);
  }
}
