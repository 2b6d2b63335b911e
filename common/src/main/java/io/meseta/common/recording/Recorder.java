package io.meseta.common.recording;

import io.meseta.common.recording.graph.ByteSink;
import io.meseta.common.recording.graph.GraphWriter;
import io.meseta.common.runtime.StateMachine;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A core that is recorded: hands each event to the core, and event and effects to the thread that
 * writes them.
 *
 * <p>Events and effects must be immutable. Threads: {@link #handle} by the thread that drives the
 * core; {@link #end} and {@link #close} by any. The driving thread never waits for the disk; it
 * pays for a state when a new file begins, once per file.
 *
 * <p>Nothing that goes wrong here is seen by the core's owner: the recording stops, which is
 * logged, and begins anew when it can.
 */
public final class Recorder<E, F> implements StateMachine<E, F>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Recorder.class);
  private static final int STATE_CAPACITY = 64 << 10;

  private final StateMachine<E, F> core;
  private final Function<E, Instant> time;
  private final RecordingThread thread;
  private long nextEvent;

  /** The core has something in it that cannot be written down. */
  private boolean impossible;

  private int lastStateSize;

  Recorder(StateMachine<E, F> core, Function<E, Instant> time, RecordingThread thread) {
    this.core = core;
    this.time = time;
    this.thread = thread;
    offerState(Instant.EPOCH);
    thread.start();
  }

  /**
   * Begins to record a core.
   *
   * @param core which has handled nothing yet, or nothing that is to be recorded
   * @param time when an event happened
   */
  public static <E, F> Recorder<E, F> start(
      StateMachine<E, F> core,
      Function<E, Instant> time,
      RecordingHeader header,
      RecordingOptions options) {
    return start(
        core, time, header, options, new DirectoryStore(options.directory()), Clock.systemUTC());
  }

  static <E, F> Recorder<E, F> start(
      StateMachine<E, F> core,
      Function<E, Instant> time,
      RecordingHeader header,
      RecordingOptions options,
      RecordingStore store,
      InstantSource clock) {
    return new Recorder<>(core, time, new RecordingThread(header, options, store, clock));
  }

  @Override
  public List<F> handle(E event) {
    List<F> effects;
    try {
      effects = core.handle(event);
    } catch (RuntimeException | Error e) {
      record(event, List.of(), e.toString());
      throw e;
    }
    record(event, effects, null);
    return effects;
  }

  private void record(E event, List<F> effects, @Nullable String failure) {
    long number = nextEvent++;
    Instant at = time.apply(event);
    thread.offer(new RecordingThread.Handled(number, at, event, effects, failure));
    if (thread.wantsState() && failure == null) {
      offerState(at);
    }
  }

  private void offerState(Instant at) {
    if (impossible) {
      return;
    }
    try {
      ByteSink bytes = new ByteSink(Math.max(STATE_CAPACITY, lastStateSize + lastStateSize / 8));
      GraphWriter.to(bytes).write(core);
      lastStateSize = bytes.size();
      thread.begin(new RecordingThread.State(nextEvent, at, bytes));
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      // Whatever it is: the loop, which calls this, must not end of it.
      impossible = true;
      thread.giveUp();
      log.error(
          "Nothing more is recorded, because the state cannot be written down; all else goes on",
          e);
    }
  }

  /** How it fares; by any thread. */
  public RecordingStats stats() {
    return thread.stats();
  }

  /** How many events wait to be written. */
  public int backlog() {
    return thread.backlog();
  }

  /** No more events come: writes what waits, in the background. */
  public void end() {
    thread.end();
  }

  /** No more events come: writes what waits, and waits for that, but not for a disk that hangs. */
  @Override
  public void close() {
    thread.end();
    thread.await();
  }
}
