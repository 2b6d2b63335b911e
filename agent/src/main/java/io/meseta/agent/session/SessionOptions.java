package io.meseta.agent.session;

import java.time.Duration;

/**
 * Limits of sessions.
 *
 * @param maxSessions how many commands may run at the same time; as many outputs may be attached
 *     beside them
 * @param heartbeat how often a stream of output that may be silent says that it is alive
 * @param slowReader how long a command waits for a client that does not read its output, before the
 *     client is dropped
 * @param filePoll how often a file is looked at that is being followed
 * @param remembered the ends of how many sessions are told to those who ask afterwards
 */
public record SessionOptions(
    int maxSessions, Duration heartbeat, Duration slowReader, Duration filePoll, int remembered) {

  /** Suits production. */
  public static SessionOptions defaults() {
    return new SessionOptions(
        100, Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMillis(200), 1000);
  }

  /** These options with other ones of the operator's. */
  public SessionOptions with(int newMaxSessions, Duration newHeartbeat) {
    return new SessionOptions(newMaxSessions, newHeartbeat, slowReader, filePoll, remembered);
  }
}
