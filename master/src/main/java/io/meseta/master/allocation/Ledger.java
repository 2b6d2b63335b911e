package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Who has what: the one place that keeps the accounts of agents, the shares of roles and
 * frameworks, the totals and the quotas in step.
 */
final class Ledger {
  private final ResourceNames names = new ResourceNames();
  private final Amounts totals = new Amounts();
  private final ShareTree tree = new ShareTree(totals);
  private final Quotas quotas = new Quotas(names, tree);
  private final AgentPool agents;
  private final Sums sums = new Sums(names);

  Ledger(AllocationOrder order) {
    agents = new AgentPool(order);
  }

  ResourceNames names() {
    return names;
  }

  Amounts totals() {
    return totals;
  }

  ShareTree tree() {
    return tree;
  }

  Quotas quotas() {
    return quotas;
  }

  AgentPool agents() {
    return agents;
  }

  // ---- agents

  void add(AgentNode agent, List<Holding> inUse) {
    agents.add(agent);
    countTotal(agent.total(), 1);
    countFree(agent, 1);
    for (Holding holding : inUse) {
      use(agent, holding);
    }
  }

  void setFacts(AgentNode agent, AgentFacts facts) {
    countFree(agent, -1);
    countTotal(agent.total(), -1);
    agent.setFacts(facts);
    countTotal(agent.total(), 1);
    countFree(agent, 1);
    agents.touch(agent);
  }

  void setActive(AgentNode agent, boolean active) {
    countFree(agent, -1);
    agent.setActive(active);
    countFree(agent, 1);
    agents.touch(agent);
  }

  /** With all that is in use there; nothing may be granted there any more. */
  void remove(AgentNode agent) {
    for (Map.Entry<AgentNode.Holder, Resources> use : agent.inUse().entrySet()) {
      releaseShare(use.getKey().framework(), use.getKey().role(), use.getValue(), true);
    }
    countFree(agent, -1);
    countTotal(agent.total(), -1);
    agents.remove(agent);
  }

  /** What the cluster has, and what of it is reserved for whom. */
  private void countTotal(Resources total, int sign) {
    sums.of(total);
    if (sign > 0) {
      totals.plus(sums.all);
    } else {
      totals.minus(sums.all);
    }
    if (!total.isForAnybody()) {
      SortedMap<String, Resources> reserved = Reserved.byRole(total);
      reserved.forEach((role, resources) -> countReserved(role, resources, sign));
    }
  }

  private void countReserved(String path, Resources resources, int sign) {
    var role = tree.role(path);
    role.reservations += sign * resources.entries().size();
    var amounts = sums.of(resources).all;
    if (sign > 0) {
      quotas.consume(role, amounts);
    } else {
      quotas.release(role, amounts);
    }
    tree.removeIfUnused(role);
  }

  private void countFree(AgentNode agent, int sign) {
    if (quotas.needsFree() && agent.isActive() && !agent.free().isEmpty()) {
      sums.of(agent.free());
      if (sign > 0) {
        quotas.freeMore(sums.unreserved);
      } else {
        quotas.freeLess(sums.unreserved);
      }
    }
  }

  // ---- quotas

  void setQuota(String path, Quota quota) {
    boolean needed = quotas.needsFree();
    var role = tree.role(path);
    quotas.set(role, quota);
    tree.removeIfUnused(role);
    if (quotas.needsFree() && !needed) {
      quotas.forgetFree();
      agents.all().forEach(agent -> countFree(agent, 1));
    }
  }

  // ---- grants and uses

  /** The claim holds what is granted, and has been served once more. */
  AgentNode.OpenGrant open(Grant grant, Claim claim, AgentNode agent, Instant now) {
    countFree(agent, -1);
    var open = agent.open(grant, now);
    countFree(agent, 1);
    charge(grant, claim, agent, true);
    return open;
  }

  private void charge(Grant grant, Claim claim, AgentNode agent, boolean served) {
    sums.of(grant.resources());
    claim.holdings++;
    tree.charge(claim, sums.all, served);
    quotas.consume(claim.role, sums.unreserved);
    agents.taken(agent);
  }

  /** It is free again. */
  void close(Grant grant, AgentNode agent) {
    countFree(agent, -1);
    agent.close(grant);
    countFree(agent, 1);
    releaseShare(grant.framework(), grant.role(), grant.resources(), true);
  }

  void use(AgentNode agent, Holding holding) {
    var resources = holding.resources();
    if (resources.isEmpty()) {
      return;
    }
    countFree(agent, -1);
    boolean first = agent.use(holding);
    countFree(agent, 1);
    var claim = tree.claim(holding.framework(), holding.role());
    claim.holdings += first ? 1 : 0;
    sums.of(resources);
    tree.charge(claim, sums.all, false);
    quotas.consume(claim.role, sums.unreserved);
  }

  void endUse(AgentNode agent, Holding holding) {
    countFree(agent, -1);
    boolean last = agent.endUse(holding);
    countFree(agent, 1);
    releaseShare(holding.framework(), holding.role(), holding.resources(), last);
  }

  /** What was granted is something else now, and granted in one piece; nobody is served by that. */
  AgentNode.OpenGrant convert(
      Grant converted, Claim claim, AgentNode agent, Resources from, Resources to, Instant now) {
    countFree(agent, -1);
    countTotal(agent.total(), -1);
    agent.convert(from, to);
    countTotal(agent.total(), 1);
    var open = agent.reopen(converted, now);
    countFree(agent, 1);
    charge(converted, claim, agent, false);
    return open;
  }

  private void releaseShare(FrameworkId framework, String role, Resources resources, boolean all) {
    var claim = tree.findClaim(framework, role);
    if (claim == null) {
      throw new IllegalStateException(framework + " holds nothing for role " + role);
    }
    sums.of(resources);
    claim.holdings -= all ? 1 : 0;
    tree.release(claim, sums.all);
    quotas.release(claim.role, sums.unreserved);
    tree.removeIfUnused(claim);
  }
}
