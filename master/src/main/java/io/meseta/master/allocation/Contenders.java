package io.meseta.master.allocation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part in the next cycle, and in which tier: a claim whose framework wants offers for its
 * role, and may have more of them.
 */
final class Contenders {
  /**
   * A claim rests for one interval, or as long as it has kept its offer, then twice, four and eight
   * times as long. When it is served before others even so, the rest goes on to double until it is
   * long enough for all others to be served in between.
   */
  private static final int USUAL_RESTS = 4;

  /** Who keeps offers for hours because no time-out is set is not made to wait for hours. */
  private static final Duration LONGEST_UNIT = Duration.ofMinutes(1);

  private final Ledger ledger;
  private final AllocationOptions options;
  private final RecentWishes wishes = new RecentWishes();
  private final ClaimSet wanting = new ClaimSet();
  private final Waits waits = new Waits();
  private final ArrayList<@Nullable Claim> byNumber = new ArrayList<>();

  /** Those with too many unanswered offers. */
  private final LinkedHashSet<FrameworkNode> heldBack = new LinkedHashSet<>();

  /** Who has got less than was there because of quotas. */
  private final ArrayList<Claim> limited = new ArrayList<>();

  private final TimerWheel rests = new TimerWheel(0);
  private int frameworks;
  private long cycle;

  Contenders(Ledger ledger, AllocationOptions options) {
    this.ledger = ledger;
    this.options = options;
  }

  ClaimSet wanting() {
    return wanting;
  }

  RecentWishes wishes() {
    return wishes;
  }

  Claim claim(int number) {
    var claim = byNumber.get(number);
    if (claim == null) {
      throw new IllegalStateException("No claim has the number " + number);
    }
    return claim;
  }

  /** Half of the agents are left for others, if there are any and it is not just a few agents. */
  int offerLimit() {
    if (options.maxOpenOffers() > 0) {
      return options.maxOpenOffers();
    }
    return frameworks < 2
        ? Integer.MAX_VALUE
        : Math.max(AllocationOptions.AUTOMATIC_MINIMUM, (ledger.agents().size() + 1) / 2);
  }

  /** How many frameworks want offers, whether they may have more or not. */
  int frameworks() {
    return frameworks;
  }

  // ---- what frameworks want

  /** It has this role. */
  void add(FrameworkNode framework, Claim claim) {
    claim.owner = framework;
    framework.add(claim);
    while (byNumber.size() <= claim.number) {
      byNumber.add(null);
    }
    byNumber.set(claim.number, claim);
  }

  /** It has not got this role any more. Its claim stays as long as something is held for it. */
  void remove(FrameworkNode framework, Claim claim) {
    claim.owner = null;
    framework.remove(claim);
    endRest(claim);
    claim.idleCycles = 0;
    claim.blockedByQuota = false;
    claim.cutByQuota = false;
    limited.remove(claim);
    settle(claim);
    wishes.remove(claim);
    waits.forget(claim);
    ledger.tree().removeIfUnused(claim);
  }

  /** Its wishes are others now: whoever wants offers is to see all agents again. */
  void wishesChanged(FrameworkNode framework) {
    count(framework, framework.wantsOffers());
    for (Claim claim : framework.claims()) {
      boolean contended = claim.tier != null;
      waits.follow(claim);
      settle(claim);
      if (contended && claim.tier != null) {
        wish(claim);
      }
    }
  }

  /** It is gone. */
  void forget(FrameworkNode framework) {
    count(framework, false);
    heldBack.remove(framework);
  }

  private void count(FrameworkNode framework, boolean wants) {
    if (framework.isCounted() != wants) {
      framework.setCounted(wants);
      frameworks += wants ? 1 : -1;
      letAllGoOn();
    }
  }

  private void wish(Claim claim) {
    wishes.add(claim);
    ledger.agents().touchAll();
  }

  /** Brings the claim to where it belongs now. */
  private void settle(Claim claim) {
    var before = claim.tier;
    var tier = tierOf(claim);
    ledger.tree().setTier(claim, tier);
    if (tier == null) {
      wanting.remove(claim.number);
    } else {
      wanting.add(claim.number);
      if (before == null) {
        wish(claim);
      }
    }
  }

  private @Nullable Tier tierOf(Claim claim) {
    var owner = claim.owner;
    if (owner == null
        || owner.isHeldBack()
        || claim.blockedByQuota
        || !owner.wantsOffers(claim.role.path())) {
      return null;
    }
    if (claim.resting) {
      return Tier.RESTING;
    }
    return ledger.quotas().isOwed(claim.role) ? Tier.OWED : Tier.NORMAL;
  }

  // ---- too many offers

