package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.constraints.AgentTraits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The account of one agent: its total is what is free, what is granted and what is in use, each at
 * any time. Only when an agent has shrunk below what is taken is that more than the total, and then
 * nothing is free of what is missing.
 */
final class AgentNode {
  /** Who uses something here, and for which role. */
  record Holder(FrameworkId framework, String role) implements Comparable<Holder> {
    private static final Comparator<Holder> ORDER =
        Comparator.comparing(Holder::framework).thenComparing(Holder::role);

    @Override
    public int compareTo(Holder other) {
      return ORDER.compare(this, other);
    }
  }

  /** A grant that has not been answered. */
  record OpenGrant(Grant grant, Instant since) {}

  /** The use of an agent is told in so many steps, for the order in which agents are visited. */
  static final int USE_STEPS = 8;

  private final AgentId id;

  /** Its place in the pool. */
  final int number;

  /** Whom asking again would be in vain, as long as no more is free than {@link #answersFor}. */
  final ClaimSet inVain = new ClaimSet();

  private final List<OpenGrant> openGrants = new ArrayList<>(0);
  private final TreeMap<Holder, Resources> inUse = new TreeMap<>();
  private Resources total;
  private AgentTraits traits;
  private Resources used = Resources.EMPTY;
  private Resources free;

  /** What was free when it was found who is asked in vain. */
  private Resources answersFor = Resources.EMPTY;

  /** Which wishes were known when it was visited last. */
  private long lastVisit;

  private boolean active = true;

  /** More is taken than there is, since the agent has shrunk. */
  private boolean overdrawn;

  AgentNode(int number, AgentFacts facts, long now) {
    this.id = facts.id();
    this.number = number;
    this.total = facts.total();
    this.traits = facts.traits();
    this.free = total;
    this.lastVisit = now;
  }

  AgentId id() {
    return id;
  }

  Resources total() {
    return total;
  }

  AgentTraits traits() {
    return traits;
  }

  Resources free() {
    return free;
  }

  boolean isActive() {
    return active;
  }

  void setActive(boolean value) {
    active = value;
  }

  boolean hasGpus() {
    return total.gpusMilli() > 0;
  }

  List<OpenGrant> openGrants() {
    return Collections.unmodifiableList(openGrants);
  }

  SortedMap<Holder, Resources> inUse() {
    return Collections.unmodifiableSortedMap(inUse);
  }

  /** Other facts: everybody has to be asked again. */
  void setFacts(AgentFacts facts) {
    traits = facts.traits();
    inVain.clear();
    setTotal(facts.total());
  }

  private void setTotal(Resources other) {
    total = other;
    recomputeFree();
  }

  /** A shared volume is free while it is in use, and not while it is offered. */
  private Resources taken() {
    var taken = used.exclusive();
    for (OpenGrant open : openGrants) {
      taken = taken.plus(open.grant().resources());
    }
    return taken;
  }

  // ---- who is asked

  /**
   * Begins to look at what is free now: answers that may be others for that are forgotten.
   *
   * @param wishes who wants to be asked again
   */
  void beginVisit(RecentWishes wishes) {
    knowFree();
    if (lastVisit < wishes.now()) {
      wishes.forgetAnswers(inVain, lastVisit);
      lastVisit = wishes.now();
    }
  }

  /** Answers were for what was free then, and hold for any part of it. */
  private void knowFree() {
    if (!answersFor.contains(free)) {
      inVain.clear();
    }
    answersFor = free;
  }

  /** All that is free has been refused by this claim. */
  void knowInVain(Claim claim, Resources refused) {
    if (refused.contains(free)) {
      knowFree();
      if (claim.wantsSince <= lastVisit) {
        inVain.add(claim.number);
      }
    }
  }

  // ---- the account

  /** Keeps the same objects as others with the same resources. */
  void shareFree(ResourcePool pool) {
    free = pool.share(free);
    used = pool.share(used);
  }

  OpenGrant open(Grant grant, Instant now) {
    free = isSame(free, grant.resources()) ? Resources.EMPTY : free.minusOrThrow(grant.resources());
    var open = new OpenGrant(grant, now);
    openGrants.add(open);
    return open;
  }

  /** Like {@link #open}, of an agent that may have shrunk since all of this was granted. */
  OpenGrant reopen(Grant grant, Instant now) {
    var open = new OpenGrant(grant, now);
    openGrants.add(open);
    recomputeFree();
    return open;
  }

  @Nullable OpenGrant find(Grant grant) {
    for (OpenGrant open : openGrants) {
      if (open.grant().number() == grant.number() && open.grant().equals(grant)) {
        return open;
      }
    }
    return null;
  }

