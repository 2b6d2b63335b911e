package io.meseta.testkit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Waits for what cannot be listened to, by looking again and again up to a limit.
 *
 * <p>What users of the testkit wait for is in the view that a master publishes, or in what the
 * Docker engine lists; neither calls back, and a listener made for tests alone would be code in the
 * daemons that only tests run. A library for waiting is no dependency of the testkit, because it
 * would be one of all its users.
 */
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
