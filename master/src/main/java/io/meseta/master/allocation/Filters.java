package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What frameworks have refused and do not want to see again yet: per claim and agent. Found by
 * agent, by claim, and by the time of their end, so that none is looked at before it has ended.
 */
final class Filters {
  /** Whose it is, and where. */
  record Scope(Claim claim, AgentId agent) {}

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

  /**
   * All filters of one agent, and who is known to be hidden from what is free there.
   *
   * <p>An agent is looked at each time that an offer of it comes back, for every claim again, and
   * mostly with nothing new to offer. So it is remembered for whom the answer was no: true for what
   * was free then and any part of it, until one of the claim's filters here is gone.
   */
  static final class OfAgent {
    private final LinkedHashMap<Claim, List<Filter>> byClaim = new LinkedHashMap<>();
    private final BitSet hidden = new BitSet();
    private Resources hiddenFrom = Resources.EMPTY;

    /** What is free now: where that is not part of what answers were for, they are forgotten. */
    void beginVisit(Resources free) {
      if (!hiddenFrom.contains(free)) {
        hidden.clear();
      }
      hiddenFrom = free;
    }

    /** Whether all that is free is known to be hidden from this claim. */
    boolean isHidden(Claim claim) {
      return hidden.get(claim.number());
    }

    /** All that is free has been found to be hidden. */
    void setHidden(Claim claim) {
      hidden.set(claim.number());
    }

    private List<Filter> of(Claim claim) {
      return byClaim.getOrDefault(claim, List.of());
    }

    private void add(Filter filter) {
      byClaim.computeIfAbsent(filter.scope().claim(), c -> new ArrayList<>(1)).add(filter);
    }

    private void remove(Filter filter) {
      var claim = filter.scope().claim();
      var filters = of(claim);
      filters.remove(filter);
      if (filters.isEmpty()) {
        byClaim.remove(claim);
      }
      hidden.clear(claim.number());
    }
  }

  private final LinkedHashMap<AgentId, OfAgent> byAgent = new LinkedHashMap<>();
  private final LinkedHashMap<Claim, Set<AgentId>> agentsOf = new LinkedHashMap<>();
  private final TreeSet<Filter> byEnd = new TreeSet<>();
  private long lastNumber;

  /** Replaces those filters of the scope that would hide less and end earlier. */
  void add(Scope scope, Resources refused, Instant until) {
    for (Filter old : List.copyOf(in(scope))) {
      if (refused.contains(old.refused()) && !old.until().isAfter(until)) {
        remove(old);
      }
    }
    var others = in(scope);
    if (others.size() >= MAX_PER_SCOPE) {
      remove(others.stream().min(Comparator.comparing(Filter::until)).orElseThrow());
    }
    var filter = new Filter(++lastNumber, scope, refused, until);
    byAgent.computeIfAbsent(scope.agent(), agent -> new OfAgent()).add(filter);
    agentsOf.computeIfAbsent(scope.claim(), o -> new LinkedHashSet<>()).add(scope.agent());
    byEnd.add(filter);
  }

  /** Those of one agent, or nothing when there are none. */
  @Nullable OfAgent of(AgentId agent) {
    return byAgent.get(agent);
  }

  /** The filter that hides these resources longest, if one does. */
  @Nullable Filter hiding(Scope scope, Resources offerable, Instant now) {
    Filter longest = null;
    for (Filter filter : in(scope)) {
      if (filter.until().isAfter(now)
          && (longest == null || filter.until().isAfter(longest.until()))
          && filter.refused().contains(offerable)) {
        longest = filter;
      }
    }
    return longest;
  }

  /** Forgets what has ended, and says whose and where: there may be something to offer again. */
  List<Scope> expire(Instant now) {
    var ended = new ArrayList<Scope>();
    while (!byEnd.isEmpty() && !byEnd.first().until().isAfter(now)) {
      var filter = byEnd.first();
      remove(filter);
      ended.add(filter.scope());
    }
    return ended;
  }

  Optional<Instant> nextEnd() {
    return byEnd.isEmpty() ? Optional.empty() : Optional.of(byEnd.first().until());
  }

  /** A filter of this scope hides all that is free there. */
  void knowHidden(Scope scope, Resources free) {
    var filters = ofOrThrow(scope.agent());
    filters.beginVisit(free);
    filters.setHidden(scope.claim());
  }

  /** What the claim can be offered may be more now: filters stay, answers are forgotten. */
  void askAgain(Claim claim) {
    for (AgentId agent : agentsOf.getOrDefault(claim, Collections.emptySet())) {
      ofOrThrow(agent).hidden.clear(claim.number());
    }
  }

  void clear(Claim claim) {
    for (AgentId agent : List.copyOf(agentsOf.getOrDefault(claim, Collections.emptySet()))) {
      List.copyOf(in(new Scope(claim, agent))).forEach(this::remove);
    }
  }

  void clear(AgentId agent) {
    var filters = byAgent.get(agent);
    if (filters != null) {
      filters.byClaim.values().stream().flatMap(List::stream).toList().forEach(this::remove);
    }
  }

  int size() {
    return byEnd.size();
  }

  /** All of them, the one that ends first in front. */
  List<Filter> all() {
    return List.copyOf(byEnd);
  }

  private List<Filter> in(Scope scope) {
    var filters = byAgent.get(scope.agent());
    return filters == null ? List.of() : filters.of(scope.claim());
  }

  private void remove(Filter filter) {
    byEnd.remove(filter);
    var agent = filter.scope().agent();
    var claim = filter.scope().claim();
    var ofAgent = ofOrThrow(agent);
    ofAgent.remove(filter);
    if (ofAgent.of(claim).isEmpty()) {
      agentsOf.computeIfPresent(
          claim, (c, agents) -> agents.remove(agent) && agents.isEmpty() ? null : agents);
    }
    if (ofAgent.byClaim.isEmpty()) {
      byAgent.remove(agent);
    }
  }

  private OfAgent ofOrThrow(AgentId agent) {
    var filters = byAgent.get(agent);
    if (filters == null) {
      throw new IllegalStateException("No filters on agent " + agent);
    }
    return filters;
  }
}
