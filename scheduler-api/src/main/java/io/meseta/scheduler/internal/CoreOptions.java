package io.meseta.scheduler.internal;

import java.time.Duration;
import java.util.List;

/**
 * How a {@link SchedulerCore} behaves.
 *
 * @param masters addresses to try in turn; empty when a detector names the leader
 * @param automaticAcknowledgement whether a status is acknowledged once its callback has returned
 * @param timing limits and intervals
 * @param jitterSeed spreads the reconnects of many frameworks; the same seed gives the same delays
 * @param queueLimit how many calls may wait for their turn
 */
public record CoreOptions(
    List<MasterAddress> masters,
    boolean automaticAcknowledgement,
    Timing timing,
    long jitterSeed,
    int queueLimit) {

  public CoreOptions {
    masters = List.copyOf(masters);
  }

  /**
   * Limits and intervals.
   *
   * @param requestLimit for a call's answer, and from SUBSCRIBE to SUBSCRIBED
   * @param reconcileInterval from the end of one reconciliation to the start of the next
   * @param heartbeatMisses how many heartbeats may fail to come before the stream counts as dead
   * @param backoffMin the first delay before a reconnect
   * @param backoffMax the longest delay before a reconnect
   */
  public record Timing(
      Duration requestLimit,
      Duration reconcileInterval,
      int heartbeatMisses,
      Duration backoffMin,
      Duration backoffMax) {

    /** 15 s, 15 min, 5 heartbeats, 100 ms to 15 s. */
    public static final Timing DEFAULTS =
        new Timing(
            Duration.ofSeconds(15),
            Duration.ofMinutes(15),
            5,
            Duration.ofMillis(100),
            Duration.ofSeconds(15));
  }
}
