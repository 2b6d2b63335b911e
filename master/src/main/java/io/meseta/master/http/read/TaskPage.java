package io.meseta.master.http.read;

import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.TaskView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code /tasks}: some tasks, those that are present and those that are remembered.
 *
 * @param limit how many at most
 * @param offset how many are passed over
 */
record TaskPage(
    int limit, int offset, Order order, Optional<String> framework, Optional<String> task) {

  private static final int DEFAULT_LIMIT = 100;

  /** By the time of a task's first status. */
  private static final Comparator<TaskView> OLDEST_FIRST =
      Comparator.comparingDouble(TaskPage::firstHeardOf)
          .thenComparing(view -> view.task().getTaskId().getValue());

  /** In which order. */
  enum Order {
    OLDEST_FIRST,
    NEWEST_FIRST
  }

  static TaskPage of(Query query) {
    return new TaskPage(
        query.number("limit", DEFAULT_LIMIT),
        query.number("offset", 0),
        switch (query.text("order").orElse("des")) {
          case "asc" -> Order.OLDEST_FIRST;
          case "des" -> Order.NEWEST_FIRST;
          default -> throw new Query.InvalidException("'order' has to be 'asc' or 'des'");
        },
        query.text("framework_id"),
        query.text("task_id"));
  }

  Answer answer(MasterView view) {
    List<TaskView> found = new ArrayList<>();
    collect(view.frameworks().values(), found);
    collect(view.completedFrameworks().values(), found);
    found.sort(order == Order.OLDEST_FIRST ? OLDEST_FIRST : OLDEST_FIRST.reversed());
    int from = Math.min(offset, found.size());
    // Not offset + limit, which may be more than an int can say.
    int to = from + Math.min(limit, found.size() - from);
    return new JsonPieces()
        .text("{\"tasks\":[")
        .items(found.subList(from, to), FrameworkJson::write)
        .text("]}")
        .answer(LegacyPages.JSON);
  }

  private void collect(Collection<FrameworkView> frameworks, List<TaskView> found) {
    for (FrameworkView one : frameworks) {
      if (framework.isEmpty() || framework.get().equals(one.info().getId().getValue())) {
        collectTasks(one.tasks(), found);
        collectTasks(one.unreachableTasks(), found);
        collectTasks(one.completedTasks().values(), found);
      }
    }
  }

  private void collectTasks(Collection<TaskView> tasks, List<TaskView> found) {
    for (TaskView one : tasks) {
      if (task.isEmpty() || task.get().equals(one.task().getTaskId().getValue())) {
        found.add(one);
      }
    }
  }

  private static double firstHeardOf(TaskView view) {
    return view.task().getStatusesCount() == 0
        ? Double.MAX_VALUE
        : view.task().getStatuses(0).getTimestamp();
  }
}
