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

  private final AgentId id;
  private final List<OpenGrant> openGrants = new ArrayList<>();
  private final TreeMap<Holder, Resources> inUse = new TreeMap<>();
  private Resources total;
  private AgentTraits traits;
  private Resources taken = Resources.EMPTY;
  private Resources free;
  private boolean active = true;

  AgentNode(AgentFacts facts) {
    this.id = facts.id();
    this.total = facts.total();
    this.traits = facts.traits();
    this.free = total;
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

  void setFacts(AgentFacts facts) {
    total = facts.total();
    traits = facts.traits();
    free = total.without(taken);
  }

  /** What is free of it becomes something else; nothing of it is free only for a moment. */
  void convert(Resources from, Resources to) {
    if (!free.contains(from)) {
      throw new IllegalStateException("[" + from + "] is not free on agent " + id);
    }
    setTotal(total.minusOrThrow(from).plus(to));
  }

  void open(Grant grant, Instant now) {
    take(grant.resources());
    openGrants.add(new OpenGrant(grant, now));
  }

  boolean isOpen(Grant grant) {
    return openGrants.stream().anyMatch(open -> open.grant().equals(grant));
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
    return taken.overlaps(resources)
        ? Optional.of("[" + resources + "] overlaps with what is granted or in use on agent " + id)
        : Optional.empty();
  }

  void use(Holding holding) {
    if (!holding.resources().isEmpty()) {
      take(holding.resources());
      inUse.merge(holder(holding), holding.resources(), Resources::plus);
    }
  }

  boolean isUsed(Holding holding) {
    return inUse.getOrDefault(holder(holding), Resources.EMPTY).contains(holding.resources());
  }

  void endUse(Holding holding) {
    if (holding.resources().isEmpty()) {
      return;
    }
    inUse.computeIfPresent(
        holder(holding),
        (holder, used) -> {
          var rest = used.minusOrThrow(holding.resources());
          return rest.isEmpty() ? null : rest;
        });
    giveBack(holding.resources());
  }

  private void take(Resources resources) {
    taken = taken.plus(resources);
    free = total.without(taken);
  }

  private void giveBack(Resources resources) {
    taken = taken.minusOrThrow(resources);
    free = total.without(taken);
  }

  private static Holder holder(Holding holding) {
    return new Holder(holding.framework(), holding.role());
  }

  /** Checks the account against the single grants and uses. */
  void assertInvariants() {
    var sum = Resources.EMPTY;
    for (OpenGrant open : openGrants) {
      check(!sum.overlaps(open.grant().resources()), () -> "something is granted twice");
      sum = sum.plus(open.grant().resources());
    }
    for (Resources used : inUse.values()) {
      check(!used.isEmpty(), () -> "a holder holds nothing");
      check(!sum.overlaps(used), () -> "something in use is granted or used elsewhere");
      sum = sum.plus(used);
    }
    var held = sum;
    check(held.equals(taken), () -> "granted and in use are [" + held + "], not [" + taken + "]");
    check(
        free.equals(total.without(taken))
            && (!total.contains(taken) || free.plus(taken).equals(total)),
        () -> "[" + free + "] free and [" + taken + "] taken are not the total [" + total + "]");
  }

  /** The message is made only when it is needed: this is asked after each event of a simulation. */
  private void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new IllegalStateException("Agent " + id + ": " + otherwise.get());
    }
  }
}
