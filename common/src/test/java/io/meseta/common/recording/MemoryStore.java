package io.meseta.common.recording;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/** A disk that can be full, and that can hang. */
final class MemoryStore implements RecordingStore {

  private final TreeMap<String, ByteArrayOutputStream> files = new TreeMap<>();
  private final Semaphore gate = new Semaphore(1);
  private volatile boolean full;

  void full(boolean value) {
    full = value;
  }

  /** No write comes back until {@link #goOn}. */
  void hang() {
    gate.acquireUninterruptibly();
  }

  void goOn() {
    gate.release();
  }

  @Override
  public synchronized OpenFile create(String name) throws IOException {
    check();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    files.put(name, content);
    return new OpenFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        gate.acquireUninterruptibly();
        gate.release();
        check();
        synchronized (MemoryStore.this) {
          while (bytes.hasRemaining()) {
            content.write(bytes.get());
          }
        }
      }

      @Override
      public void close() {}
    };
  }

  private void check() throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public synchronized List<String> names() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public synchronized void delete(String name) {
    files.remove(name);
  }

  synchronized byte[] content(String name) {
    return Objects.requireNonNull(files.get(name)).toByteArray();
  }
}
