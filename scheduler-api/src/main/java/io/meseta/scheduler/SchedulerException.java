package io.meseta.scheduler;

/** Something that a driver was asked for did not work; the message says what and why. */
public class SchedulerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * With a message only.
   *
   * @param message what went wrong
   */
  public SchedulerException(String message) {
    super(message);
  }

  /**
   * With the exception behind it.
   *
   * @param message what went wrong
   * @param cause where it went wrong
   */
  public SchedulerException(String message, Throwable cause) {
    super(message, cause);
  }
}
