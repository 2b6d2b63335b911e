package io.meseta.agent.container.docker;

import io.meseta.agent.container.docker.LogPosition.Line;
import io.meseta.agent.container.docker.LogPosition.StreamPosition;
import io.meseta.agent.sandbox.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one stream of a container's log into its file, and the files after it, each byte exactly
 * once, however often the engine is asked again. One thread.
 *
 * <p>Engine 20.10 forgets the end of a line that came in pieces. Its last piece is recognised by
 * being shorter than the engine's buffer; the end is written when the next line comes.
 *
 * <p>Times are the engine's wall clock. While it is followed without a break, setting that clock
 * back does no harm; output written between setting it back and its catching up is not found again
 * after a break.
 */
final class LogStream {

  private static final Logger log = LoggerFactory.getLogger(LogStream.class);

  /** The engine's buffer: the length of all pieces of a line but the last. */
  private static final int PIECE = 16 * 1024;

  private static final long MARGIN_NANOS = 60 * EngineEvents.NANOS_PER_SECOND;

  private final String name;
  private final LogFile file;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private long nanos;
  private long base;
  private long length;

  /** Of the stream, before what is in the file. */
  private long fileStart;

  private Line lineAtBase;

  /** At the end of what has been copied. */
  private Line line;

  /** At the entry that is being read: differs from {@link #line} while reading again. */
  private Line readLine;

  /** Reading again what was copied: entries before {@link #nanos} are known. */
  private boolean catchingUp;

  /** Bytes of entries of time {@link #nanos} that the file has already. */
  private long toSkip;

  /**
   * Goes on where a copy was left. What the file holds beyond that is cut off.
   *
   * @param name for the log
   * @param file the caller closes it
   */
  LogStream(String name, LogFile file, StreamPosition position) throws IOException {
    this.name = name;
    this.file = file;
    this.nanos = position.nanos();
    this.base = position.base();
    this.length = position.length();
    this.lineAtBase = position.lineAtBase();
    this.line = position.line();
    this.readLine = line;
    this.fileStart = resume(file, position);
  }

  private static long resume(LogFile file, StreamPosition position) throws IOException {
    if (file.identity() != position.file() && file.wasLast(position.file())) {
      // Rotated right after the position was noted: all of the new file is to be copied again.
      file.truncate(0);
      return position.length();
    }
    long inFile = position.length() - position.fileStart();
    file.truncate(inFile);
    // One that is shorter was cut by the task, or emptied by a rotation that keeps nothing.
    return position.length() - Math.min(inFile, file.size());
  }

  long nanos() {
    return nanos;
  }

  /**
   * From which time on the engine has to be asked.
   *
   * @param newestNanos the time of the newest entry of any stream: a quiet stream need not be read
   *     again from its last entry, because what comes later has a later time, but for some delay
   *     inside the engine and for pieces of a line begun before
   */
  long since(long newestNanos) {
    return line == Line.GOES_ON ? nanos : Math.max(nanos, newestNanos - MARGIN_NANOS);
  }

  /** The engine is about to be asked from this time on. */
  void rewind(long sinceNanos) {
    catchingUp = true;
    boolean again = sinceNanos <= nanos;
    toSkip = again ? length - base : 0;
    readLine = again ? lineAtBase : line;
  }

  /** Whether the file would become larger than it may by this entry. */
  boolean isFullFor(LogFrame frame) {
    boolean known = (catchingUp && frame.nanos() < nanos) || (toSkip > 0 && frame.nanos() == nanos);
    // And the end that may be owed to the line before.
    long wanted = length - fileStart + 1 + frame.payload().length;
    return !known && length > fileStart && wanted > file.maxSize();
  }

  /** Goes on in an empty file; all must have been flushed, and the position noted. */
  void rotate() throws IOException {
    file.rotate();
    fileStart = length;
  }

  void accept(LogFrame frame) throws IOException {
    if (catchingUp && frame.nanos() < nanos) {
      return;
    }
    catchingUp = false;
    if (frame.nanos() != nanos) {
      beginTime(frame.nanos());
    }
    if (readLine == Line.END_OWED) {
      write(new byte[] {'\n'});
    }
    byte[] payload = frame.payload();
    write(payload);
    readLine = lineAfter(payload);
    if (toSkip == 0) {
      line = readLine;
    }
  }

  private static Line lineAfter(byte[] payload) {
    if (payload.length > 0 && payload[payload.length - 1] == '\n') {
      return Line.ENDED;
    }
    return payload.length == PIECE ? Line.GOES_ON : Line.END_OWED;
  }

  private void beginTime(long newNanos) {
    if (toSkip > 0) {
      log.warn(
          "{}: the engine does not have any more all that was written since the last copy;"
              + " some output is lost",
          name);
      toSkip = 0;
      readLine = line;
    }
    nanos = newNanos;
    base = length;
    lineAtBase = readLine;
  }

  private void write(byte[] bytes) {
    int known = (int) Math.min(toSkip, bytes.length);
    toSkip -= known;
    pending.write(bytes, known, bytes.length - known);
    length += bytes.length - known;
  }

  /** How many bytes are not yet in the file. */
  int pendingBytes() {
    return pending.size();
  }

  void flush() throws IOException {
    if (pending.size() == 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
    file.write(bytes, length - bytes.remaining() - fileStart);
    pending.reset();
  }

  /** Valid after {@link #flush}. */
  StreamPosition position() {
    return new StreamPosition(nanos, base, length, fileStart, file.identity(), lineAtBase, line);
  }
}
