package io.meseta.common.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/**
 * Durations as Mesos writes them: a number, which may have a fraction, and one of the units {@code
 * ns us ms secs mins hrs days weeks}, with nothing in between: {@code 15secs}, {@code 1.5mins}.
 */
public final class Durations {
  private enum Unit {
    // From the largest on: the printer takes the first that fits.
    WEEKS(Duration.ofDays(7)),
    DAYS(Duration.ofDays(1)),
    HRS(Duration.ofHours(1)),
    MINS(Duration.ofMinutes(1)),
    SECS(Duration.ofSeconds(1)),
    MS(Duration.ofMillis(1)),
    US(Duration.ofNanos(1_000)),
    NS(Duration.ofNanos(1));

    final long nanos;
    final String text = name().toLowerCase(Locale.ROOT);

    Unit(Duration length) {
      nanos = length.toNanos();
    }
  }

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Durations() {}

  /**
   * Reads a duration; parts of a nanosecond are dropped.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static Duration parse(String text) {
    for (Unit unit : Unit.values()) {
      if (text.endsWith(unit.text)) {
        String number = text.substring(0, text.length() - unit.text.length());
        if (number.matches("[0-9]+(\\.[0-9]+)?")) {
          return ofNanos(text, new BigDecimal(number).multiply(BigDecimal.valueOf(unit.nanos)));
        }
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a duration: write a number and its unit, ns, us, ms, secs, mins, hrs, days"
            + " or weeks, such as 15secs or 1.5mins");
  }

  private static Duration ofNanos(String text, BigDecimal nanos) {
    if (nanos.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than 292 years");
    }
    return Duration.ofNanos(nanos.setScale(0, RoundingMode.DOWN).longValueExact());
  }

  /**
   * Writes a duration in the largest unit in which it is a whole number, so that {@link #parse}
   * gives the same again: {@code 15secs}, {@code 90secs}, {@code 2mins}.
   *
   * @throws IllegalArgumentException when it is negative or longer than 292 years
   */
  public static String print(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a negative duration: " + duration);
    }
    long nanos;
    try {
      nanos = duration.toNanos();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("longer than 292 years: " + duration, e);
    }
    for (Unit unit : Unit.values()) {
      if (nanos > 0 && nanos % unit.nanos == 0) {
        return nanos / unit.nanos + unit.text;
      }
    }
    return "0ns";
  }
}
