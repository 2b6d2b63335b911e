package io.meseta.cli.demo;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the framework knows at the moment. Its callback thread writes; the demo's main thread waits
 * for something to be so. All methods may be called by any thread.
 */
final class Board {

  /**
   * What is known of a task.
   *
   * @param agent the host name of the agent that it was launched on; empty before
   * @param status the latest; empty before the first
   * @param pid of its container's first process, as the status told it; 0 while unknown
   */
  record Row(DemoTask task, Optional<String> agent, Optional<TaskStatus> status, int pid) {

    String state() {
      return status
          .map(known -> known.getState().name())
          .orElse(agent.isPresent() ? "launched" : "waiting");
    }

    boolean running() {
      return status.isPresent() && status.get().getState() == TaskState.TASK_RUNNING;
    }

    boolean ended() {
      return status.isPresent() && TERMINAL.contains(status.get().getState());
    }
  }

  /**
   * Everything, at one moment.
   *
   * @param offers how many offers have come so far
   * @param offered the latest offer of each agent, by its host name, in words
   * @param ended what the master said when it ended the framework; empty while it has not
   */
  record View(
      int offers, SortedMap<String, String> offered, List<Row> rows, Optional<String> ended) {

    Row row(DemoTask task) {
      return rows.stream().filter(row -> row.task().equals(task)).findFirst().orElseThrow();
    }

    long launched() {
      return rows.stream().filter(row -> row.agent().isPresent()).count();
    }

    long running() {
      return rows.stream().filter(Row::running).count();
    }
  }

  private static final List<TaskState> TERMINAL =
      List.of(
          TaskState.TASK_FINISHED,
          TaskState.TASK_FAILED,
          TaskState.TASK_KILLED,
          TaskState.TASK_ERROR,
          TaskState.TASK_LOST,
          TaskState.TASK_DROPPED,
          TaskState.TASK_GONE,
          TaskState.TASK_GONE_BY_OPERATOR);

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final SortedMap<String, String> offered = new TreeMap<>();
  private final Consumer<Change> listener;
  private int offers;
  private @Nullable String ended;

  /**
   * Something has changed.
   *
   * @param row of the task that it happened to; empty for what concerns no task
   */
  record Change(View now, Optional<Row> row) {}

  /**
   * A board on which nothing has happened.
   *
   * @param listener is told each change, in order, by the thread that caused it
   */
  Board(List<DemoTask> tasks, Consumer<Change> listener) {
    this.listener = listener;
    tasks.forEach(
        task -> rows.put(task.name(), new Row(task, Optional.empty(), Optional.empty(), 0)));
  }

  synchronized void offered(String agent, String what) {
    offers++;
    offered.put(agent, what);
    changed(Optional.empty());
  }

  synchronized void launched(DemoTask task, String agent) {
    replace(new Row(task, Optional.of(agent), Optional.empty(), 0));
  }

  /** An update, perhaps one that came before; updates of tasks that are not the demo's are left. */
  synchronized void updated(TaskStatus status) {
    Row row = rows.get(status.getTaskId().getValue());
    if (row == null || (row.ended() && !status.hasUuid())) {
      return;
    }
    int pid =
        status.getContainerStatus().hasExecutorPid()
            ? status.getContainerStatus().getExecutorPid()
            : row.pid();
    replace(new Row(row.task(), row.agent(), Optional.of(status), pid));
  }

  /** The master has ended the framework. */
  synchronized void ended(String message) {
    ended = message;
    changed(Optional.empty());
  }

  synchronized View view() {
    return new View(
        offers,
        Collections.unmodifiableSortedMap(new TreeMap<>(offered)),
        List.copyOf(rows.values()),
        Optional.ofNullable(ended));
  }

  /**
   * Waits until something is so.
   *
   * @param what to complete the sentence "… did not happen within 30 s"
   * @return how things stood when it was so
   * @throws DoesNotHoldException when it is not so in time, or the master ends the framework
   */
  synchronized View await(String what, Predicate<View> condition, Duration limit)
      throws InterruptedException, DoesNotHoldException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    View now = view();
    while (!condition.test(now)) {
      if (now.ended().isPresent()) {
        throw new DoesNotHoldException("The master ended the framework: " + now.ended().get());
      }
      long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new DoesNotHoldException(
            "%s did not happen within %d s.".formatted(what, limit.toSeconds()));
      }
      wait(leftMs);
      now = view();
    }
    return now;
  }

  private void replace(Row row) {
    rows.put(row.task().name(), row);
    changed(Optional.of(row));
  }

  private void changed(Optional<Row> row) {
    listener.accept(new Change(view(), row));
    notifyAll();
  }
}
