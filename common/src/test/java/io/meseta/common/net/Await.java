package io.meseta.common.net;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what must happen, with a limit. */
final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Not within " + LIMIT + ": " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("No value in time", e);
    }
  }

  /** What the future fails with. */
  static Throwable failure(CompletableFuture<?> future) {
    return get(future.handle((value, failure) -> failure));
  }
}
