package io.meseta.benchmarks.reads;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Clients that read /state as fast as they get it, each time on a new connection, while the cluster
 * goes on changing ten times a second: no answer can be given for long.
 */
final class StateReaders {

  private static final int READERS = 5;
  private static final int BETWEEN_CHANGES_MS = 100;

  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder reads = new LongAdder();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean done;

  /** Something small that happens in the cluster. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  private StateReaders(InetSocketAddress server, Change change) {
    for (int i = 0; i < READERS; i++) {
      Fetch state = Fetch.get(server, "/state");
      start(
          "reader-" + i,
          () -> {
            state.run();
            reads.increment();
          });
    }
    start(
        "changes",
        () -> {
          change.make();
          Thread.sleep(BETWEEN_CHANGES_MS);
        });
  }

  /** What is measured meanwhile. */
  @FunctionalInterface
  interface Measurement<T> {
    T take() throws IOException, InterruptedException;
  }

  /**
   * Lets them read as long as the measurement takes.
   *
   * @throws IOException if not all of them went on until its end: what was measured does not count
   */
  static <T> T during(Measurement<T> measurement, InetSocketAddress server, Change change)
      throws IOException, InterruptedException {
    StateReaders readers = new StateReaders(server, change);
    try {
      return measurement.take();
    } finally {
      readers.finish();
    }
  }

  private interface Work {
    void once() throws IOException, InterruptedException;
  }

  private void start(String name, Work work) {
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(() -> {
              try {
                while (!done) {
                  work.once();
                }
              } catch (IOException | InterruptedException e) {
                failure.compareAndSet(null, e);
              }
            }));
  }

  private void finish() throws IOException, InterruptedException {
    done = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Exception first = failure.get();
    if (first != null || reads.sum() < READERS) {
      throw new IOException("the state could not be read meanwhile", first);
    }
  }
}
