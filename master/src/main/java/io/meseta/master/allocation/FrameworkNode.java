package io.meseta.master.allocation;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Resources;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/** A framework as the allocation sees it. */
final class FrameworkNode {
  private final TreeMap<String, Claim> claims = new TreeMap<>();

  /** By their numbers, the oldest first. */
  private final LinkedHashMap<Long, AgentNode.OpenGrant> openGrants = new LinkedHashMap<>();

  private FrameworkFacts facts;
  private boolean active = true;
  private boolean heldBack;
  private boolean counted;
  private boolean understandsAll;

  FrameworkNode(FrameworkFacts facts) {
    this.facts = facts;
    setFacts(facts);
  }

  FrameworkFacts facts() {
    return facts;
  }

  void setFacts(FrameworkFacts other) {
    facts = other;
    understandsAll =
        other.has(Capability.Type.REVOCABLE_RESOURCES)
            && other.has(Capability.Type.SHARED_RESOURCES)
            && other.has(Capability.Type.RESERVATION_REFINEMENT);
  }

  /** No offers for these roles of it. */
  void setSuppressed(Collection<String> roles) {
    facts = facts.withSuppressed(roles);
  }

  /** One for each of its roles. */
  Collection<Claim> claims() {
    return Collections.unmodifiableCollection(claims.values());
  }

  void add(Claim claim) {
    claims.put(claim.role.path(), claim);
  }

  void remove(Claim claim) {
    claims.remove(claim.role.path());
  }

  boolean has(String role) {
    return claims.containsKey(role);
  }

  /** That of one of its roles. */
  Claim claim(String role) {
    var claim = claims.get(role);
    if (claim == null) {
      throw new IllegalStateException("Framework " + facts.id() + " has no role " + role);
    }
    return claim;
  }

  /** Without what only frameworks with other capabilities could understand. */
  Resources understandable(Resources resources) {
    if (understandsAll) {
      return resources;
    }
    boolean revocable = facts.has(Capability.Type.REVOCABLE_RESOURCES);
    boolean shared = facts.has(Capability.Type.SHARED_RESOURCES);
    boolean refined = facts.has(Capability.Type.RESERVATION_REFINEMENT);
    return resources.filter(key ->
        (revocable || !key.revocable())
            && (shared || !key.shared())
            && (refined || !key.isRefined()));
  }

  boolean isActive() {
    return active;
  }

  void setActive(boolean value) {
    active = value;
  }

  boolean isSuppressed(String role) {
    return facts.suppressedRoles().contains(role);
  }

  /** Whether it would take offers, if it may have them. */
  boolean wantsOffers(String role) {
    return active && facts.roles().contains(role) && !isSuppressed(role);
  }

  boolean wantsOffers() {
    for (String role : facts.roles()) {
      if (wantsOffers(role)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is counted among those that want offers. */
  boolean isCounted() {
    return counted;
  }

  void setCounted(boolean value) {
    counted = value;
  }

  Collection<AgentNode.OpenGrant> openGrants() {
    return Collections.unmodifiableCollection(openGrants.values());
  }

  int openGrantCount() {
    return openGrants.size();
  }

  void opened(AgentNode.OpenGrant open) {
    openGrants.put(open.grant().number(), open);
  }

  void closed(Grant grant) {
    openGrants.remove(grant.number());
  }

  /** Whether an agent was not offered to it only because it holds too many offers. */
  boolean isHeldBack() {
    return heldBack;
  }

  void setHeldBack(boolean value) {
    heldBack = value;
  }
}
