package io.meseta.testkit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Waits for what cannot be listened to. */
final class Waiting {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private Waiting() {}

  /** Something that comes to hold. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  static void until(String what, Duration limit, Condition condition)
      throws InterruptedException, TimeoutException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new TimeoutException(
            "It is still not so after " + limit.toSeconds() + " s that " + what);
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }
}
