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

  /** Whose filters they are. */
  private record Owner(FrameworkId framework, String role) implements Comparable<Owner> {
    static Owner of(Scope scope) {
      return new Owner(scope.framework(), scope.role());
    }

    @Override
    public int compareTo(Owner other) {
      int byFramework = framework.compareTo(other.framework);
      return byFramework != 0 ? byFramework : role.compareTo(other.role);
    }
  }

  /** By agent first: an allocation asks for many owners on the same agent. */
  private final TreeMap<AgentId, TreeMap<Owner, List<Filter>>> byAgent = new TreeMap<>();

  private final TreeMap<Owner, TreeSet<AgentId>> agentsOf = new TreeMap<>();
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
    Owner owner = Owner.of(scope);
    byAgent
        .computeIfAbsent(scope.agent(), agent -> new TreeMap<>())
        .computeIfAbsent(owner, o -> new ArrayList<>())
        .add(filter);
    agentsOf.computeIfAbsent(owner, o -> new TreeSet<>()).add(scope.agent());
    byEnd.add(filter);
  }

  /** The filter that hides these resources longest, if one does. */
  Optional<Filter> hiding(Scope scope, Resources offerable, Instant now) {
    Filter longest = null;
    for (Filter filter : in(scope)) {
      if (filter.until().isAfter(now)
          && (longest == null || filter.until().isAfter(longest.until()))
          && filter.refused().contains(offerable)) {
        longest = filter;
      }
    }
    return Optional.ofNullable(longest);
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
    var owners = new ArrayList<Owner>();
    for (Owner owner : agentsOf.tailMap(new Owner(framework, "")).keySet()) {
      if (!owner.framework().equals(framework)) {
        break;
      }
      owners.add(owner);
    }
    owners.forEach(owner -> clear(owner.framework(), owner.role()));
  }

  void clear(FrameworkId framework, String role) {
    var agents = agentsOf.get(new Owner(framework, role));
    if (agents != null) {
      for (AgentId agent : List.copyOf(agents)) {
        clear(new Scope(framework, role, agent));
      }
    }
  }

  void clear(AgentId agent) {
    var owners = byAgent.get(agent);
    if (owners != null) {
      for (Owner owner : List.copyOf(owners.keySet())) {
        clear(new Scope(owner.framework(), owner.role(), agent));
      }
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

  /** A copy, which stays as it is when filters are removed. */
  private List<Filter> of(Scope scope) {
    return List.copyOf(in(scope));
  }

  private List<Filter> in(Scope scope) {
    var ofAgent = byAgent.get(scope.agent());
    var found = ofAgent == null ? null : ofAgent.get(Owner.of(scope));
    return found == null ? List.of() : found;
  }

  private void remove(Filter filter) {
    byEnd.remove(filter);
    var scope = filter.scope();
    in(scope).remove(filter);
    if (in(scope).isEmpty()) {
      forget(scope.agent(), Owner.of(scope));
    }
  }

  private void forget(AgentId agent, Owner owner) {
    byAgent.computeIfPresent(agent, (a, owners) -> without(owners, owner));
    agentsOf.computeIfPresent(
        owner, (o, agents) -> agents.remove(agent) && agents.isEmpty() ? null : agents);
  }

  private static @Nullable TreeMap<Owner, List<Filter>> without(
      TreeMap<Owner, List<Filter>> owners, Owner owner) {
    owners.remove(owner);
    return owners.isEmpty() ? null : owners;
  }
}
