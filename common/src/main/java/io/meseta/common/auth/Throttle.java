package io.meseta.common.auth;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Spaces the calls of principals out: each gets a turn, and the turns of a limit are evenly apart.
 * How many turns are given out ahead is bounded. Thread-safe.
 */
public final class Throttle {

  private static final double NANOS = 1e9;

  private final RateLimits limits;
  private final LongSupplier nanoTime;

  /** When the next turn is, by the name of a limit; there are as many as the options name. */
  private final Map<String, Long> next = new HashMap<>();

  /**
   * Counts by these limits.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public Throttle(RateLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * After how many nanoseconds it is the principal's turn; empty if too many calls wait already.
   */
  public synchronized OptionalLong turn(Optional<String> principal) {
    Map.Entry<String, Optional<RateLimits.Limit>> found = limits.of(principal);
    if (found.getValue().isEmpty()) {
      return OptionalLong.of(0);
    }
    RateLimits.Limit limit = found.getValue().get();
    long apart = Math.max(1, (long) (NANOS / limit.qps()));
    long now = nanoTime.getAsLong();
    Long planned = next.get(found.getKey());
    long turn = planned == null || planned - now < 0 ? now : planned;
    long waiting = (turn - now + apart - 1) / apart;
    if (waiting > limit.capacity()) {
      return OptionalLong.empty();
    }
    next.put(found.getKey(), turn + apart);
    return OptionalLong.of(turn - now);
  }
}
