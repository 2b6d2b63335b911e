package io.meseta.scheduler.internal;

import java.time.Duration;

/**
 * Delays that double from a minimum to a maximum, each shortened by up to a half.
 *
 * <p>The shortening is computed from a seed and a counter instead of being drawn, so that a
 * recorded run gives the same delays again.
 */
final class Backoff {

  private final Duration min;
  private final Duration max;
  private final long seed;
  private int doublings;
  private long drawn;

  Backoff(Duration min, Duration max, long seed) {
    this.min = min;
    this.max = max;
    this.seed = seed;
  }

  Duration next() {
    long full = max.toNanos();
    if (doublings < Long.numberOfLeadingZeros(min.toNanos()) - 1) {
      full = Math.min(full, min.toNanos() << doublings);
      doublings++;
    }
    double fraction = (mix(seed + drawn++) >>> 11) * 0x1.0p-53;
    return Duration.ofNanos((long) (full * (0.5 + fraction / 2)));
  }

  void reset() {
    doublings = 0;
  }

  /** The finalizer of SplitMix64: neighbouring inputs give unrelated outputs. */
  private static long mix(long value) {
    long z = (value + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
