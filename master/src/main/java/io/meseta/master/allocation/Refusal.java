package io.meseta.master.allocation;

import java.time.Duration;
import java.util.Optional;

/** A framework does not want to see again what it has refused, for this long. */
public record Refusal(Duration duration) {
  /** What Mesos takes when a framework says nothing, or nonsense. */
  public static final Duration DEFAULT = Duration.ofSeconds(5);

  /** The longest that Mesos takes. */
  public static final Duration LONGEST = Duration.ofDays(365);

  /**
   * Reads {@code refuse_seconds}: negative or not a number means the default, 0 means no filter,
   * more than a year means a year.
   */
  public static Optional<Refusal> ofSeconds(double seconds) {
    if (seconds == 0) {
      return Optional.empty();
    }
    if (Double.isNaN(seconds) || seconds < 0) {
      return Optional.of(new Refusal(DEFAULT));
    }
    if (seconds >= LONGEST.toSeconds()) {
      return Optional.of(new Refusal(LONGEST));
    }
    return Optional.of(new Refusal(Duration.ofNanos((long) (seconds * 1e9))));
  }
}
