package io.meseta.common.coordination;

import java.time.Duration;

/**
 * How patient a {@link ZkSession} is.
 *
 * @param sessionTimeout after this long without a word the ensemble ends the session and with it
 *     the leadership; the ensemble may settle on another value within its own limits
 * @param connectionTimeout how long one attempt to reach the ensemble may take
 */
public record ZkOptions(Duration sessionTimeout, Duration connectionTimeout) {
  /**
   * Session 8 s (Mesos: 10 s), connection 5 s: with servers that count in steps of two seconds, as
   * is usual, another master leads within 12 s after a leader has died.
   */
  public static final ZkOptions DEFAULT =
      new ZkOptions(Duration.ofSeconds(8), Duration.ofSeconds(5));

  public ZkOptions {
    requirePositive("session timeout", sessionTimeout);
    requirePositive("connection timeout", connectionTimeout);
  }

  /** The same with another session timeout; the connection timeout is at most that. */
  public ZkOptions withSessionTimeout(Duration timeout) {
    return new ZkOptions(
        timeout, timeout.compareTo(connectionTimeout) < 0 ? timeout : connectionTimeout);
  }

  private static void requirePositive(String what, Duration duration) {
    if (duration.toMillis() < 1 || duration.toMillis() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the ZooKeeper " + what + " must be between 1 ms and 24 days, but is " + duration);
    }
  }
}
