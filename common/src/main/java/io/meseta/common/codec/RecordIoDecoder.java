package io.meseta.common.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts records together from slices of a stream, wherever they were cut.
 *
 * <p>One decoder serves one stream, from one thread at a time. It holds at most one unfinished
 * record, and never more memory than about twice the bytes that have really come: a peer that
 * announces a large record and sends nothing costs nothing.
 *
 * <p>Once it has thrown, the stream has no boundaries any more: every later call throws the same,
 * and the caller closes the connection.
 */
public final class RecordIoDecoder {
  /** A record's length as 64-bit number has no more digits. */
  private static final int MOST_DIGITS = 20;

  private static final int FIRST_ALLOCATION = 4096;
  private static final byte[] NOTHING = {};

  private final int maxRecordBytes;

  private int digits;
  private long announced;
  private boolean inRecord;
  private byte[] record = NOTHING;
  private int filled;
  private @Nullable String broken;

  /**
   * @param maxRecordBytes the largest record to accept, in bytes; positive
   */
  public RecordIoDecoder(int maxRecordBytes) {
    if (maxRecordBytes <= 0) {
      throw new IllegalArgumentException("maxRecordBytes must be positive, not " + maxRecordBytes);
    }
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Takes the next bytes of the stream, all of them, and hands on each record that they complete,
   * in order and on the calling thread. A record is a fresh array that the receiver may keep.
   *
   * @param slice any number of bytes, none included; consumed up to its limit
   * @throws DecodeException when the bytes are no RecordIO, or a record is too large; records that
   *     were complete before the fault have been handed on
   */
  public void feed(ByteBuffer slice, Consumer<byte[]> records) throws DecodeException {
    if (broken != null) {
      throw new DecodeException(broken);
    }
    while (slice.hasRemaining()) {
      if (inRecord) {
        fill(slice, records);
      } else {
        readHeader(slice.get());
      }
    }
  }

  /**
   * To be called when the stream has ended.
   *
   * @throws DecodeException when it ended within a record or a length
   */
  public void end() throws DecodeException {
    if (broken != null) {
      throw new DecodeException(broken);
    }
    if (inRecord) {
      throw fail("stream ended within a record: " + filled + " of " + announced + " bytes");
    }
    if (digits > 0) {
      throw fail("stream ended within a record's length");
    }
  }

  private void readHeader(byte next) throws DecodeException {
    if (next >= '0' && next <= '9') {
      digits++;
      if (digits > MOST_DIGITS) {
        throw fail("record length of more than " + MOST_DIGITS + " digits");
      }
      announced = announced * 10 + (next - '0');
      // Checked at each digit, so that the number cannot overflow.
      if (announced > maxRecordBytes) {
        throw fail("record larger than the limit of " + maxRecordBytes + " bytes");
      }
    } else if (next == '\n') {
      if (digits == 0) {
        throw fail("record length expected, got an empty line");
      }
      if (announced == 0) {
        throw fail("record of length 0");
      }
      inRecord = true;
    } else {
      throw fail(
          String.format("record length expected (digits and a newline), got byte 0x%02x", next));
    }
  }

  private void fill(ByteBuffer slice, Consumer<byte[]> records) {
    int length = (int) announced;
    int part = Math.min(slice.remaining(), length - filled);
    makeRoom(filled + part, length);
    slice.get(record, filled, part);
    filled += part;
    if (filled == length) {
      byte[] complete = record;
      reset();
      records.accept(complete);
    }
  }

  /** Grows with what has come, and exactly to the record's length at its end. */
  private void makeRoom(int needed, int length) {
    if (needed > record.length) {
      int roomy = (int) Math.min(length, Math.max(FIRST_ALLOCATION, 2L * record.length));
      record = Arrays.copyOf(record, needed == length ? length : Math.max(needed, roomy));
    }
  }

  private void reset() {
    digits = 0;
    announced = 0;
    inRecord = false;
    record = NOTHING;
    filled = 0;
  }

  private DecodeException fail(String reason) {
    reset();
    broken = reason;
    return new DecodeException(reason);
  }
}
