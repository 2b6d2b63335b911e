package io.meseta.agent.container.docker;

import java.time.Duration;

/** Pauses between tries: doubling, up to a bound. */
final class Backoff {

  static final Duration FIRST = Duration.ofMillis(250);

  private Backoff() {}

  static Duration next(Duration last, Duration max) {
    if (last.compareTo(FIRST) < 0) {
      return FIRST;
    }
    Duration doubled = last.multipliedBy(2);
    return doubled.compareTo(max) < 0 ? doubled : max;
  }
}
