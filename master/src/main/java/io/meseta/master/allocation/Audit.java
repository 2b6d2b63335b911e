package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Adds up from the single agents what the other classes keep up to date, and compares. */
record Audit(
    AgentPool agents,
    Map<FrameworkId, FrameworkNode> frameworks,
    RoleTable roles,
    Filters filters,
    ClusterTotals totals) {

  void run() {
    var total = Quantities.EMPTY;
    var held = new TreeMap<String, TreeMap<FrameworkId, Quantities>>();
    var open = new TreeMap<FrameworkId, Integer>();
    for (AgentNode agent : agents.all()) {
      agent.assertInvariants();
      total = total.plus(agent.total().quantities());
      for (var openGrant : agent.openGrants()) {
        var grant = openGrant.grant();
        add(held, grant.role(), grant.framework(), grant.resources());
        open.merge(grant.framework(), 1, Integer::sum);
      }
      agent.inUse().forEach((who, what) -> add(held, who.role(), who.framework(), what));
    }
    check(total.equals(totals.asQuantities()), () -> "the totals are " + totals.asQuantities());
    checkShares(held);
    checkFrameworks(open);
    checkFilters();
  }

  private static void add(
      SortedMap<String, TreeMap<FrameworkId, Quantities>> held,
      String role,
      FrameworkId framework,
      Resources resources) {
    held.computeIfAbsent(role, r -> new TreeMap<>())
        .merge(framework, resources.quantities(), Quantities::plus);
  }

  private void checkShares(SortedMap<String, TreeMap<FrameworkId, Quantities>> held) {
    for (String role : roles.known()) {
      var ofRole = held.getOrDefault(role, new TreeMap<>());
      for (FrameworkId framework : roles.known(role)) {
        check(
            roles
                .allocated(role, framework)
                .equals(ofRole.getOrDefault(framework, Quantities.EMPTY)),
            () ->
                framework + " is charged " + roles.allocated(role, framework) + " in role " + role);
      }
    }
    held.forEach((role, holders) -> {
      var sum = holders.values().stream().reduce(Quantities.EMPTY, Quantities::plus);
      check(roles.allocated(role).equals(sum), () -> "role " + role + " is not charged " + sum);
      holders.forEach((framework, what) ->
          check(
              roles.allocated(role, framework).equals(what),
              () -> framework + " is not charged " + what + " in role " + role));
    });
  }

  private void checkFrameworks(SortedMap<FrameworkId, Integer> open) {
    frameworks.forEach((id, framework) -> {
      check(
          framework.openGrants() == open.getOrDefault(id, 0),
          () -> id + " is said to hold " + framework.openGrants() + " grants, not " + open.get(id));
      for (String role : framework.facts().roles()) {
        check(
            framework.wantsOffers(role) == roles.isActive(role, id),
            () -> id + " is in the wrong place for role " + role);
      }
    });
    check(
        frameworks.keySet().containsAll(open.keySet()),
        () -> "an unknown framework has open grants");
  }

  private void checkFilters() {
    for (var filter : filters.all()) {
      check(
          agents.get(filter.scope().agent()) != null,
          () -> "a filter outlives its agent: " + filter);
      check(
          frameworks.containsKey(filter.scope().claim().framework()),
          () -> "a filter outlives its framework: " + filter);
    }
  }

  private static void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new IllegalStateException("The allocation's books are wrong: " + otherwise.get());
    }
  }
}
