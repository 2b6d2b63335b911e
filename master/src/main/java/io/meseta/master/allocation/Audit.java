package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Adds up from the single agents what the other classes keep up to date, and compares. */
record Audit(
    Ledger ledger,
    Contenders contenders,
    Map<FrameworkId, FrameworkNode> frameworks,
    Filters filters) {

  /** What is held, and by whom. */
  private record Held(Amounts all, Amounts consumed) {
    Held() {
      this(new Amounts(), new Amounts());
    }
  }

  void run() {
    var totals = new Amounts();
    var free = new Amounts();
    var claims = new TreeMap<String, TreeMap<FrameworkId, Held>>();
    var reserved = new TreeMap<String, Amounts>();
    var open = new TreeMap<FrameworkId, Integer>();
    var known = claims();
    for (AgentNode agent : ledger.agents().all()) {
      agent.assertInvariants();
      totals.plus(sums(agent.total()).all);
      Reserved.byRole(agent.total())
          .forEach((role, resources) ->
              reserved.computeIfAbsent(role, r -> new Amounts()).plus(sums(resources).all));
      if (agent.isActive()) {
        free.plus(sums(agent.free()).unreserved);
      }
      for (var openGrant : agent.openGrants()) {
        var grant = openGrant.grant();
        add(claims, grant.role(), grant.framework(), grant.resources());
        open.merge(grant.framework(), 1, Integer::sum);
      }
      agent.inUse().forEach((who, what) -> add(claims, who.role(), who.framework(), what));
      checkFilters(agent, known);
    }
    checkSame("the totals", ledger.totals(), totals);
    if (ledger.quotas().needsFree()) {
      checkSame("what is free", ledger.quotas().free(), free);
    }
    claims.forEach((role, holders) ->
        holders.forEach((id, held) ->
            check(
                ledger.tree().findClaim(id, role) != null,
                () -> id + " is not charged in role " + role)));
    for (RoleNode role : ledger.tree().root().below.values()) {
      checkRole(role, claims, reserved);
    }
    checkFrameworks(open);
  }

  private Sums sums(Resources resources) {
    return new Sums(ledger.names()).of(resources);
  }

  private void add(
      Map<String, TreeMap<FrameworkId, Held>> claims,
      String role,
      FrameworkId framework,
      Resources resources) {
    var held =
        claims
            .computeIfAbsent(role, r -> new TreeMap<>())
            .computeIfAbsent(framework, f -> new Held());
    var sums = sums(resources);
    held.all.plus(sums.all);
    held.consumed.plus(sums.unreserved);
  }

  /** Checks it and all below it, and returns what it has. */
  private Held checkRole(
      RoleNode role,
      Map<String, TreeMap<FrameworkId, Held>> claims,
      Map<String, Amounts> reserved) {
    var sum = new Held();
    var own = new Amounts();
    var holders = claims.getOrDefault(role.path(), new TreeMap<>());
    for (Claim claim : role.claims.values()) {
      var held = holders.getOrDefault(claim.framework, new Held());
      checkSame(claim.toString(), claim.allocated, held.all);
      own.plus(held.all);
      sum.consumed.plus(held.consumed);
      checkPlace(claim);
    }
    checkSame("the frameworks of " + role, role.own().allocated, own);
    sum.all.plus(own);
    sum.consumed.plus(reserved.getOrDefault(role.path(), new Amounts()));
    for (RoleNode child : role.below.values()) {
      var below = checkRole(child, claims, reserved);
      sum.all.plus(below.all);
      sum.consumed.plus(below.consumed);
    }
    checkSame(role.toString(), role.allocated, sum.all);
    checkSame("the quota of " + role, role.quota.consumed, sum.consumed);
    checkOrders(role);
    checkOrders(role.own());
    return sum;
  }

  private static void checkOrders(ShareGroup group) {
    for (Tier tier : Tier.IN_ORDER) {
      var order = group.order(tier);
      for (int i = 1; i < order.size(); i++) {
        var before = order.get(i - 1);
        var after = order.get(i);
        check(before.compareTo(after) < 0, () -> before + " is before " + after);
      }
    }
  }

  private void checkPlace(Claim claim) {
    var owner = claim.owner;
    boolean wants = owner != null && owner.wantsOffers(claim.role.path());
    boolean may = wants && owner != null && !owner.isHeldBack() && !claim.blockedByQuota;
    check((claim.tier != null) == may, () -> claim + " is in the wrong order: " + claim.tier);
    check(
        contenders.wanting().contains(claim.number) == may,
        () -> claim + " is told to want offers, or not to, and that is wrong");
    var tier = claim.tier;
    check(
        tier == null || claim.role.own().order(tier).contains(claim),
        () -> claim + " is not in the order");
  }

  private void checkFrameworks(Map<FrameworkId, Integer> open) {
    frameworks.forEach((id, framework) -> {
      check(
          framework.openGrantCount() == open.getOrDefault(id, 0),
          () -> id + " holds " + framework.openGrantCount() + " grants, not " + open.get(id));
      var roles = new LinkedHashMap<String, Claim>();
      framework.claims().forEach(claim -> roles.put(claim.role.path(), claim));
      check(
          roles.keySet().equals(framework.facts().roles()),
          () -> id + " has claims for " + roles.keySet());
    });
    check(
        frameworks.keySet().containsAll(open.keySet()),
        () -> "an unknown framework has open grants");
  }

  private void checkFilters(AgentNode agent, ClaimSet known) {
    for (Filters.Filter filter : filters.ofAgent(agent.number)) {
      check(known.contains(filter.claim()), () -> "a filter outlives its framework: " + filter);
    }
  }

  private ClaimSet claims() {
    var claims = new ClaimSet();
    for (FrameworkNode framework : frameworks.values()) {
      framework.claims().forEach(claim -> claims.add(claim.number));
    }
    return claims;
  }

  private void checkSame(String what, Amounts kept, Amounts sum) {
    check(
        kept.quantities(ledger.names()).equals(sum.quantities(ledger.names())),
        () ->
            what
                + " should be "
                + sum.quantities(ledger.names())
                + " and not "
                + kept.quantities(ledger.names()));
  }

  private static void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new IllegalStateException("The allocation's books are wrong: " + otherwise.get());
    }
  }
}
