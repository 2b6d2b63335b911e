package io.meseta.master.core;

import io.meseta.common.config.Durations;
import java.time.Duration;

/**
 * At most so many in so much time, spread evenly. Written as Mesos does: {@code 1/10mins}.
 *
 * @param permits at least one
 * @param per longer than nothing
 */
public record RateLimit(int permits, Duration per) {

  public RateLimit {
    if (permits < 1 || per.isZero() || per.isNegative()) {
      throw new IllegalArgumentException("a rate needs a number and a time above zero");
    }
  }

  /**
   * Reads a rate limit.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static RateLimit parse(String text) {
    int slash = text.indexOf('/');
    String number = slash < 0 ? "" : text.substring(0, slash);
    if (!number.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a rate: write a number and a duration, such as 1/10mins");
    }
    Duration per = Durations.parse(text.substring(slash + 1));
    if (per.isZero()) {
      throw new IllegalArgumentException("'" + text + "' is not a rate: its duration is zero");
    }
    return new RateLimit(Integer.parseInt(number), per);
  }

  /** Between two permits. */
  Duration interval() {
    return per.dividedBy(permits);
  }

  @Override
  public String toString() {
    return permits + "/" + Durations.print(per);
  }
}
