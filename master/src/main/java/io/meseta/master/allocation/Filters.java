package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What frameworks have refused and do not want to see again yet: per framework, role and agent.
 * Found by scope, by agent, and by the time of their end, so that none is looked at before it has
 * ended.
 */
final class Filters {
  /** For whom, for which of its roles, and where. */
  record Scope(FrameworkId framework, String role, AgentId agent) implements Comparable<Scope> {
    private static final Comparator<Scope> ORDER =
        Comparator.comparing(Scope::framework)
            .thenComparing(Scope::role)
            .thenComparing(Scope::agent);

    @Override
    public int compareTo(Scope other) {
      return ORDER.compare(this, other);
    }
  }

  /** Hides whatever is contained in {@code refused}. */
  record Filter(long number, Scope scope, Resources refused, Instant until)
      implements Comparable<Filter> {
    private static final Comparator<Filter> BY_END =
        Comparator.comparing(Filter::until).thenComparingLong(Filter::number);

    @Override
    public int compareTo(Filter other) {
      return BY_END.compare(this, other);
    }
  }

  /**
   * More of them for one scope would be refusals that do not contain each other, again and again
   * for a long time: the one that ends first is given up.
   */
  static final int MAX_PER_SCOPE = 16;

  private final TreeMap<Scope, List<Filter>> byScope = new TreeMap<>();
  private final TreeMap<AgentId, TreeSet<Scope>> scopesOfAgent = new TreeMap<>();
  private final TreeSet<Filter> byEnd = new TreeSet<>();
  private long lastNumber;

  /** Replaces those filters of the scope that would hide less and end earlier. */
  void add(Scope scope, Resources refused, Instant until) {
    for (Filter old : of(scope)) {
      if (refused.contains(old.refused()) && !old.until().isAfter(until)) {
        remove(old);
      }
    }
    var others = of(scope);
    if (others.size() >= MAX_PER_SCOPE) {
      remove(others.stream().min(Comparator.comparing(Filter::until)).orElseThrow());
    }
    var filter = new Filter(++lastNumber, scope, refused, until);
    byScope.computeIfAbsent(scope, s -> new ArrayList<>()).add(filter);
    scopesOfAgent.computeIfAbsent(scope.agent(), agent -> new TreeSet<>()).add(scope);
    byEnd.add(filter);
  }

  /** The filter that hides these resources longest, if one does. */
  Optional<Filter> hiding(Scope scope, Resources offerable, Instant now) {
    return byScope.getOrDefault(scope, List.of()).stream()
        .filter(filter -> filter.until().isAfter(now) && filter.refused().contains(offerable))
        .max(Comparator.comparing(Filter::until));
  }

  /** Forgets what has ended, and says where: there may be something to offer again. */
  SortedSet<AgentId> expire(Instant now) {
    var agents = new TreeSet<AgentId>();
    while (!byEnd.isEmpty() && !byEnd.first().until().isAfter(now)) {
      var filter = byEnd.first();
      remove(filter);
      agents.add(filter.scope().agent());
    }
    return agents;
  }

  Optional<Instant> nextEnd() {
    return byEnd.isEmpty() ? Optional.empty() : Optional.of(byEnd.first().until());
  }

  void clear(FrameworkId framework) {
    var scopes = new ArrayList<Scope>();
    for (Scope scope : byScope.tailMap(new Scope(framework, "", new AgentId(""))).keySet()) {
      if (!scope.framework().equals(framework)) {
        break;
      }
      scopes.add(scope);
    }
    scopes.forEach(this::clear);
  }

  void clear(FrameworkId framework, String role) {
    var scopes = new ArrayList<Scope>();
    for (Scope scope : byScope.tailMap(new Scope(framework, role, new AgentId(""))).keySet()) {
      if (!scope.framework().equals(framework) || !scope.role().equals(role)) {
        break;
      }
      scopes.add(scope);
    }
    scopes.forEach(this::clear);
  }

  void clear(AgentId agent) {
    var scopes = scopesOfAgent.get(agent);
    if (scopes != null) {
      List.copyOf(scopes).forEach(this::clear);
    }
  }

  int size() {
    return byEnd.size();
  }

  /** All of them, the one that ends first in front. */
  List<Filter> all() {
    return List.copyOf(byEnd);
  }

  private void clear(Scope scope) {
    of(scope).forEach(this::remove);
  }

  private List<Filter> of(Scope scope) {
    return List.copyOf(byScope.getOrDefault(scope, List.of()));
  }

  private void remove(Filter filter) {
    byEnd.remove(filter);
    var scope = filter.scope();
    byScope.computeIfPresent(scope, (s, filters) -> without(filters, filter));
    if (!byScope.containsKey(scope)) {
      scopesOfAgent.computeIfPresent(
          scope.agent(),
          (agent, scopes) -> scopes.remove(scope) && scopes.isEmpty() ? null : scopes);
    }
  }

  private static @Nullable List<Filter> without(List<Filter> filters, Filter filter) {
    filters.remove(filter);
    return filters.isEmpty() ? null : filters;
  }
}
