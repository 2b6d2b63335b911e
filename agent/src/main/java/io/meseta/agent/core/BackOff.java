package io.meseta.agent.core;

import java.time.Duration;

/**
 * How long to wait before the next attempt: somewhere between a floor and a ceiling that doubles.
 *
 * @param floor never less than this
 * @param first the ceiling of the first wait; equal to the floor where nothing is to be spread
 * @param cap the ceiling never grows beyond this
 */
public record BackOff(Duration floor, Duration first, Duration cap) {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(15);

  public BackOff {
    if (floor.isNegative() || first.compareTo(floor) < 0 || cap.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "A back-off needs 0 <= floor <= first <= cap, not " + floor + ", " + first + ", " + cap);
    }
  }

  /** A back-off without spread: first, twice that, and so on up to the cap. */
  static BackOff doubling(Duration first, Duration cap) {
    return new BackOff(first, first, cap);
  }

  /** A back-off from a short while to the first ceiling, doubling up to 15 s. */
  static BackOff spreadOver(Duration first) {
    Duration atLeast = first.compareTo(SHORTEST) < 0 ? SHORTEST : first;
    Duration cap = atLeast.compareTo(LONGEST) < 0 ? LONGEST : atLeast;
    return new BackOff(SHORTEST, atLeast, cap);
  }

  /**
   * The wait before attempt {@code attempt} (the first is 0), without spread.
   *
   * <p>Whoever keeps one peer waiting uses this; nobody else is to be avoided.
   */
  Duration ceiling(int attempt) {
    Duration ceiling = first;
    for (int i = 0; i < attempt && ceiling.compareTo(cap) < 0; i++) {
      ceiling = ceiling.multipliedBy(2);
    }
    return ceiling.compareTo(cap) < 0 ? ceiling : cap;
  }

  /**
   * The wait before attempt {@code attempt} (the first is 0), spread so that a thousand agents
   * which lost their master in the same second do not all come back in the same millisecond.
   *
   * @param who decides the spread together with the attempt: same name, same waits
   */
  Duration spread(int attempt, String who) {
    long rangeNs = ceiling(attempt).minus(floor).toNanos();
    double fraction = (mix(who, attempt) >>> 11) * 0x1.0p-53;
    return floor.plusNanos((long) (rangeNs * fraction));
  }

  /**
   * FNV-1a over the name, then the finalizer of MurmurHash3, so that near inputs land far apart.
   */
  private static long mix(String who, int attempt) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < who.length(); i++) {
      hash = (hash ^ who.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ attempt) * 0x100000001b3L;
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
