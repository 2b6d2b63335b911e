package io.meseta.common.config;

import java.util.Locale;

/**
 * A size as Mesos writes it: a whole number and one of the units {@code B KB MB GB TB}, each 1024
 * times the one before: {@code 64MB}.
 *
 * @param count in bytes, not negative
 */
public record Bytes(long count) implements Comparable<Bytes> {
  private enum Unit {
    // From the largest on: the printer takes the first that fits. B is last, as all end with it.
    TB(40),
    GB(30),
    MB(20),
    KB(10),
    B(0);

    final int shift;

    Unit(int shift) {
      this.shift = shift;
    }
  }

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("a negative size: " + count);
    }
  }

  public static Bytes ofMegabytes(long megabytes) {
    return new Bytes(Math.multiplyExact(megabytes, 1L << Unit.MB.shift));
  }

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static Bytes parse(String text) {
    for (Unit unit : Unit.values()) {
      if (text.toUpperCase(Locale.ROOT).endsWith(unit.name())) {
        String number = text.substring(0, text.length() - unit.name().length());
        if (number.matches("[0-9]+")) {
          return of(text, number, unit);
        }
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a size: write a whole number and its unit, B, KB, MB, GB or TB, such as"
            + " 64MB");
  }

  private static Bytes of(String text, String number, Unit unit) {
    try {
      return new Bytes(Math.multiplyExact(Long.parseLong(number), 1L << unit.shift));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is more than 8 million TB", e);
    }
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /** In the largest unit in which it is a whole number; {@link #parse} gives the same again. */
  @Override
  public String toString() {
    for (Unit unit : Unit.values()) {
      if (count > 0 && count % (1L << unit.shift) == 0) {
        return (count >> unit.shift) + unit.name();
      }
    }
    return "0B";
  }
}
