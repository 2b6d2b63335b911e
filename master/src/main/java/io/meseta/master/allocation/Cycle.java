package io.meseta.master.allocation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One allocation cycle: the decisions in their order. */
final class Cycle {
  /** So few are put in order one by one; more are found by walking through the order of all. */
  private static final int FEW = 8;

  private final Ledger ledger;
  private final Contenders contenders;
  private final Filters filters;
  private final OfferRules rules;
  private final ArrayList<Claim> few = new ArrayList<>(FEW);
  private long lastGrant;

  /** Who was found to have too many offers, or nothing left by quotas, while others were asked. */
  private @Nullable FrameworkNode tooManyOffers;

  private @Nullable Claim blocked;

  Cycle(Ledger ledger, Contenders contenders, Filters filters, OfferRules rules) {
    this.ledger = ledger;
    this.contenders = contenders;
    this.filters = filters;
    this.rules = rules;
  }

  long nextGrantNumber() {
    return ++lastGrant;
  }

  /**
   * Gives away what can be given: each agent that has something to give, and of which this was not
   * known to be in vain, goes to whoever is first in line and may have it. What the first leaves,
   * because it is reserved for others or over a quota, goes to the next.
   */
  List<Grant> run(Instant now) {
    filters.expire(now, this::askAgain);
    contenders.beginCycle(rules, now);
    ledger.tree().followTotals();
    var grants = new ArrayList<Grant>();
    int visits = ledger.agents().takeTouched();
    for (int i = 0; i < visits; i++) {
      var agent = ledger.agents().visit(i);
      boolean more = true;
      while (more && !agent.free().isEmpty()) {
        more = giveOnce(agent, now, grants);
      }
    }
    return grants;
  }

  /** What it has refused is its to be seen again. */
  private void askAgain(long ended) {
    int agent = Filters.agentOf(ended);
    ledger.agents().get(agent).inVain.remove(Filters.claimOf(ended));
    ledger.agents().touch(agent);
  }

  /**
   * Asks all who want offers and were not asked in vain: whose guarantee is not met, then all
   * others, then those who lately wanted nothing of what they got; in each of these the smallest
   * weighted dominant share first, role by role and then framework by framework.
   *
   * @return false when nobody took anything
   */
  private boolean giveOnce(AgentNode agent, Instant now, List<Grant> grants) {
    agent.beginVisit(contenders.wishes());
    int asked = contenders.wanting().countWithout(agent.inVain);
    boolean given = false;
    if (asked > 0 && asked <= FEW) {
      given = askFew(agent, now, grants);
    } else if (asked > 0) {
      for (int i = 0; i < Tier.IN_ORDER.size() && !given; i++) {
        given = ask(ledger.tree().root(), Tier.IN_ORDER.get(i), agent, now, grants);
      }
    }
    boolean left = removeWhoIsOut();
    contenders.settleOwed();
    return given || left;
  }

  private boolean ask(
      ShareGroup group, Tier tier, AgentNode agent, Instant now, List<Grant> grants) {
    var order = group.order(tier);
    for (int i = 0; i < order.size(); i++) {
      var next = order.get(i);
      boolean given =
          next instanceof ShareGroup inner
              ? ask(inner, tier, agent, now, grants)
              : next instanceof Claim claim
                  && !agent.inVain.contains(claim.number)
                  && ask(claim, agent, now, grants);
      if (given || isSomebodyOut()) {
        return given;
      }
    }
    return false;
  }

  private boolean askFew(AgentNode agent, Instant now, List<Grant> grants) {
    few.clear();
    var wanting = contenders.wanting();
    for (int n = wanting.nextWithout(agent.inVain, 0);
        n >= 0;
        n = wanting.nextWithout(agent.inVain, n + 1)) {
      few.add(contenders.claim(n));
    }
    few.sort(Cycle::compare);
    for (int i = 0; i < few.size(); i++) {
      boolean given = ask(few.get(i), agent, now, grants);
      if (given || isSomebodyOut()) {
        return given;
      }
    }
    return false;
  }

  private static int compare(Claim left, Claim right) {
    if (left.tier != right.tier && left.tier != null && right.tier != null) {
      return left.tier.compareTo(right.tier);
    }
    return ShareNode.isSame(left, right) ? 0 : ShareNode.compareInTree(left, right);
  }

  /** Grants all that the claim may have of the agent, if the rules let it have anything. */
  private boolean ask(Claim claim, AgentNode agent, Instant now, List<Grant> grants) {
    var framework = claim.owner;
    if (framework == null) {
      throw new IllegalStateException("Nobody is behind " + claim);
    }
    if (rules.isBlockedByQuota(framework, claim)) {
      blocked = claim;
      return false;
    }
    var candidate = rules.candidate(framework, claim, agent, now);
    var reason = rules.firstReason(candidate);
    if (reason instanceof RefusalReason.OfferLimitReached) {
      tooManyOffers = framework;
      return false;
    }
    if (candidate.isCut()) {
      contenders.cutByQuota(claim);
    }
    if (reason != null || candidate.isCut()) {
      agent.inVain.add(claim.number);
    }
    if (reason != null) {
      return false;
    }
    var grant = candidate.toGrant(nextGrantNumber());
    framework.opened(ledger.open(grant, claim, agent, now));
    claim.lastOfferMs = now.toEpochMilli();
    grants.add(grant);
    return true;
  }

  private boolean isSomebodyOut() {
    return tooManyOffers != null || blocked != null;
  }

  /** Not while the orders are walked through, which that changes. */
  private boolean removeWhoIsOut() {
    boolean any = isSomebodyOut();
    if (tooManyOffers != null) {
      contenders.holdBack(tooManyOffers);
      tooManyOffers = null;
    }
    if (blocked != null) {
      contenders.block(blocked);
      blocked = null;
    }
    return any;
  }
}
