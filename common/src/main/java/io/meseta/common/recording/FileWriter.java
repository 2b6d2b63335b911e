package io.meseta.common.recording;

import io.meseta.common.recording.graph.ByteSink;
import io.meseta.common.recording.graph.GraphWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Writes one file: events are collected, and written as a frame when they are many or old. */
final class FileWriter implements AutoCloseable {

  private static final int MAX_FRAME_BYTES = 256 << 10;

  private final String name;
  private final RecordingStore.OpenFile file;
  private final LongAdder allBytes;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final Effects hashes = new Effects();
  private final int frameBytes;
  private final ByteSink bytes;
  private GraphWriter events;
  private long firstEvent;
  private long nextEvent;
  private int count;
  private Instant firstTime = Instant.EPOCH;
  private Instant lastTime = Instant.EPOCH;
  private long written;
  private long stateBytes;

  /**
   * @param allBytes counts what is written to any file
   */
  FileWriter(String name, RecordingStore.OpenFile file, long fileSize, LongAdder allBytes) {
    this.name = name;
    this.file = file;
    this.allBytes = allBytes;
    this.frameBytes = (int) Math.max(1, Math.min(MAX_FRAME_BYTES, fileSize / 8));
    this.bytes = new ByteSink(frameBytes + 1024);
    this.events = GraphWriter.to(bytes);
  }

  /** Begins the file. */
  void begin(RecordingHeader header, RecordingThread.State state) throws IOException {
    nextEvent = state.nextEvent();
    write(ByteBuffer.wrap(Frame.magic()));
    Frame.Range range = new Frame.Range(state.nextEvent(), 0, state.at(), state.at());
    byte[] head = header.toBytes();
    write(Frame.encode(Frame.Kind.HEADER, range, head, head.length, deflater));
    byte[] graph = state.graph().toByteArray();
    write(Frame.encode(Frame.Kind.STATE, range, graph, graph.length, deflater));
    stateBytes = written;
  }

  void add(RecordingThread.Handled handled) throws IOException {
    if (count == 0) {
      firstEvent = handled.number();
      firstTime = handled.at();
    }
    events.write(handled.event());
    bytes.writeLong(hashes.hash(handled.effects()));
    bytes.writeVarint(handled.effects().size());
    String failure = handled.failure();
    bytes.writeByte(failure == null ? 0 : 1);
    if (failure != null) {
      bytes.writeString(failure);
    }
    lastTime = handled.at();
    nextEvent = handled.number() + 1;
    count++;
    if (bytes.size() >= frameBytes) {
      flush();
    }
  }

  /** Writes what has been collected. */
  void flush() throws IOException {
    if (count == 0) {
      return;
    }
    Frame.Range range = new Frame.Range(firstEvent, count, firstTime, lastTime);
    ByteBuffer frame =
        Frame.encode(Frame.Kind.EVENTS, range, bytes.toByteArray(), bytes.size(), deflater);
    bytes.clear();
    events = GraphWriter.to(bytes);
    count = 0;
    write(frame);
  }

  private void write(ByteBuffer frame) throws IOException {
    int length = frame.remaining();
    written += length;
    file.write(frame);
    allBytes.add(length);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Whether it is time for a new file: this one is large enough, and more of it are events than
   * state, so that the state, which costs the loop time, is not taken too often.
   */
  boolean isFull(long size) {
    return written >= size && written - stateBytes >= Math.min(stateBytes, size);
  }

  /** The number of the event that continues the file. */
  long nextEvent() {
    return nextEvent;
  }

  String name() {
    return name;
  }

  @Override
  public void close() throws IOException {
    IOException failed = null;
    try {
      flush();
    } catch (IOException e) {
      failed = e;
    }
    deflater.end();
    closeFile(failed);
  }

  private void closeFile(@Nullable IOException earlier) throws IOException {
    try {
      file.close();
    } catch (IOException e) {
      if (earlier != null) {
        e.addSuppressed(earlier);
      }
      throw e;
    }
    if (earlier != null) {
      throw earlier;
    }
  }
}
