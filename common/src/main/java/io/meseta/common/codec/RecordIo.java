package io.meseta.common.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

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
    byte[] header = header(record.length);
    byte[] framed = new byte[header.length + record.length];
    System.arraycopy(header, 0, framed, 0, header.length);
    System.arraycopy(record, 0, framed, header.length, record.length);
    return framed;
  }

  /**
   * What goes in front of a record of that many bytes, for callers that join buffers without
   * copying.
   *
   * @throws IllegalArgumentException when the length is not positive
   */
  public static byte[] header(int recordBytes) {
    if (recordBytes <= 0) {
      throw new IllegalArgumentException("a record has at least one byte, not " + recordBytes);
    }
    return (recordBytes + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Writes the framed record to a stream; neither flushes nor closes it.
   *
   * @throws IOException whatever the stream throws
   * @throws IllegalArgumentException for an empty record
   */
  public static void write(byte[] record, OutputStream out) throws IOException {
    out.write(header(record.length));
    out.write(record);
  }
}
