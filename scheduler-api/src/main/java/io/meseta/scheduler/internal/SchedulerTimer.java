package io.meseta.scheduler.internal;

/** The timers of a {@link SchedulerCore}; there is at most one of each. */
public enum SchedulerTimer {
  /** No SUBSCRIBED has come since the subscription was asked for. */
  SUBSCRIBE_LIMIT,
  /** The stream has been silent for as many heartbeats as are tolerated. */
  HEARTBEAT,
  /** The back-off is over. */
  RECONNECT,
  /** It is time for the next reconciliation. */
  RECONCILE,
  /** Tasks of the current reconciliation are still unanswered. */
  RECONCILE_RETRY,
  /** Calls that were waiting when the driver was stopped have had their time. */
  STOP_LIMIT
}
