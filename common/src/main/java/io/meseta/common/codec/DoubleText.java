package io.meseta.common.codec;

import com.fasterxml.jackson.core.io.NumberOutput;

/**
 * Doubles as Mesos prints them: the shortest digits that read back as the same number, always with
 * a decimal point or an exponent, and with an exponent only where a plain number would be long
 * (from 1e21 up, below 1e-6 down). Java's own text has an exponent from 1e7 on, which is every
 * timestamp.
 */
final class DoubleText {
  /** Up to here every whole double is a long, digit by digit. */
  private static final double LARGEST_EXACT = 1L << 53;

  private static final int MOST_WHOLE_DIGITS = 21;
  private static final int MOST_LEADING_ZEROS = 5;

  /** Below, neighbouring doubles are nearer to one another than a millionth is to the next. */
  private static final double MOST_MICROS = 1L << 32;

  private DoubleText() {}

  /**
   * The number in millionths, if it is exactly what so many millionths read back as, not negative
   * and not too large; otherwise -1. Amounts and timestamps are, and their digits are known without
   * a search for the shortest ones.
   */
  static long micros(double value) {
    if (!(value >= 0 && value < MOST_MICROS) || (value == 0 && 1 / value < 0)) {
      return -1;
    }
    long micros = Math.round(value * 1e6);
    return micros / 1e6 == value ? micros : -1;
  }

  /** The text of a finite number. */
  static String of(double value) {
    long whole = (long) value;
    if (whole == value && Math.abs(value) < LARGEST_EXACT && (whole != 0 || 1 / value > 0)) {
      return whole + ".0";
    }
    // Jackson's writer, because Double.toString is not always the shortest before Java 19.
    String text = NumberOutput.toString(value, true);
    int exponentAt = text.indexOf('E');
    return exponentAt < 0 ? text : respell(text, exponentAt);
  }

  /** Turns {@code d.ddE±n} into the form wanted here. */
  private static String respell(String text, int exponentAt) {
    int exponent = Integer.parseInt(text.substring(exponentAt + 1));
    int start = text.charAt(0) == '-' ? 1 : 0;
    String sign = text.substring(0, start);
    String fraction = text.substring(start + 2, exponentAt);
    String digits = text.charAt(start) + (fraction.equals("0") ? "" : fraction);
    // The number is 0.digits times ten to the power of point.
    int point = exponent + 1;
    if (point > MOST_WHOLE_DIGITS || point < -MOST_LEADING_ZEROS) {
      return sign + scientific(digits, exponent);
    }
    if (point <= 0) {
      return sign + "0." + "0".repeat(-point) + digits;
    }
    if (digits.length() <= point) {
      return sign + digits + "0".repeat(point - digits.length()) + ".0";
    }
    return sign + digits.substring(0, point) + "." + digits.substring(point);
  }

  private static String scientific(String digits, int exponent) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + exponent;
  }
}
