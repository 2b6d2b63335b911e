package io.meseta.scheduler;

/**
 * A call was not sent, because the driver had no subscription, or too many calls were waiting. It
 * has had no effect; do it again after {@link Scheduler#resubscribed}, if it still makes sense
 * then.
 */
public final class NotConnectedException extends SchedulerException {

  private static final long serialVersionUID = 1L;

  /**
   * Made by the driver; public so that schedulers can be tested without one.
   *
   * @param message why there is no subscription
   */
  public NotConnectedException(String message) {
    super(message);
  }
}
