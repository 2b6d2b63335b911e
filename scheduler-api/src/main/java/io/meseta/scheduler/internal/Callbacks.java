package io.meseta.scheduler.internal;

import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import java.util.function.Consumer;

/** Turns notices into calls of the author's methods. */
final class Callbacks {

  private final SchedulerDriver driver;
  private final Scheduler scheduler;
  private final Consumer<TaskStatus> handled;

  /**
   * @param handled told that {@link Scheduler#statusUpdate} has returned normally
   */
  Callbacks(SchedulerDriver driver, Scheduler scheduler, Consumer<TaskStatus> handled) {
    this.driver = driver;
    this.scheduler = scheduler;
    this.handled = handled;
  }

  void deliver(Notice notice) {
    if (notice instanceof Notice.Subscribed now) {
      scheduler.subscribed(driver, now.framework(), now.master());
    } else if (notice instanceof Notice.Resubscribed again) {
      scheduler.resubscribed(driver, again.framework(), again.master());
    } else if (notice instanceof Notice.Disconnected lost) {
      scheduler.disconnected(driver, lost.reason());
    } else if (notice instanceof Notice.Failed failed) {
      scheduler.error(driver, failed.message());
    } else if (notice instanceof Notice.Received received) {
      deliver(received.event());
    } else {
      throw new IllegalStateException("no callback for " + notice);
    }
  }

  private void deliver(Event event) {
    switch (event.getType()) {
      case OFFERS -> {
        if (event.getOffers().getOffersCount() > 0) {
          scheduler.offers(driver, event.getOffers().getOffersList());
        }
      }
      case RESCIND -> scheduler.offerRescinded(driver, event.getRescind().getOfferId());
      case UPDATE -> {
        TaskStatus status = event.getUpdate().getStatus();
        scheduler.statusUpdate(driver, status);
        handled.accept(status);
      }
      case MESSAGE -> {
        Event.Message message = event.getMessage();
        byte[] data = message.getData().toByteArray();
        scheduler.message(driver, message.getExecutorId(), message.getAgentId(), data);
      }
      case FAILURE -> deliver(event.getFailure());
      case INVERSE_OFFERS -> {
        if (event.getInverseOffers().getInverseOffersCount() > 0) {
          scheduler.inverseOffers(driver, event.getInverseOffers().getInverseOffersList());
        }
      }
      case RESCIND_INVERSE_OFFER ->
          scheduler.inverseOfferRescinded(
              driver, event.getRescindInverseOffer().getInverseOfferId());
      case UPDATE_OPERATION_STATUS ->
          scheduler.operationUpdate(driver, event.getUpdateOperationStatus().getStatus());
      case SUBSCRIBED, HEARTBEAT, ERROR, UNKNOWN ->
          throw new IllegalStateException("the core keeps " + event.getType() + " to itself");
    }
  }

  private void deliver(Event.Failure failure) {
    if (failure.hasExecutorId()) {
      scheduler.executorExited(
          driver, failure.getExecutorId(), failure.getAgentId(), failure.getStatus());
    } else {
      scheduler.agentLost(driver, failure.getAgentId());
    }
  }
}
