package io.meseta.master.core;

import io.meseta.api.v1.TimeInfo;
import java.time.Duration;
import java.time.Instant;

/** Times as the API writes them. */
final class Times {

  /** The longest duration that is taken: a century, so that arithmetic on it stays in range. */
  private static final double MAX_SECONDS = 100.0 * 365 * 24 * 3600;

  private Times() {}

  static TimeInfo info(Instant at) {
    return TimeInfo.newBuilder().setNanoseconds(nanos(at)).build();
  }

  static long nanos(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
  }

  static Instant instant(TimeInfo time) {
    return Instant.ofEpochSecond(0, time.getNanoseconds());
  }

  /** Seconds as frameworks give them; what is negative or no number is zero. */
  static Duration duration(double seconds) {
    if (!(seconds > 0)) {
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) (Math.min(seconds, MAX_SECONDS) * 1e9));
  }
}
