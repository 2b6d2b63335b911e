package io.meseta.master.allocation;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** A framework as the allocation sees it. */
final class FrameworkNode {
  private final TreeMap<String, Claim> claims = new TreeMap<>();
  private FrameworkFacts facts;
  private boolean active = true;
  private int openGrants;
  private boolean heldBack;

  FrameworkNode(FrameworkFacts facts, ClaimNumbers numbers) {
    this.facts = facts;
    setFacts(facts, numbers);
  }

  FrameworkFacts facts() {
    return facts;
  }

  /**
   * Other facts, and so perhaps other roles.
   *
   * @return the claims that are gone; their numbers are still taken
   */
  List<Claim> setFacts(FrameworkFacts other, ClaimNumbers numbers) {
    facts = other;
    for (String role : other.roles()) {
      claims.computeIfAbsent(role, r -> new Claim(other.id(), r, numbers.take()));
    }
    var gone = new ArrayList<Claim>();
    claims.values().removeIf(claim -> !other.roles().contains(claim.role()) && gone.add(claim));
    return gone;
  }

  /** No offers for these roles of it. */
  void setSuppressed(Collection<String> roles) {
    facts = facts.withSuppressed(roles);
  }

  /** One for each of its roles. */
  Collection<Claim> claims() {
    return claims.values();
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

  boolean wantsOffers(String role) {
    return active && facts.roles().contains(role) && !isSuppressed(role);
  }

  boolean wantsOffers() {
    return facts.roles().stream().anyMatch(this::wantsOffers);
  }

  int openGrants() {
    return openGrants;
  }

  void grantOpened() {
    openGrants++;
  }

  void grantsClosed(int number) {
    openGrants -= number;
  }

  /** Whether an agent was not offered to it only because it holds too many offers. */
  boolean isHeldBack() {
    return heldBack;
  }

  void setHeldBack(boolean value) {
    heldBack = value;
  }
}
