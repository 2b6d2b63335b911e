package io.meseta.agent.container.docker;

import io.meseta.agent.sandbox.LogFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How far a container's log has been copied: enough to go on exactly there after {@code kill -9}.
 *
 * <p>The engine's log can be asked from a time on, not from a byte. So each stream remembers the
 * time of its last entry and where in the stream the entries of that time begin; going on, it reads
 * from that time and leaves out as many bytes as are there already.
 */
record LogPosition(StreamPosition stdout, StreamPosition stderr) {

  /** Of a log of which nothing has been copied. */
  static final LogPosition START = new LogPosition(StreamPosition.START, StreamPosition.START);

  /**
   * Of one stream.
   *
   * @param nanos the time of the last entry copied; 0: none
   * @param base the stream's length before the first entry of that time
   * @param length how much of the stream has been copied
   * @param fileStart the stream's length before what is in the file: what came before was rotated
   *     away
   * @param file the identity of the file
   * @param lineAtBase the state of the line at the base
   * @param line the state of the line at the file's end
   */
  record StreamPosition(
      long nanos, long base, long length, long fileStart, long file, Line lineAtBase, Line line) {
    static final StreamPosition START =
        new StreamPosition(0, 0, 0, 0, LogFile.NO_IDENTITY, Line.ENDED, Line.ENDED);
  }

  /** What has been seen of the last line. */
  enum Line {
    /** All of it. */
    ENDED(0),
    /** A piece; others follow. */
    GOES_ON(1),
    /** All but its end, which is written when something follows. */
    END_OWED(2);

    private final byte code;

    Line(int code) {
      this.code = (byte) code;
    }
  }

  /** The length of the written form: one small write, so that a killed process tears none. */
  static final int BYTES = Integer.BYTES + 2 * (5 * Long.BYTES + 2) + Long.BYTES;

  private static final int MAGIC = 0x4d4c5032;

  ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC);
    put(stdout, bytes);
    put(stderr, bytes);
    bytes.putLong(checksum(bytes.array()));
    bytes.position(0).limit(BYTES);
    return bytes;
  }

  private static void put(StreamPosition position, ByteBuffer into) {
    into.putLong(position.nanos())
        .putLong(position.base())
        .putLong(position.length())
        .putLong(position.fileStart())
        .putLong(position.file())
        .put(position.lineAtBase().code)
        .put(position.line().code);
  }

  /** Empty if these are not the bytes of a position. */
  static Optional<LogPosition> parse(byte[] array) {
    if (array.length != BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(array);
    int magic = bytes.getInt();
    LogPosition position = new LogPosition(get(bytes), get(bytes));
    return magic == MAGIC && bytes.getLong() == checksum(array)
        ? Optional.of(position)
        : Optional.empty();
  }

  private static StreamPosition get(ByteBuffer from) {
    return new StreamPosition(
        from.getLong(),
        from.getLong(),
        from.getLong(),
        from.getLong(),
        from.getLong(),
        line(from.get()),
        line(from.get()));
  }

  private static Line line(byte code) {
    for (Line line : Line.values()) {
      if (line.code == code) {
        return line;
      }
    }
    return Line.ENDED;
  }

  private static long checksum(byte[] array) {
    CRC32 crc = new CRC32();
    crc.update(array, 0, BYTES - Long.BYTES);
    return crc.getValue();
  }
}
