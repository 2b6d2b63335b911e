package io.meseta.testkit.simulation.world;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Chance for one purpose. */
public final class Draw {
  private final SplittableRandom random;

  Draw(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** True in this share of cases. */
  public boolean chance(double share) {
    return share > 0 && random.nextDouble() < share;
  }

  /** From {@code low} to {@code high}, both included. */
  public int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /** From {@code low} to {@code high}, both included. */
  public long between(long low, long high) {
    return low + random.nextLong(high - low + 1);
  }

  /** From {@code low} to {@code high}, evenly. */
  public double between(double low, double high) {
    return low + random.nextDouble() * (high - low);
  }

  /** Nanoseconds between two durations. */
  public long nanos(Duration low, Duration high) {
    return between(low.toNanos(), high.toNanos());
  }

  /** Nanoseconds until the next of events that come independently, so far apart on average. */
  public long exponential(Duration mean) {
    return (long) (-StrictMath.log(1 - random.nextDouble()) * mean.toNanos());
  }

  /** Any of these. */
  public <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Any number. */
  public long any() {
    return random.nextLong();
  }

  /** An id in the form of a uuid. */
  public String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
