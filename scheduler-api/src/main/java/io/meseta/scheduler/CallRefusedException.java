package io.meseta.scheduler;

/** The master has refused a call, which has had no effect; the message has the master's reason. */
public final class CallRefusedException extends SchedulerException {

  private static final long serialVersionUID = 1L;

  /** The HTTP status. */
  private final int status;

  /**
   * Made by the driver; public so that schedulers can be tested without one.
   *
   * @param status the HTTP status
   * @param message the master's reason
   */
  public CallRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /**
   * The HTTP status of the answer: 400 for a call that is not valid, 401 and 403 for one that is
   * not permitted (or 403 from a master that takes the framework for disconnected), 503 for a
   * master that is not ready.
   *
   * @return the status
   */
  public int status() {
    return status;
  }
}
