package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import org.jspecify.annotations.Nullable;

/**
 * One framework in one of its roles: who takes part in the allocation. There is one object for each
 * at any time, known by its number, which is small and used again when the claim is gone. It is
 * there as long as the framework has the role, or holds something for it.
 */
final class Claim extends ShareNode {
  final FrameworkId framework;
  final RoleNode role;
  final int number;

  /** What the framework says; null when it is not there, or has not got this role any more. */
  @Nullable FrameworkNode owner;

  /** How many grants are open, and on how many agents something is in use; not all of it counts. */
  int holdings;

  /** In which order it is; null while it gets no offers. */
  @Nullable Tier tier;

  /** No offer can come of it before quotas leave more. */
  boolean blockedByQuota;

  /** An agent was offered in part only, or not at all, because of a quota. */
  boolean cutByQuota;

  /** How often in a row all offers of a cycle came back unused. */
  int idleCycles;

  boolean resting;

  /** The cycle whose offers came back unused last. */
  long unusedIn;

  /** The cycle after which something was used last. */
  long usedIn;

  /** Since when it wants to see all agents anew; see {@link RecentWishes}. */
  long wantsSince;

  /** Since when it wants offers; see {@link Waits}. */
  long waitsFromMs = Waits.NEVER;

  /** When it was offered something last. */
  long lastOfferMs = Waits.NEVER;

  Claim(FrameworkId framework, RoleNode role, int number, long age) {
    super(role.own(), age);
    this.framework = framework;
    this.role = role;
    this.number = number;
  }

  @Override
  boolean wantsIn(Tier other) {
    return tier == other;
  }

  @Override
  public String toString() {
    return framework + " in role '" + role.path() + "'";
  }
}
