package io.meseta.cli.it;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at the masters all the time, to know for how long none of them led. */
final class LeaderWatch implements AutoCloseable {

  private static final int PAUSE_MS = 100;

  private final Cluster cluster;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::watch, "leader-watch");
  private volatile long longestNs;

  private LeaderWatch(Cluster cluster) {
    this.cluster = cluster;
  }

  /** From now on; there must be a leader. */
  static LeaderWatch of(Cluster cluster) {
    LeaderWatch watch = new LeaderWatch(cluster);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    long seenNs = System.nanoTime();
    try {
      while (!closed.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        boolean led = cluster.leader().isPresent();
        long nowNs = System.nanoTime();
        longestNs = Math.max(longestNs, nowNs - seenNs);
        if (led) {
          seenNs = nowNs;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Duration longestWithout() {
    return Duration.ofNanos(longestNs);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
