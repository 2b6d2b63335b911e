package io.meseta.common.codec;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/**
 * Base64 as Mesos reads it: the standard alphabet; blanks anywhere are skipped; the first {@code =}
 * ends it, and need not be there. Java's decoders are either stricter or skip everything foreign.
 */
final class Base64Text {
  private static final byte FOREIGN = -1;
  private static final byte[] VALUES = values();

  private Base64Text() {}

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, FOREIGN);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }

  /**
   * The bytes that the text stands for.
   *
   * @throws IllegalArgumentException for a character of another alphabet, the one for URLs
   *     included; the message names its place and not the text
   */
  static ByteString decode(String text) {
    byte[] bytes = new byte[text.length() / 4 * 3 + 3];
    int length = 0;
    int bits = 0;
    int pending = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        break;
      }
      if (isBlank(c)) {
        continue;
      }
      byte value = c < VALUES.length ? VALUES[c] : FOREIGN;
      if (value == FOREIGN) {
        throw new IllegalArgumentException(
            String.format("expected base64, got character U+%04X at position %d", (int) c, i));
      }
      pending = pending << 6 | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[length++] = (byte) (pending >> bits);
      }
    }
    return ByteString.copyFrom(bytes, 0, length);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
