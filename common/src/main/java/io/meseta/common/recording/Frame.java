package io.meseta.common.recording;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a file, whole or not at all.
 *
 * <pre>
 * file    MesetaR, a byte with the version of this format, frames
 * frames  one HEADER, one STATE, any number of EVENTS
 * frame   kind 1 · length of the content 4 · its checksum 4 · its length before compression 4
 *         · first event 8 · number of events 4 · first time 8 · last time 8 · content
 * HEADER  a {@link RecordingHeader}
 * STATE   the core, as it was before the first event, by a GraphWriter
 * EVENTS  by one GraphWriter: the event · hash of the effects 8 · their number · what the core threw
 * </pre>
 *
 * Numbers are big-endian, times are milliseconds of the epoch. The checksum covers the frame but
 * for itself. A file that ends within a frame, or with one whose checksum is wrong, was being
 * written when its process was killed: that frame does not count.
 *
 * @param contentLength as it is in the file
 * @param fullLength of the content when it is not compressed
 * @param firstEvent number of the first event in it, or of the first one after it
 * @param events how many
 */
record Frame(
    Kind kind,
    int contentLength,
    int checksum,
    int fullLength,
    long firstEvent,
    int events,
    long firstMillis,
    long lastMillis) {

  enum Kind {
    HEADER,
    STATE,
    EVENTS
  }

  private static final byte FORMAT = 1;
  private static final byte[] MAGIC = {'M', 'e', 's', 'e', 't', 'a', 'R', FORMAT};
  static final int MAGIC_LENGTH = 8;
  static final int HEAD_LENGTH = 41;

  static byte[] magic() {
    return MAGIC.clone();
  }

  /** Why a file that begins with these bytes cannot be read; null if it can. */
  static @Nullable String objection(byte[] start) {
    for (int i = 0; i < MAGIC_LENGTH - 1; i++) {
      if (i >= start.length || start[i] != MAGIC[i]) {
        return "it is no recording of Meseta";
      }
    }
    if (start.length < MAGIC_LENGTH || start[MAGIC_LENGTH - 1] != FORMAT) {
      return "it is a recording in another format than this version of Meseta reads: replay it with"
          + " the version that recorded it";
    }
    return null;
  }

  Instant firstTime() {
    return Instant.ofEpochMilli(firstMillis);
  }

  Instant lastTime() {
    return Instant.ofEpochMilli(lastMillis);
  }

  /** The number of the event after the last one in it. */
  long nextEvent() {
    return firstEvent + events;
  }

  /** What a frame is about. */
  record Range(long firstEvent, int events, Instant first, Instant last) {}

  /** A whole frame, ready to be written. */
  @SuppressWarnings("EnumOrdinal") // the order of the kinds is part of the format
  static ByteBuffer encode(Kind kind, Range range, byte[] content, int length, Deflater deflater) {
    deflater.reset();
    deflater.setInput(content, 0, length);
    deflater.finish();
    // What cannot be compressed grows by 5 bytes per 16 KB, and a little.
    byte[] bytes = new byte[HEAD_LENGTH + length + length / 1000 + 64];
    int compressed = deflater.deflate(bytes, HEAD_LENGTH, bytes.length - HEAD_LENGTH);
    if (!deflater.finished()) {
      throw new IllegalStateException("a frame that grew when it was compressed");
    }
    ByteBuffer frame = ByteBuffer.wrap(bytes, 0, HEAD_LENGTH + compressed);
    frame.put((byte) kind.ordinal()).putInt(compressed).putInt(0).putInt(length);
    frame.putLong(range.firstEvent()).putInt(range.events());
    frame.putLong(range.first().toEpochMilli()).putLong(range.last().toEpochMilli());
    frame.rewind();
    frame.putInt(5, checksum(bytes, frame.limit()));
    return frame;
  }

  /** The frame that begins so; null if none does. */
  static @Nullable Frame decodeHead(ByteBuffer head) {
    int kind = head.get();
    if (kind < 0 || kind >= Kind.values().length) {
      return null;
    }
    Frame frame =
        new Frame(
            Kind.values()[kind],
            head.getInt(),
            head.getInt(),
            head.getInt(),
            head.getLong(),
            head.getInt(),
            head.getLong(),
            head.getLong());
    return frame.contentLength < 0 || frame.fullLength < 0 || frame.events < 0 ? null : frame;
  }

  /**
   * The content of a frame.
   *
   * @param whole head and content
   * @return null if the checksum is wrong
   */
  byte @Nullable [] content(byte[] whole) {
    if (checksum(whole, whole.length) != checksum) {
      return null;
    }
    byte[] content = new byte[fullLength];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(whole, HEAD_LENGTH, contentLength);
      return inflater.inflate(content) == fullLength ? content : null;
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static int checksum(byte[] frame, int length) {
    CRC32 sum = new CRC32();
    sum.update(frame, 0, 5);
    sum.update(frame, 9, length - 9);
    return (int) sum.getValue();
  }
}
