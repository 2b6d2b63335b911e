package io.meseta.agent.container.docker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a container's log, as the engine streams it with times: an 8 byte header (stream, 3
 * zero bytes, length), the time, a space, what was written.
 */
final class LogFrame {

  /** Where a container wrote to. */
  enum Stream {
    STDOUT,
    STDERR
  }

  /** Lines come in pieces of 16 KiB; anything much longer is no log. */
  private static final int MAX_LENGTH = 4 * 1024 * 1024;

  private final Stream stream;
  private final long nanos;
  private final byte[] payload;

  LogFrame(Stream stream, long nanos, byte[] payload) {
    this.stream = stream;
    this.nanos = nanos;
    this.payload = payload;
  }

  Stream stream() {
    return stream;
  }

  /** Engine time, since the epoch; the pieces of a long line share one. */
  long nanos() {
    return nanos;
  }

  /** A line with its end, or a piece of one. Not to be changed. */
  byte[] payload() {
    return payload;
  }

  /**
   * Reads one.
   *
   * @return null at the end of the stream
   */
  static @Nullable LogFrame read(DataInputStream in) throws IOException {
    int type = in.read();
    if (type < 0) {
      return null;
    }
    in.skipNBytes(3);
    int length = in.readInt();
    if (length < 0 || length > MAX_LENGTH || type < 1 || type > 2) {
      throw new IOException("not a log frame: type " + type + ", length " + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    int space = 0;
    while (space < length && bytes[space] != ' ') {
      space++;
    }
    if (space == length) {
      throw new EOFException("a log frame without a time");
    }
    return new LogFrame(
        type == 1 ? Stream.STDOUT : Stream.STDERR,
        nanosOf(new String(bytes, 0, space, StandardCharsets.US_ASCII)),
        Arrays.copyOfRange(bytes, space + 1, length));
  }

  private static long nanosOf(String time) throws IOException {
    try {
      Instant instant = Instant.parse(time);
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), EngineEvents.NANOS_PER_SECOND),
          instant.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      throw new IOException("not a log frame: its time is '" + time + "'", e);
    }
  }
}
