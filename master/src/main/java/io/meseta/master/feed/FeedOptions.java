package io.meseta.master.feed;

import java.time.Duration;

/**
 * How followers are treated.
 *
 * @param maxSubscribers one more takes the place of the oldest
 * @param history so many events are kept, for all together
 * @param heartbeatInterval between two heartbeats of a stream
 * @param stallLimit a client that does not take what waits for it in this time is disconnected
 */
public record FeedOptions(
    int maxSubscribers, int history, Duration heartbeatInterval, Duration stallLimit) {

  /** As in Mesos. */
  public static final int MAX_SUBSCRIBERS = 1_000;

  private static final int LEAST_HISTORY = 1_024;
  private static final int MOST_HISTORY = 65_536;

  /** An event with what it tells of takes some 2 KiB; the history may take a 32nd of the heap. */
  private static final long HEAP_PER_EVENT = 64 * 1024;

  public FeedOptions {
    if (maxSubscribers < 1 || history < 1) {
      throw new IllegalArgumentException(
          "At least one subscriber and one event: " + maxSubscribers + ", " + history);
    }
  }

  /** With a history that follows the heap. */
  public static FeedOptions of(int maxSubscribers) {
    long fitting = Runtime.getRuntime().maxMemory() / HEAP_PER_EVENT;
    return new FeedOptions(
        maxSubscribers,
        (int) Math.min(Math.max(fitting, LEAST_HISTORY), MOST_HISTORY),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60));
  }
}
