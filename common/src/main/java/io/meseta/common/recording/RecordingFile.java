package io.meseta.common.recording;

import io.meseta.common.recording.graph.ByteSource;
import io.meseta.common.recording.graph.GraphException;
import io.meseta.common.recording.graph.GraphReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a recording, to be read. It may still be written: what had been written when it was
 * opened is read.
 *
 * <p>Not thread-safe.
 */
public final class RecordingFile implements AutoCloseable {

  private record Placed(Frame frame, long position) {}

  private final Path path;
  private final RandomAccessFile file;
  private final RecordingHeader header;
  private final Placed state;
  private final List<Placed> events = new ArrayList<>();
  private boolean torn;

  private RecordingFile(Path path, RandomAccessFile file) throws IOException {
    this.path = path;
    this.file = file;
    List<Placed> frames = index();
    if (frames.size() < 2
        || frames.get(0).frame.kind() != Frame.Kind.HEADER
        || frames.get(1).frame.kind() != Frame.Kind.STATE) {
      throw new RecordingException(
          path + " ends before its first event: its writer was stopped when it had just begun");
    }
    this.header = readHeader(frames.get(0));
    this.state = frames.get(1);
    addEvents(frames.subList(2, frames.size()));
  }

  /**
   * Opens a file and finds out what is in it, without reading all of it.
   *
   * @throws RecordingException if it is no recording of this format, or damaged
   * @throws IOException if it cannot be read
   */
  public static RecordingFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new RecordingException(path + " is no file");
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      return new RecordingFile(path, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The recordings in a directory, in the order of their names, which is that of time. */
  public static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(DirectoryStore.SUFFIX))
          .sorted()
          .toList();
    }
  }

  private List<Placed> index() throws IOException {
    byte[] start = new byte[(int) Math.min(Frame.MAGIC_LENGTH, file.length())];
    file.readFully(start);
    String objection = Frame.objection(start);
    if (objection != null) {
      throw new RecordingException(path + " cannot be read: " + objection);
    }
    List<Placed> frames = new ArrayList<>();
    long length = file.length();
    long position = Frame.MAGIC_LENGTH;
    while (length - position >= Frame.HEAD_LENGTH) {
      Frame frame = Frame.decodeHead(ByteBuffer.wrap(read(position, Frame.HEAD_LENGTH)));
      if (frame == null) {
        throw damaged(position);
      }
      if (length - position - Frame.HEAD_LENGTH < frame.contentLength()) {
        break;
      }
      frames.add(new Placed(frame, position));
      position += Frame.HEAD_LENGTH + frame.contentLength();
    }
    torn = position < length;
    return frames;
  }

  private void addEvents(List<Placed> frames) throws RecordingException {
    long next = state.frame.firstEvent();
    for (Placed placed : frames) {
      if (placed.frame.kind() != Frame.Kind.EVENTS || placed.frame.firstEvent() != next) {
        throw damaged(placed.position);
      }
      events.add(placed);
      next = placed.frame.nextEvent();
    }
  }

  private RecordingHeader readHeader(Placed placed) throws IOException {
    byte[] content = content(placed);
    if (content == null) {
      throw damaged(placed.position);
    }
    try {
      return RecordingHeader.from(content);
    } catch (GraphException e) {
      throw new RecordingException(path + " is damaged: its header: " + e.getMessage(), e);
    }
  }

  private byte[] read(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(position);
    try {
      file.readFully(bytes);
    } catch (EOFException e) {
      throw new RecordingException(path + " has become shorter while it was read", e);
    }
    return bytes;
  }

  private byte @Nullable [] content(Placed placed) throws IOException {
    int length = Frame.HEAD_LENGTH + placed.frame.contentLength();
    return placed.frame.content(read(placed.position, length));
  }

  private RecordingException damaged(long position) {
    return new RecordingException(path + " is damaged at byte " + position);
  }

  public Path path() {
    return path;
  }

  public RecordingHeader header() {
    return header;
  }

  /** The number of the first event. */
  public long firstEvent() {
    return state.frame.firstEvent();
  }

  /** How many events, as far as can be told without reading them. */
  public long events() {
    return nextEvent() - firstEvent();
  }

  private long nextEvent() {
    return events.isEmpty() ? firstEvent() : last().nextEvent();
  }

  private Frame last() {
    return events.get(events.size() - 1).frame;
  }

  /** Time of the first event, to a millisecond; empty if there is none. */
  public Optional<Instant> firstTime() {
    return events.isEmpty() ? Optional.empty() : Optional.of(events.get(0).frame.firstTime());
  }

  /** Time of the last event, to a millisecond; empty if there is none. */
  public Optional<Instant> lastTime() {
    return events.isEmpty() ? Optional.empty() : Optional.of(last().lastTime());
  }

  /** Whether the file ends in the middle of something, which is left out. */
  public boolean isTorn() {
    return torn;
  }

  /**
   * The core as it was before the first event.
   *
   * @throws RecordingException if it is damaged, or if the core of this program is another one
   */
  public Object state() throws IOException {
    byte[] content = content(state);
    if (content == null) {
      throw damaged(state.position);
    }
    try {
      Object core = new GraphReader(new ByteSource(content)).read();
      if (core == null) {
        throw damaged(state.position);
      }
      return core;
    } catch (GraphException e) {
      throw unreadable("its state", e);
    }
  }

  private RecordingException unreadable(String what, GraphException e) {
    return new RecordingException(
        path + ": " + what + " cannot be read by this program: " + e.getMessage(), e);
  }

  /**
   * Reads events.
   *
   * @param first number of the first one that is wanted; those before are skipped
   * @param consumer is given one after the other
   * @throws RecordingException if something is damaged, except at the very end of the file
   */
  public void forEach(long first, EventConsumer consumer) throws IOException {
    for (Placed placed : events) {
      if (placed.frame.nextEvent() <= first) {
        continue;
      }
      byte[] content = content(placed);
      if (content == null) {
        if (placed.equals(events.get(events.size() - 1))) {
          torn = true;
          return;
        }
        throw damaged(placed.position);
      }
      if (!forEach(placed.frame, content, first, consumer)) {
        return;
      }
    }
  }

  private boolean forEach(Frame frame, byte[] content, long first, EventConsumer consumer)
      throws IOException {
    ByteSource in = new ByteSource(content);
    GraphReader reader = new GraphReader(in);
    for (long number = frame.firstEvent(); number < frame.nextEvent(); number++) {
      RecordedEvent event;
      try {
        event = event(number, reader, in);
      } catch (GraphException e) {
        throw unreadable("event " + number, e);
      }
      if (number >= first && !consumer.take(event)) {
        return false;
      }
    }
    return true;
  }

  private RecordedEvent event(long number, GraphReader reader, ByteSource in)
      throws RecordingException {
    Object event = reader.read();
    if (event == null) {
      throw new RecordingException(path + " is damaged: there is no event " + number);
    }
    long hash = in.readLong();
    long effects = in.readVarint();
    Optional<String> failure = in.readByte() == 0 ? Optional.empty() : Optional.of(in.readString());
    return new RecordedEvent(number, event, hash, effects, failure);
  }

  /** Is given events. */
  @FunctionalInterface
  public interface EventConsumer {

    /** Takes one; false if no more are wanted. */
    boolean take(RecordedEvent event) throws IOException;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
