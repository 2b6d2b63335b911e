package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a framework has been without an offer in one of its roles.
 *
 * @param wantingSince since which cycle it wants offers; empty while it wants none: it is
 *     disconnected, or has suppressed them
 * @param lastOffer when it was offered something last, since it has the role; empty if never
 * @param openOffers how many it holds for the role, unanswered
 */
public record Waiting(
    FrameworkId framework,
    String role,
    Optional<Instant> wantingSince,
    Optional<Instant> lastOffer,
    int openOffers) {

  /**
   * Since when it wants offers and has got none; empty while it wants none, or has some to answer.
   */
  public Optional<Instant> waitingSince() {
    if (openOffers > 0) {
      return Optional.empty();
    }
    return wantingSince.map(since -> lastOffer.filter(since::isBefore).orElse(since));
  }

  /** In words. */
  public String text() {
    var last = lastOffer.map(at -> "the last offer was at " + at).orElse("never offered anything");
    if (wantingSince.isEmpty()) {
      return "wants no offers at present; " + last;
    }
    return waitingSince()
        .map(since -> "waits for an offer since " + since + "; " + last)
        .orElse("has " + openOffers + " offers to answer; " + last);
  }
}
