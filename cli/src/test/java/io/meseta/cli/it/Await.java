package io.meseta.cli.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something to come true elsewhere, in another process for example, with a limit. */
final class Await {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /**
   * Returns when the condition holds.
   *
   * @param what a sentence that is true then
   */
  static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError("It is still not so after " + limit + " that " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
