package io.meseta.scheduler;

/**
 * A call was sent and no answer came: it may have had its effect, or not. Tasks that it was to
 * launch are reconciled by the driver; other calls can be made again without harm.
 */
public final class CallOutcomeUnknownException extends SchedulerException {

  private static final long serialVersionUID = 1L;

  /**
   * Made by the driver; public so that schedulers can be tested without one.
   *
   * @param message what happened to the connection
   */
  public CallOutcomeUnknownException(String message) {
    super(message);
  }
}
