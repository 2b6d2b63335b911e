package io.meseta.common.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;

/**
 * Decimal numbers of a known scale into JSON, digit by digit and without a detour over doubles:
 * pages of large clusters consist of them for a good part. Always with a decimal, as Mesos prints
 * doubles: {@code 4.0}, {@code 0.1}, {@code 1795326501.977122}.
 */
public final class DecimalText {

  /** Longs have no more digits, and there is a point, a sign and a leading zero. */
  private static final int MOST_CHARS = 24;

  private static final int MILLI_DIGITS = 3;
  private static final int MICRO_DIGITS = 6;
  private static final long MILLIS = 1_000;
  private static final long MICROS = 1_000_000;

  /** The numbers that most pages are full of: ready to be copied. */
  private static final SerializedString[] SMALL = small(1024);

  private DecimalText() {}

  private static SerializedString[] small(int count) {
    SerializedString[] texts = new SerializedString[count];
    for (int i = 0; i < count; i++) {
      texts[i] = new SerializedString(i + ".0");
      // Encoded now, so that writing never does.
      texts[i].asUnquotedUTF8();
    }
    return texts;
  }

  /**
   * Writes a number that is given in thousandths.
   *
   * @throws IOException whatever the generator throws
   */
  public static void writeMilli(long milli, JsonGenerator json) throws IOException {
    write(milli, MILLIS, MILLI_DIGITS, json);
  }

  /**
   * Writes a number that is given in millionths.
   *
   * @throws IOException whatever the generator throws
   */
  public static void writeMicros(long micros, JsonGenerator json) throws IOException {
    write(micros, MICROS, MICRO_DIGITS, json);
  }

  private static void write(long scaled, long unit, int digits, JsonGenerator json)
      throws IOException {
    long whole = scaled / unit;
    long fraction = scaled % unit;
    if (fraction == 0 && whole >= 0 && whole < SMALL.length) {
      json.writeRawValue(SMALL[(int) whole]);
      return;
    }
    char[] text = new char[MOST_CHARS];
    int at = MOST_CHARS;
    long rest = Math.abs(fraction);
    boolean significant = false;
    for (int i = digits; i > 0; i--) {
      long digit = rest % 10;
      rest /= 10;
      significant = significant || digit != 0 || i == 1;
      if (significant) {
        text[--at] = (char) ('0' + digit);
      }
    }
    text[--at] = '.';
    long left = Math.abs(whole);
    do {
      text[--at] = (char) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    if (scaled < 0) {
      text[--at] = '-';
    }
    json.writeNumber(text, at, MOST_CHARS - at);
  }
}
