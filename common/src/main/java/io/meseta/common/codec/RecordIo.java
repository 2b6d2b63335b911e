package io.meseta.common.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The framing of event streams: the record's length in decimal ASCII, a newline, the record; the
 * next one follows at once.
 *
 * <p>Some clients need a whole record, length included, in one HTTP chunk, and one record per
 * chunk: write what {@link #frame} gives as one.
 */
public final class RecordIo {
  private RecordIo() {}

  /**
   * The record with its length in front.
   *
   * @throws IllegalArgumentException for an empty record, which the format cannot carry
   */
  public static byte[] frame(byte[] record) {
    if (record.length == 0) {
      throw new IllegalArgumentException("a record has at least one byte");
    }
    byte[] header = (record.length + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] framed = Arrays.copyOf(header, header.length + record.length);
    System.arraycopy(record, 0, framed, header.length, record.length);
    return framed;
  }
}
