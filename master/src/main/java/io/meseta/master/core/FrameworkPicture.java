package io.meseta.master.core;

import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.ids.TaskId;
import io.meseta.master.view.ExecutorPlace;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.TaskView;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** One framework as readers see it, kept in step with what is touched. */
final class FrameworkPicture {

  /** So many changes are always made one by one. */
  private static final int FEW = 100;

  /** One pass over all tasks costs about as much as so many times fewer changes. */
  private static final int PART = 8;

  private final TotalsPicture totals;
  private PSortedMap<TaskId, TaskView> tasks = TreePMap.empty();
  private PSortedMap<TaskId, TaskView> unreachable = TreePMap.empty();

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

  FrameworkView redraw(Framework framework, Touched.Parts touched, Map<AgentId, Agent> agents) {
    redrawTasks(framework, touched.tasks);
    redrawCompleted(framework);
    touched.offers.forEach(this::redraw);
    for (ExecutorPlace place : touched.executors) {
      Agent agent = agents.get(place.agent());
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
        Collections.unmodifiableSortedMap(tasks),
        Collections.unmodifiableSortedMap(unreachable),
        Collections.unmodifiableSortedMap(completed),
        Collections.unmodifiableSortedMap(offers),
        Collections.unmodifiableSortedMap(executors),
        framework.offerConstraints);
  }

  private void redrawTasks(Framework framework, Set<TaskId> touched) {
    if (touched.size() > FEW && touched.size() > tasks.size() / PART) {
      // After a change of leader nearly all are new: one pass is cheaper than as many changes.
      for (TaskId id : touched) {
        count(tasks.get(id), framework.tasks.get(id));
      }
      TreeMap<TaskId, TaskView> all = new TreeMap<>();
      framework.tasks.forEach((id, task) -> all.put(id, task.view()));
      tasks = TreePMap.fromSortedMap(all);
    } else {
      for (TaskId id : touched) {
        tasks = redraw(tasks, id, framework.tasks.get(id));
      }
    }
    for (TaskId id : touched) {
      unreachable = redraw(unreachable, id, framework.unreachableTasks.get(id));
    }
  }

  private PSortedMap<TaskId, TaskView> redraw(
      PSortedMap<TaskId, TaskView> drawn, TaskId id, @Nullable MasterTask task) {
    TaskView before = drawn.isEmpty() ? null : drawn.get(id);
    count(before, task);
    if (task == null) {
      return before == null ? drawn : drawn.minus(id);
    }
    return drawn.plus(id, task.view());
  }

  private void count(@Nullable TaskView before, @Nullable MasterTask task) {
    if (before != null) {
      totals.remove(before.task().getState());
      states.computeIfPresent(
          before.task().getState(), (state, count) -> count == 1 ? null : count - 1);
      if (!before.released()) {
        used.subtract(before.resources());
      }
    }
    if (task != null) {
      totals.add(task.state());
      states.merge(task.state(), 1, Integer::sum);
      if (!task.released) {
        used.add(task.resources);
      }
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
    for (TaskView task : tasks.values()) {
      totals.remove(task.task().getState());
      completed = completed.plus(number++, task);
    }
    for (TaskView task : unreachable.values()) {
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
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.unmodifiableSortedMap(completed),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            ended.offerConstraints()));
  }
}
