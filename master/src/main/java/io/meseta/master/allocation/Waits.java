package io.meseta.master.allocation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Since when each claim wants offers, and when it had one last: two numbers per claim, written when
 * they change. The wish of a claim begins with the first cycle after it, as nobody could have
 * fulfilled it earlier.
 */
final class Waits {
  /** In milliseconds: it does not, or never did. */
  static final long NEVER = Long.MIN_VALUE;

  private static final long FROM_THE_NEXT_CYCLE_ON = Long.MAX_VALUE;

  private final ArrayList<Claim> begun = new ArrayList<>();

  /** The framework may want other offers now. */
  void follow(Claim claim) {
    var owner = claim.owner;
    if (owner == null || !owner.wantsOffers(claim.role.path())) {
      claim.waitsFromMs = NEVER;
    } else if (claim.waitsFromMs == NEVER) {
      claim.waitsFromMs = FROM_THE_NEXT_CYCLE_ON;
      begun.add(claim);
    }
  }

  /** It has not got the role any more. */
  void forget(Claim claim) {
    claim.waitsFromMs = NEVER;
    claim.lastOfferMs = NEVER;
  }

  void beginCycle(Instant now) {
    for (int i = 0; i < begun.size(); i++) {
      if (begun.get(i).waitsFromMs == FROM_THE_NEXT_CYCLE_ON) {
        begun.get(i).waitsFromMs = now.toEpochMilli();
      }
    }
    begun.clear();
  }

  static Waiting of(Claim claim, Instant now) {
    int open = 0;
    if (claim.owner != null) {
      for (AgentNode.OpenGrant each : claim.owner.openGrants()) {
        open += each.grant().role().equals(claim.role.path()) ? 1 : 0;
      }
    }
    return new Waiting(
        claim.framework,
        claim.role.path(),
        claim.waitsFromMs == FROM_THE_NEXT_CYCLE_ON ? Optional.of(now) : instant(claim.waitsFromMs),
        instant(claim.lastOfferMs),
        open);
  }

  private static Optional<Instant> instant(long milli) {
    return milli == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(milli));
  }
}