  /** Since when it is open, which it is. */
  Instant openSince(Grant grant) {
    var open = find(grant);
    if (open == null) {
      throw new IllegalStateException("Not an open grant: " + grant);
    }
    return open.since();
  }

  /** Closes it; all of it is free. */
  void close(Grant grant) {
    for (Iterator<OpenGrant> each = openGrants.iterator(); each.hasNext(); ) {
      if (each.next().grant().equals(grant)) {
        each.remove();
        giveBack(grant.resources());
        return;
      }
    }
    throw new IllegalStateException("Not an open grant: " + grant);
  }

  /** What of this is claimed already and can be there only once, in words. */
  Optional<String> conflict(Resources resources) {
    return taken().overlaps(resources)
        ? Optional.of("[" + resources + "] overlaps with what is granted or in use on agent " + id)
        : Optional.empty();
  }

  /** Whether this would be free if that, which is granted, were not. */
  boolean isFreeWithout(Resources granted, Resources resources) {
    return total.without(taken().minusOrThrow(granted)).contains(resources);
  }

  /** Returns whether the holder had nothing in use here before. */
  boolean use(Holding holding) {
    var resources = holding.resources();
    var taken = resources.exclusive();
    boolean fits = free.contains(taken);
    used = used.plus(resources);
    if (fits) {
      free = free.without(taken);
    } else {
      recomputeFree();
    }
    var before = inUse.get(holder(holding));
    inUse.put(holder(holding), before == null ? resources : before.plus(resources));
    return before == null;
  }

  boolean isUsed(Holding holding) {
    return inUse.getOrDefault(holder(holding), Resources.EMPTY).contains(holding.resources());
  }

  /** Returns whether the holder has nothing in use here any more. */
  boolean endUse(Holding holding) {
    var held = inUse.getOrDefault(holder(holding), Resources.EMPTY);
    var rest = held.minusOrThrow(holding.resources());
    if (rest.isEmpty()) {
      inUse.remove(holder(holding));
    } else {
      inUse.put(holder(holding), rest);
    }
    used = used.minusOrThrow(holding.resources());
    giveBack(holding.resources().exclusive());
    return rest.isEmpty();
  }

  /** What is free of it becomes something else; nothing of it is free only for a moment. */
  void convert(Resources from, Resources to) {
    if (!free.contains(from)) {
      throw new IllegalStateException("[" + from + "] is not free on agent " + id);
    }
    setTotal(total.minusOrThrow(from).plus(to));
  }

  /** Something is no longer taken: free, as far as the agent has it. */
  private void giveBack(Resources resources) {
    if (overdrawn) {
      recomputeFree();
    } else {
      free = free.isEmpty() ? resources : free.plus(resources);
    }
  }

  private void recomputeFree() {
    var taken = taken();
    overdrawn = !total.contains(taken);
    free = total.without(taken);
  }

  private static Holder holder(Holding holding) {
    return new Holder(holding.framework(), holding.role());
  }

  /** How much of its CPUs or memory is in use, whichever is more, from 0 to {@link #USE_STEPS}. */
  int useStep() {
    return Math.max(
        step(used.cpusMilli(), total.cpusMilli()), step(used.memMilli(), total.memMilli()));
  }

  private static int step(long some, long all) {
    return all == 0 ? 0 : (int) Math.min(USE_STEPS, (double) some / (double) all * USE_STEPS);
  }

  @SuppressWarnings("ReferenceEquality") // Mostly all that is free is granted as it is.
  private static boolean isSame(Resources left, Resources right) {
    return left == right;
  }

  /** Checks the account against the single grants and uses. */
  void assertInvariants() {
    var sum = Resources.EMPTY;
    for (OpenGrant open : openGrants) {
      check(!sum.overlaps(open.grant().resources()), () -> "something is granted twice");
      sum = sum.plus(open.grant().resources());
    }
    var uses = Resources.EMPTY;
    for (Resources each : inUse.values()) {
      check(!each.isEmpty(), () -> "a holder holds nothing");
      check(!sum.overlaps(each), () -> "something in use is granted or used elsewhere");
      sum = sum.plus(each.exclusive());
      uses = uses.plus(each);
    }
    var held = sum;
    var usedBySingle = uses;
    check(uses.equals(used), () -> "in use are [" + usedBySingle + "], not [" + used + "]");
    check(
        free.equals(total.without(held))
            && (!total.contains(held) || free.plus(held).equals(total)),
        () -> "[" + free + "] free and [" + held + "] taken are not the total [" + total + "]");
  }

  /** The message is made only when it is needed: this is asked after each event of a simulation. */
  private void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new IllegalStateException("Agent " + id + ": " + otherwise.get());
    }
  }
}
