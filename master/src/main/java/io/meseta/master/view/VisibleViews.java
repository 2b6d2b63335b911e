package io.meseta.master.view;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.ids.FrameworkId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A view without what a {@link ReadFilter} does not show. */
public final class VisibleViews {

  private VisibleViews() {}

  /**
   * The same view if everything is shown; otherwise a copy, which costs what is shown. Sums over
   * the cluster stay what they are, and the steps since the view before are left out.
   */
  public static MasterView of(MasterView view, ReadFilter filter) {
    if (filter.showsEverything()) {
      return view;
    }
    return new MasterView(
        view.index(),
        view.leading(),
        view.leadingSince(),
        view.agents(),
        frameworks(view.frameworks(), filter),
        frameworks(view.completedFrameworks(), filter),
        view.totals(),
        new MasterView.Changes(MasterView.Changes.NONE.all(), false));
  }

  private static SortedMap<FrameworkId, FrameworkView> frameworks(
      SortedMap<FrameworkId, FrameworkView> all, ReadFilter filter) {
    SortedMap<FrameworkId, FrameworkView> shown = new TreeMap<>();
    all.forEach((id, framework) -> {
      if (filter.showsFramework(framework.info())) {
        shown.put(id, framework(framework, filter));
      }
    });
    return Collections.unmodifiableSortedMap(shown);
  }

  private static FrameworkView framework(FrameworkView framework, ReadFilter filter) {
    FrameworkInfo info = framework.info();
    Predicate<TaskView> tasks = task -> filter.showsTask(info, task.task());
    return new FrameworkView(
        info,
        framework.connected(),
        framework.recovered(),
        framework.registeredAt(),
        framework.reregisteredAt(),
        framework.unregisteredAt(),
        framework.used(),
        framework.offered(),
        only(framework.tasks(), tasks),
        only(framework.unreachableTasks(), tasks),
        only(framework.completedTasks(), tasks),
        framework.offers(),
        only(framework.executors(), executor -> filter.showsExecutor(info, executor.info())));
  }

  private static <K, V> SortedMap<K, V> only(SortedMap<K, V> all, Predicate<V> shown) {
    SortedMap<K, V> some = new TreeMap<>(all.comparator());
    all.forEach((key, value) -> {
      if (shown.test(value)) {
        some.put(key, value);
      }
    });
    return Collections.unmodifiableSortedMap(some);
  }
}