  /** It holds as many offers as it may; it takes part again as soon as it has answered some. */
  void holdBack(FrameworkNode framework) {
    framework.setHeldBack(true);
    heldBack.add(framework);
    framework.claims().forEach(this::settle);
  }

  /** What it was not offered only because it held too many offers, it may be offered now. */
  void letGoOn(FrameworkNode framework) {
    if (framework.isHeldBack() && framework.openGrantCount() < offerLimit()) {
      framework.setHeldBack(false);
      heldBack.remove(framework);
      framework.claims().forEach(this::settle);
    }
  }

  /** The limit may be another one. */
  void letAllGoOn() {
    if (!heldBack.isEmpty()) {
      List.copyOf(heldBack).forEach(this::letGoOn);
    }
  }

  // ---- quotas

  /** It was offered less than there was, or nothing. */
  void cutByQuota(Claim claim) {
    if (!claim.cutByQuota) {
      claim.cutByQuota = true;
      if (!claim.blockedByQuota) {
        limited.add(claim);
      }
    }
  }

  /** It takes part again as soon as quotas leave anything for it. */
  void block(Claim claim) {
    claim.blockedByQuota = true;
    if (!claim.cutByQuota) {
      limited.add(claim);
    }
    settle(claim);
  }

  /** Quotas may leave more now. */
  private void relax(OfferRules rules) {
    if (limited.isEmpty()) {
      return;
    }
    var all = List.copyOf(limited);
    limited.clear();
    for (Claim claim : all) {
      var owner = claim.owner;
      boolean cut = claim.cutByQuota;
      claim.cutByQuota = false;
      if (owner != null && claim.blockedByQuota) {
        if (rules.isBlockedByQuota(owner, claim)) {
          limited.add(claim);
        } else {
          claim.blockedByQuota = false;
          settle(claim);
        }
      } else if (cut && claim.tier != null) {
        wish(claim);
      }
    }
  }

  /** Guarantees have been met, or are not any more. */
  void settleOwed() {
    for (var role = ledger.quotas().takeOwedOtherwise();
        role != null;
        role = ledger.quotas().takeOwedOtherwise()) {
      settleAll(role);
    }
  }

  private void settleAll(RoleNode role) {
    List.copyOf(role.claims.values()).forEach(this::settle);
    role.below.values().forEach(this::settleAll);
  }

  // ---- resting

  /** Some of what it was granted is used. */
  void used(Claim claim) {
    claim.usedIn = cycle;
    claim.idleCycles = 0;
    endRest(claim);
    settle(claim);
  }

  /** It wants offers now, whatever it gave back. */
  void wake(Claim claim) {
    claim.idleCycles = 0;
    endRest(claim);
    settle(claim);
  }

  /**
   * An offer came back unused. A filter does not make up for that: one that has just ended would
   * let its owner be served first again, as somebody who never holds anything.
   *
   * @param since when it was made
   */
  void unused(Claim claim, Instant since, Instant now) {
    if (claim.owner == null || claim.usedIn == cycle || claim.unusedIn == cycle) {
      return;
    }
    claim.unusedIn = cycle;
    claim.idleCycles = Math.min(mostRests(claim), claim.idleCycles + 1);
    var rest = unitOfRest(Duration.between(since, now)).multipliedBy(1L << (claim.idleCycles - 1));
    endRest(claim);
    claim.resting = true;
    rests.set(claim.number, now.plus(rest).toEpochMilli());
    settle(claim);
  }

  private Duration unitOfRest(Duration kept) {
    var atMost = kept.compareTo(LONGEST_UNIT) < 0 ? kept : LONGEST_UNIT;
    return atMost.compareTo(options.interval()) > 0 ? atMost : options.interval();
  }

  /** While it rests it takes nothing from anybody, which is no reason for a longer rest. */
  private int mostRests(Claim claim) {
    return claim.resting
        ? Math.max(USUAL_RESTS, claim.idleCycles)
        : Math.max(USUAL_RESTS, Integer.SIZE + 1 - Integer.numberOfLeadingZeros(wanting.size()));
  }

  private void endRest(Claim claim) {
    if (claim.resting) {
      rests.cancel(claim.number);
      claim.resting = false;
    }
  }

  // ---- cycles

  /** Brings everything up to date for a cycle. */
  void beginCycle(OfferRules rules, Instant now) {
    cycle++;
    waits.beginCycle(now);
    rests.advance(
        now.toEpochMilli(),
        number -> {
          var claim = claim(number);
          claim.resting = false;
          settle(claim);
        });
    settleOwed();
    if (ledger.quotas().takeRelaxed()) {
      relax(rules);
    }
  }

  /** Whether somebody may get something only because quotas leave more. */
  boolean mayBeRelaxed() {
    return ledger.quotas().isRelaxed() && !limited.isEmpty();
  }
}
