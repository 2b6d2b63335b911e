package io.meseta.master.validation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** The offers that an ACCEPT names: open, of this framework, of one agent and one role. */
public final class OfferValidation {
  private OfferValidation() {}

  /**
   * Why they cannot be accepted together, or nothing.
   *
   * @param open finds an offer that nobody has answered yet
   */
  public static Optional<String> invalidReason(
      FrameworkId framework, List<OfferId> ids, Function<OfferId, Optional<OfferFacts>> open) {
    if (ids.isEmpty()) {
      return Optional.of("No offer is named");
    }
    var seen = new TreeSet<OfferId>();
    var first = open.apply(ids.get(0));
    for (OfferId id : ids) {
      if (!seen.add(id)) {
        return Optional.of("Offer " + id + " is named twice");
      }
      var offer = open.apply(id);
      if (offer.isEmpty() || first.isEmpty() || !offer.get().framework().equals(framework)) {
        // Another framework's offer looks like none: its id is not this one's business.
        return Optional.of(
            "Offer " + id + " is no longer valid: it was answered, rescinded or has timed out");
      }
      if (!offer.get().agent().equals(first.get().agent())) {
        return Optional.of(
            "Offers of different agents cannot be accepted together: "
                + first.get().agent()
                + " and "
                + offer.get().agent());
      }
      if (!offer.get().role().equals(first.get().role())) {
        return Optional.of(
            "Offers for different roles cannot be accepted together: '"
                + first.get().role()
                + "' and '"
                + offer.get().role()
                + "'");
      }
    }
    return Optional.empty();
  }
}
