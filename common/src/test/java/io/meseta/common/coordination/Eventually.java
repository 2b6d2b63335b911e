package io.meseta.common.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Waits for something to come true, with a limit. */
final class Eventually {
  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Eventually() {}

  /** Returns when the condition holds; fails with the description after the limit. */
  static void await(String description, Callable<Boolean> condition) {
    Awaitility.await(description)
        .atMost(LIMIT)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(PAUSE)
        .until(condition);
  }

  /** The next element, which must come within the limit. */
  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T element = queue.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(element).as("nothing came within %s", LIMIT).isNotNull();
    return element;
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
