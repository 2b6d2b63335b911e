package io.meseta.common.net;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * RecordIO: the length of a record as decimal digits, a line feed, that many bytes; the next record
 * follows at once. A record has at least one byte.
 */
final class RecordFraming {

  /** What came is not RecordIO, or a record is over the limit. */
  static final class FramingException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    FramingException(String message) {
      super(message);
    }
  }

  private RecordFraming() {}

  /** The record with its length before it. */
  static byte[] encode(byte[] record) {
    if (record.length == 0) {
      throw new IllegalArgumentException("A record has at least one byte");
    }
    byte[] length = (record.length + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] framed = Arrays.copyOf(length, length.length + record.length);
    System.arraycopy(record, 0, framed, length.length, record.length);
    return framed;
  }

  /**
   * Bytes in, records out, cut at any place. Pulled, so that a paused reader can leave records
   * where they are. Grows with what has come, never with what a length claims. Not thread-safe.
   */
  static final class Decoder {
    private static final int SMALL_BYTES = 4 * 1024;
    private static final int MAX_LENGTH_DIGITS = 10;

    private final int maxRecordBytes;
    private byte[] buffer = new byte[SMALL_BYTES];
    private int start;
    private int end;
    private int recordBytes = -1;

    Decoder(int maxRecordBytes) {
      this.maxRecordBytes = maxRecordBytes;
    }

    /** Takes the readable bytes; the caller keeps the buffer. */
    void add(ByteBuf bytes) {
      int count = bytes.readableBytes();
      makeRoomFor(count);
      bytes.readBytes(buffer, end, count);
      end += count;
    }

    /** The next whole record; null when more bytes are needed. */
    byte @Nullable [] next() throws FramingException {
      if (recordBytes < 0 && !readLength()) {
        return null;
      }
      if (end - start < recordBytes) {
        return null;
      }
      byte[] record = Arrays.copyOfRange(buffer, start, start + recordBytes);
      start += recordBytes;
      recordBytes = -1;
      if (start == end) {
        start = 0;
        end = 0;
        if (buffer.length > 16 * SMALL_BYTES) {
          buffer = new byte[SMALL_BYTES];
        }
      }
      return record;
    }

    /** What was taken and is not part of a record that was handed out. */
    int waitingBytes() {
      return end - start;
    }

    /** Whether nothing of a record is waiting for its rest. */
    boolean isBetweenRecords() {
      return recordBytes < 0 && start == end;
    }

    private boolean readLength() throws FramingException {
      long length = 0;
      for (int i = start; i < end; i++) {
        byte b = buffer[i];
        if (b == '\n' && i > start) {
          start = i + 1;
          recordBytes = checkedLength(length);
          return true;
        }
        if (b < '0' || b > '9' || i - start >= MAX_LENGTH_DIGITS) {
          throw new FramingException(
              "not RecordIO: byte 0x%02x where the length of a record is expected"
                  .formatted(b & 0xff));
        }
        length = length * 10 + (b - '0');
      }
      return false;
    }

    private int checkedLength(long length) throws FramingException {
      if (length == 0) {
        throw new FramingException("not RecordIO: a record of 0 bytes");
      }
      if (length > maxRecordBytes) {
        throw new FramingException(
            "a record of " + length + " bytes is over the limit of " + maxRecordBytes);
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
      int doubled = (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8);
      return recordBytes < 0 ? doubled : Math.min(doubled, recordBytes);
    }
  }
}
