package io.meseta.scheduler;

/** When a status update counts as dealt with, so that the agent need not send it again. */
public enum Acknowledgement {
  /** When {@link Scheduler#statusUpdate} has returned normally. */
  AUTOMATIC,
  /**
   * When the author says so, with {@link SchedulerDriver#acknowledge}: for frameworks that store
   * states elsewhere and learn later whether that has worked.
   */
  MANUAL
}
