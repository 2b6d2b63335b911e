package io.meseta.common.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts records together from slices of a stream, wherever they were cut.
 *
 * <p>Records are pulled, so that a reader who pauses can leave them where they are. One decoder
 * serves one stream, from one thread at a time. Its memory grows with what has really come and was
 * not yet taken, never with what a length claims; a stream on which nothing comes, as on most of
 * thousands of agents, holds next to nothing.
 *
 * <p>Once it has thrown, the stream has no boundaries any more: every later call throws the same,
 * and the caller closes the connection.
 */
public final class RecordIoDecoder {
  private static final byte[] NOTHING = new byte[0];
  private static final int SMALL_BYTES = 64;

  /** A buffer that has grown beyond this is given back when it is empty. */
  private static final int KEPT_BYTES = 256;

  /** Enough for any {@code int}. */
  private static final int MAX_LENGTH_DIGITS = 10;

  private static final int NO_LENGTH_YET = -1;

  private final int maxRecordBytes;
  private byte[] buffer = NOTHING;
  private int start;
  private int end;
  private int recordBytes = NO_LENGTH_YET;
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
   * Takes the next bytes of the stream, all of them.
   *
   * @param slice any number of bytes, none included; copied, and consumed up to its limit
   */
  public void add(ByteBuffer slice) {
    int count = slice.remaining();
    makeRoomFor(count);
    slice.get(buffer, end, count);
    end += count;
  }

  /**
   * The next whole record, in an array that the receiver may keep; null when more bytes are needed.
   *
   * @throws DecodeException when the bytes are no RecordIO, or a record is too large
   */
  public byte @Nullable [] next() throws DecodeException {
    throwIfBroken();
    if (recordBytes == NO_LENGTH_YET && !readLength()) {
      return null;
    }
    if (end - start < recordBytes) {
      return null;
    }
    byte[] record = Arrays.copyOfRange(buffer, start, start + recordBytes);
    start += recordBytes;
    recordBytes = NO_LENGTH_YET;
    if (start == end) {
      start = 0;
      end = 0;
      if (buffer.length > KEPT_BYTES) {
        buffer = NOTHING;
      }
    }
    return record;
  }

  /** The memory that it holds. */
  int heldBytes() {
    return buffer.length;
  }

  /** What was added and is not part of a record that was taken, in bytes. */
  public int waitingBytes() {
    return end - start;
  }

  /**
   * To be called when the stream has ended and every whole record was taken.
   *
   * @throws DecodeException when it ended within a record or a length
   */
  public void end() throws DecodeException {
    throwIfBroken();
    if (recordBytes != NO_LENGTH_YET) {
      throw fail(
          "the stream ended within a record: " + (end - start) + " of " + recordBytes + " bytes");
    }
    if (start < end) {
      throw fail("the stream ended within a record's length");
    }
  }

  private boolean readLength() throws DecodeException {
    long length = 0;
    for (int i = start; i < end; i++) {
      byte b = buffer[i];
      if (b == '\n' && i > start) {
        start = i + 1;
        recordBytes = checked(length);
        return true;
      }
      if (b < '0' || b > '9') {
        throw fail(
            String.format(
                "not RecordIO: byte 0x%02x where the length of a record is expected", b & 0xff));
      }
      if (i - start >= MAX_LENGTH_DIGITS) {
        throw fail("not RecordIO: a length of more than " + MAX_LENGTH_DIGITS + " digits");
      }
      length = length * 10 + (b - '0');
    }
    return false;
  }

  private int checked(long length) throws DecodeException {
    if (length == 0) {
      throw fail("not RecordIO: a record of 0 bytes");
    }
    if (length > maxRecordBytes) {
      throw fail("a record of " + length + " bytes is over the limit of " + maxRecordBytes);
    }
    return (int) length;
  }

  private void makeRoomFor(int count) {
    if (buffer.length - end >= count) {
      return;
    }
    int waiting = end - start;
    int needed = Math.addExact(waiting, count);
    byte[] target = needed <= buffer.length ? buffer : new byte[Math.max(needed, roomier())];
    System.arraycopy(buffer, start, target, 0, waiting);
    buffer = target;
    start = 0;
    end = waiting;
  }

  /** Twice the room, but not more than the record at hand can need. */
  private int roomier() {
    int doubled = (int) Math.max(SMALL_BYTES, Math.min(2L * buffer.length, Integer.MAX_VALUE - 8));
    return recordBytes == NO_LENGTH_YET ? doubled : Math.min(doubled, recordBytes);
  }

  private void throwIfBroken() throws DecodeException {
    if (broken != null) {
      throw new DecodeException(broken);
    }
  }

  private DecodeException fail(String reason) {
    broken = reason;
    return new DecodeException(reason);
  }
}
