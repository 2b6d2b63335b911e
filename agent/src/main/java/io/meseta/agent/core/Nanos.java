package io.meseta.agent.core;

import io.meseta.api.v1.DurationInfo;
import java.time.Duration;
import java.time.Instant;

/** Times as the protocol and the journal write them. */
final class Nanos {

  private static final long PER_SECOND = 1_000_000_000L;
  private static final Duration LONGEST = Duration.ofDays(3650);

  private Nanos() {}

  /** Nanoseconds since the epoch. */
  static long of(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), PER_SECOND), at.getNano());
  }

  static Instant toInstant(long sinceEpochNs) {
    return Instant.ofEpochSecond(0, sinceEpochNs);
  }

  /** Seconds since the epoch, as a TaskStatus has them; exact to about a microsecond. */
  static double toSeconds(Instant at) {
    return at.getEpochSecond() + at.getNano() / (double) PER_SECOND;
  }

  /**
   * A duration that a peer gave. A negative one makes no sense and means none at all; one beyond
   * ten years is cut there, so that adding it to a time cannot overflow.
   */
  static Duration toDuration(DurationInfo info) {
    return Duration.ofNanos(Math.clamp(info.getNanoseconds(), 0L, LONGEST.toNanos()));
  }

  static DurationInfo toInfo(Duration duration) {
    return DurationInfo.newBuilder().setNanoseconds(duration.toNanos()).build();
  }
}
