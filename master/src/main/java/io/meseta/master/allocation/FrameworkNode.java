package io.meseta.master.allocation;

/** A framework as the allocation sees it. */
final class FrameworkNode {
  private FrameworkFacts facts;
  private boolean active = true;
  private int openGrants;
  private boolean heldBack;

  FrameworkNode(FrameworkFacts facts) {
    this.facts = facts;
  }

  FrameworkFacts facts() {
    return facts;
  }

  void setFacts(FrameworkFacts other) {
    facts = other;
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
