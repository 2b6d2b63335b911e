package io.meseta.master.allocation;

import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an allocator was told and what it has granted, written down a second time and added up anew
 * whenever somebody asks: slow, and simple enough to be believed.
 */
final class Account {
  /** Something that was refused. */
  record Hidden(String framework, String role, String agent, Resources refused, Instant until) {}

  final TreeMap<String, Resources> totals = new TreeMap<>();
  final TreeSet<String> inactiveAgents = new TreeSet<>();
  final TreeMap<String, FrameworkFacts> frameworks = new TreeMap<>();
  final TreeSet<String> inactiveFrameworks = new TreeSet<>();
  final TreeMap<String, Quota> quotas = new TreeMap<>();
  final TreeMap<String, Long> weights = new TreeMap<>();
  final ArrayList<Grant> open = new ArrayList<>();

  /** As if it were granted. */
  final ArrayList<Grant> used = new ArrayList<>();

  final ArrayList<Hidden> hidden = new ArrayList<>();

  static boolean isWithin(String role, String other) {
    return role.equals(other) || role.startsWith(other + "/");
  }

  List<Grant> heldOn(String agent) {
    var held = new ArrayList<>(open);
    held.addAll(used);
    held.removeIf(grant -> !grant.agent().value().equals(agent));
    return held;
  }

  private static Resources sum(List<Grant> grants) {
    return grants.stream().map(Grant::resources).reduce(Resources.EMPTY, Resources::plus);
  }

  Resources held(String agent) {
    return sum(heldOn(agent));
  }

  Resources total(String agent) {
    return totals.getOrDefault(agent, Resources.EMPTY);
  }

  /** A shared volume stays free while it is in use, and not while it is offered. */
  Resources free(String agent) {
    return total(agent).without(taken(agent));
  }

  /** What of the agent can be offered to nobody else. */
  Resources taken(String agent) {
    var offered = new ArrayList<>(heldOn(agent));
    offered.retainAll(open);
    var inUse = new ArrayList<>(heldOn(agent));
    inUse.removeAll(open);
    return sum(offered).plus(sum(inUse).exclusive());
  }

  boolean isActive(String framework) {
    return frameworks.containsKey(framework) && !inactiveFrameworks.contains(framework);
  }

  /** Whether it would take offers for this role. */
  boolean wants(String framework, String role) {
    var facts = frameworks.get(framework);
    return facts != null
        && isActive(framework)
        && facts.roles().contains(role)
        && !facts.suppressedRoles().contains(role);
  }

  /** Those of the agent's resources that were refused, and by whom, and not long enough ago. */
  boolean isHidden(String framework, String role, String agent, Resources resources, Instant now) {
    return hidden.stream()
        .anyMatch(each ->
            each.framework().equals(framework)
                && each.role().equals(role)
                && each.agent().equals(agent)
                && each.until().isAfter(now)
                && each.refused().contains(resources));
  }

  /** When something is to be seen again next. */
  Optional<Instant> nextEnd(Instant now) {
    return hidden.stream()
        .map(Hidden::until)
        .filter(until -> until.isAfter(now))
        .min(Instant::compareTo);
  }

  // ---- quotas

  /** In thousandths: neither reserved nor revocable. */
  static long ofQuota(Resources resources, String name) {
    return resources.entries().stream()
        .filter(entry -> entry.key().isUnreserved() && !entry.key().revocable())
        .mapToLong(entry -> amount(entry, name))
        .sum();
  }

  private static long amount(ResourceEntry entry, String name) {
    return entry.key().name().equals(name) && entry.value() instanceof Scalar scalar
        ? scalar.milli()
        : 0;
  }

  /** What is reserved for the role or those below it, and what they hold of the rest. */
  long consumed(String role, String name) {
    long reserved =
        totals.values().stream()
            .flatMap(total -> total.entries().stream())
            .filter(
                entry -> entry.key().reservationRole().filter(r -> isWithin(r, role)).isPresent())
            .mapToLong(entry -> amount(entry, name))
            .sum();
    return reserved + heldOfQuota(open, role, name) + heldOfQuota(used, role, name);
  }

  private static long heldOfQuota(List<Grant> grants, String role, String name) {
    return grants.stream()
        .filter(grant -> isWithin(grant.role(), role))
        .mapToLong(grant -> ofQuota(grant.resources(), name))
        .sum();
  }

  /** What is free on active agents and may be given to anybody. */
  long freeOfQuota(String name) {
    return totals.keySet().stream()
        .filter(agent -> !inactiveAgents.contains(agent))
        .mapToLong(agent -> ofQuota(free(agent), name))
        .sum();
  }

  /** What of the guarantees of this role, and of all below it, is missing. */
  long missing(String role, String name) {
    long own = quotas.getOrDefault(role, Quota.NONE).guarantees().get(name) - consumed(role, name);
    return Math.max(Math.max(0, own), missingBelow(role, name));
  }

  /** The sum over the roles right below, or the topmost roles when it is empty. */
  long missingBelow(String role, String name) {
    var children = new TreeSet<String>();
    var prefix = role.isEmpty() ? "" : role + "/";
    for (String other : quotas.keySet()) {
      if (other.startsWith(prefix) && other.length() > prefix.length()) {
        int slash = other.indexOf('/', prefix.length());
        children.add(slash < 0 ? other : other.substring(0, slash));
      }
    }
    return children.stream().mapToLong(child -> missing(child, name)).sum();
  }

  // ---- changes

  void agentGone(String name) {
    totals.remove(name);
    inactiveAgents.remove(name);
    open.removeIf(grant -> grant.agent().value().equals(name));
    used.removeIf(grant -> grant.agent().value().equals(name));
    hidden.removeIf(each -> each.agent().equals(name));
  }

  void frameworkGone(String name) {
    frameworks.remove(name);
    inactiveFrameworks.remove(name);
    open.removeIf(grant -> grant.framework().value().equals(name));
    hidden.removeIf(each -> each.framework().equals(name));
  }
}
