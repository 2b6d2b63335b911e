package io.meseta.master.view;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    if (filter.showsWholeCluster()) {
      return view;
    }
    return new MasterView(
        view.index(),
        view.leading(),
        view.leadingSince(),
        agents(view.agents(), filter),
        frameworks(view.frameworks(), filter),
        frameworks(view.completedFrameworks(), filter),
        operations(view, filter),
        roles(view.roles(), filter),
        view.totals(),
        view.maintenance(),
        new MasterView.Changes(MasterView.Changes.NONE.all(), false));
  }

  private static SortedMap<AgentId, AgentView> agents(
      SortedMap<AgentId, AgentView> all, ReadFilter filter) {
    SortedMap<AgentId, AgentView> shown = new TreeMap<>();
    all.forEach((id, agent) -> shown.put(id, of(agent, filter)));
    return Collections.unmodifiableSortedMap(shown);
  }

  /** An agent without what is reserved for roles that are not shown; often the same. */
  static AgentView of(AgentView agent, ReadFilter filter) {
    Resources total = of(agent.total(), filter);
    Resources used = of(agent.used(), filter);
    Resources offered = of(agent.offered(), filter);
    List<Resource> described =
        agent.info().getResourcesList().stream()
            .filter(resource -> filter.showsRole(role(resource)))
            .toList();
    if (described.size() == agent.info().getResourcesCount()
        && total.equals(agent.total())
        && used.equals(agent.used())
        && offered.equals(agent.offered())) {
      return agent;
    }
    return new AgentView(
        agent.info().toBuilder().clearResources().addAllResources(described).build(),
        agent.standing(),
        agent.deactivated(),
        agent.degraded(),
        agent.draining(),
        agent.inverseOffers(),
        agent.version(),
        agent.ip(),
        agent.registeredAt(),
        agent.reregisteredAt(),
        total,
        used,
        offered);
  }

  private static Resources of(Resources resources, ReadFilter filter) {
    List<ResourceEntry> shown =
        resources.entries().stream()
            .filter(entry -> entry.key().reservationRole().map(filter::showsRole).orElse(true))
            .toList();
    return shown.size() == resources.entries().size() ? resources : Resources.of(shown);
  }

  /** For which it is reserved, in whatever form; what is for everybody has the role of all. */
  @SuppressWarnings("deprecation") // Agents of old describe their reservations so.
  private static String role(Resource resource) {
    int reservations = resource.getReservationsCount();
    return reservations > 0
        ? resource.getReservations(reservations - 1).getRole()
        : resource.getRole();
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

  /** Those of frameworks and of roles that are shown. */
  private static SortedMap<AgentId, List<Operation>> operations(
      MasterView view, ReadFilter filter) {
    SortedMap<AgentId, List<Operation>> shown = new TreeMap<>();
    view.operations()
        .forEach((agent, operations) -> {
          List<Operation> some =
              operations.stream().filter(operation -> shows(operation, view, filter)).toList();
          if (!some.isEmpty()) {
            shown.put(agent, some);
          }
        });
    return Collections.unmodifiableSortedMap(shown);
  }

  private static boolean shows(Operation operation, MasterView view, ReadFilter filter) {
    if (operation.hasFrameworkId()) {
      FrameworkView framework = view.frameworks().get(FrameworkId.of(operation.getFrameworkId()));
      if (framework == null || !filter.showsFramework(framework.info())) {
        return false;
      }
    }
    try {
      Conversion conversion = Conversion.of(operation.getInfo());
      return shows(conversion.consumed(), filter) && shows(conversion.converted(), filter);
    } catch (ResourceException e) {
      // An agent of another version has not said what it was: nobody knows whose resources they
      // are.
      return false;
    }
  }

  private static boolean shows(Resources resources, ReadFilter filter) {
    return resources.entries().stream()
        .map(entry -> entry.key().reservationRole())
        .allMatch(role -> role.isEmpty() || filter.showsRole(role.get()));
  }

  private static SortedMap<String, RoleView> roles(
      SortedMap<String, RoleView> all, ReadFilter filter) {
    SortedMap<String, RoleView> shown = new TreeMap<>();
    all.forEach((name, role) -> {
      if (filter.showsRole(name)) {
        shown.put(
            name,
            filter.showsQuota(name)
                ? role
                : new RoleView(name, role.weightMilli(), Optional.empty()));
      }
    });
    return Collections.unmodifiableSortedMap(shown);
  }

  private static FrameworkView framework(FrameworkView framework, ReadFilter filter) {
    FrameworkInfo info = framework.info();
    Predicate<TaskView> tasks = task -> filter.showsTask(info, task.task());
    TasksByAgent shown = framework.tasks().only(tasks);
    TasksByAgent away = framework.unreachableTasks().only(tasks);
    return new FrameworkView(
        info,
        framework.connected(),
        framework.recovered(),
        framework.registeredAt(),
        framework.reregisteredAt(),
        framework.unregisteredAt(),
        framework.used(),
        framework.offered(),
        states(shown, away),
        shown,
        away,
        only(framework.completedTasks(), tasks),
        framework.offers(),
        only(framework.executors(), executor -> filter.showsExecutor(info, executor.info())),
        framework.offerConstraints());
  }

  private static Map<TaskState, Integer> states(
      Collection<TaskView> tasks, Collection<TaskView> unreachable) {
    EnumMap<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    tasks.forEach(task -> counts.merge(task.task().getState(), 1, Integer::sum));
    unreachable.forEach(task -> counts.merge(task.task().getState(), 1, Integer::sum));
    return Collections.unmodifiableMap(counts);
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
