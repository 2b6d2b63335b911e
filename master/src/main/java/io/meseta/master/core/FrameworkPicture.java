package io.meseta.master.core;

import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.OfferId;
import io.meseta.master.view.ExecutorPlace;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.TaskView;
import io.meseta.master.view.TasksByAgent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** One framework as readers see it, kept in step with what is touched. */
final class FrameworkPicture {

  private final TotalsPicture totals;
  private TasksByAgent tasks = TasksByAgent.NONE;
  private TasksByAgent unreachable = TasksByAgent.NONE;

  /** By their number, which grows: the oldest first. */
  private PSortedMap<Long, TaskView> completed = TreePMap.empty();

  private PSortedMap<OfferId, OfferView> offers = TreePMap.empty();
  private PSortedMap<ExecutorPlace, ExecutorView> executors = TreePMap.empty();
  private final EnumMap<TaskState, Integer> states = new EnumMap<>(TaskState.class);
  private final Tally used = new Tally();
  private final Tally offered = new Tally();
  private @Nullable FrameworkView last;

  FrameworkPicture(TotalsPicture totals) {
    this.totals = totals;
  }

  /** What was drawn last; null before the first time. */
  @Nullable FrameworkView last() {
    return last;
  }

  FrameworkView redraw(Framework framework, Touched.Parts touched, Cluster cluster) {
    redrawTasks(framework, touched.tasksOn, cluster);
    redrawCompleted(framework);
    touched.offers.forEach(this::redraw);
    for (ExecutorPlace place : touched.executors) {
      Agent agent = cluster.agents.get(place.agent());
      redraw(
          place,
          agent == null
              ? null
              : agent.executors.get(new ExecutorKey(framework.id, place.executor())));
    }
    FrameworkView drawn = view(framework);
    totals.change(last, drawn);
    last = drawn;
    return drawn;
  }

  private FrameworkView view(Framework framework) {
    return new FrameworkView(
        framework.info,
        framework.isConnected(),
        framework.state() == FrameworkState.RECOVERED,
        framework.registeredAt,
        framework.reregisteredAt,
        Optional.empty(),
        used.total(),
        offered.total(),
        Collections.unmodifiableMap(new EnumMap<>(states)),
        tasks,
        unreachable,
        Collections.unmodifiableSortedMap(completed),
        Collections.unmodifiableSortedMap(offers),
        Collections.unmodifiableSortedMap(executors),
        framework.offerConstraints);
  }

  private void redrawTasks(Framework framework, Set<AgentId> touched, Cluster cluster) {
    for (AgentId id : touched) {
      tasks = redraw(tasks, id, present(framework, cluster.agents.get(id)));
      unreachable = redraw(unreachable, id, away(framework, cluster.unreachableTasks.of(id)));
    }
  }

  /** What it has on the agent, but for a second task of an id that it has given twice. */
  private static List<TaskView> present(Framework framework, @Nullable Agent agent) {
    if (agent == null) {
      return List.of();
    }
    List<TaskView> drawn = new ArrayList<>();
    for (MasterTask task : agent.tasksOf(framework.id)) {
      if (framework.tasks.get(task.id) == task) {
        drawn.add(task.view());
      }
    }
    return drawn;
  }

  private static List<TaskView> away(Framework framework, List<MasterTask> ofAgent) {
    List<TaskView> drawn = new ArrayList<>();
    for (MasterTask task : ofAgent) {
      if (task.framework.equals(framework.id)) {
        drawn.add(task.view());
      }
    }
    return drawn;
  }

  private TasksByAgent redraw(TasksByAgent drawn, AgentId agent, List<TaskView> now) {
    List<TaskView> before = drawn.on(agent);
    if (before.isEmpty() && now.isEmpty()) {
      return drawn;
    }
    count(before, now);
    return drawn.with(agent, now);
  }

  /** Both are in the order of their ids; most of them are the same. */
  @SuppressWarnings("ReferenceEquality") // what has changed is another object
  private void count(List<TaskView> before, List<TaskView> now) {
    int old = 0;
    for (TaskView task : now) {
      while (old < before.size() && id(before.get(old)).compareTo(id(task)) < 0) {
        subtract(before.get(old++));
      }
      TaskView same =
          old < before.size() && id(before.get(old)).equals(id(task)) ? before.get(old++) : null;
      if (same != task) {
        if (same != null) {
          subtract(same);
        }
        add(task);
      }
    }
    before.subList(old, before.size()).forEach(this::subtract);
  }

  private static String id(TaskView task) {
    return task.task().getTaskId().getValue();
  }

  private void add(TaskView task) {
    totals.add(task.task().getState());
    states.merge(task.task().getState(), 1, Integer::sum);
    if (!task.released()) {
      used.add(task.resources());
    }
  }

  private void subtract(TaskView task) {
    totals.remove(task.task().getState());
    states.computeIfPresent(
        task.task().getState(), (state, count) -> count == 1 ? null : count - 1);
    if (!task.released()) {
      used.subtract(task.resources());
    }
  }

  private void redrawCompleted(Framework framework) {
    long next = completed.isEmpty() ? framework.firstCompleted() : completed.lastKey() + 1;
    long end = framework.firstCompleted() + framework.completedTasks.size();
    Iterator<TaskView> newestFirst = framework.completedTasks.descendingIterator();
    for (long number = end - 1; number >= next && newestFirst.hasNext(); number--) {
      completed = completed.plus(number, newestFirst.next());
    }
    while (!completed.isEmpty() && completed.firstKey() < framework.firstCompleted()) {
      completed = completed.minus(completed.firstKey());
    }
  }

  private void redraw(OfferId id, Optional<OfferView> offer) {
    OfferView before = offers.get(id);
    if (before != null) {
      offered.subtract(before.resources());
      offers = offers.minus(id);
      totals.offerClosed();
    }
    if (offer.isPresent()) {
      offered.add(offer.get().resources());
      offers = offers.plus(id, offer.get());
      totals.offerOpened();
    }
  }

  private void redraw(ExecutorPlace place, @Nullable MasterExecutor executor) {
    ExecutorView before = executors.get(place);
    if (before != null) {
      used.subtract(before.resources());
      executors = executors.minus(place);
    }
    if (executor != null) {
      used.add(executor.resources());
      executors =
          executors.plus(
              place,
              new ExecutorView(
                  place.agent(), executor.info(), executor.role(), executor.resources()));
    }
  }

  /** It is gone: nothing of it counts any more. Its tasks are among the completed ones. */
  Optional<FrameworkView> ended(Instant at) {
    FrameworkView ended = last;
    if (ended == null) {
      return Optional.empty();
    }
    totals.change(ended, null);
    long number = completed.isEmpty() ? 0 : completed.lastKey() + 1;
    for (TaskView task : tasks) {
      totals.remove(task.task().getState());
      completed = completed.plus(number++, task);
    }
    for (TaskView task : unreachable) {
      totals.remove(task.task().getState());
    }
    offers.keySet().forEach(unused -> totals.offerClosed());
    return Optional.of(
        new FrameworkView(
            ended.info(),
            false,
            false,
            ended.registeredAt(),
            ended.reregisteredAt(),
            Optional.of(at),
            new Tally().total(),
            new Tally().total(),
            Collections.emptyMap(),
            TasksByAgent.NONE,
            TasksByAgent.NONE,
            Collections.unmodifiableSortedMap(completed),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            ended.offerConstraints()));
  }
}
