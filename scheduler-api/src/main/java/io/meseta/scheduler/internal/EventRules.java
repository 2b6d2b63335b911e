package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Event;
import java.util.Optional;

/** What an event must contain to be worth anything. */
final class EventRules {

  private EventRules() {}

  /** What is missing, or empty. Types that are not known here are no fault. */
  static Optional<String> fault(Event event) {
    boolean complete =
        switch (event.getType()) {
          case SUBSCRIBED -> event.hasSubscribed();
          case OFFERS -> event.hasOffers();
          case INVERSE_OFFERS -> event.hasInverseOffers();
          case RESCIND -> event.hasRescind();
          case RESCIND_INVERSE_OFFER -> event.hasRescindInverseOffer();
          case UPDATE -> event.hasUpdate();
          case UPDATE_OPERATION_STATUS -> event.hasUpdateOperationStatus();
          case MESSAGE -> event.hasMessage();
          case FAILURE -> event.hasFailure();
          case ERROR -> event.hasError();
          case HEARTBEAT, UNKNOWN -> true;
        };
    return complete
        ? Optional.empty()
        : Optional.of("an event of type " + event.getType() + " has no content");
  }
}
