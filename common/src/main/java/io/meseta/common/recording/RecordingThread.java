package io.meseta.common.recording;

import io.meseta.common.recording.graph.ByteSink;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes what a loop hands over. It alone touches the files.
 *
 * <p>A file begins with a state. Whenever a new file is due, because the last one is full, or
 * because the recording had stopped and may go on, the thread says {@link #wantsState()} and goes
 * on with the old file, if there is one, until the state comes.
 */
final class RecordingThread {

  /** What the loop hands over. */
  sealed interface Item permits Handled, State {}

  /** An event and what came of it; all of it immutable. */
  record Handled(long number, Instant at, Object event, List<?> effects, @Nullable String failure)
      implements Item {}

  /** The core between two events; the bytes are not touched any more. */
  record State(long nextEvent, Instant at, ByteSink graph) implements Item {}

  private static final Logger log = LoggerFactory.getLogger(RecordingThread.class);

  /** So long an event may wait for others, to be written with them. */
  private static final long DELAY_MS = 100;

  private static final long CLOSE_LIMIT_MS = 5_000;

  private static final DateTimeFormatter NAME_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final RecordingHeader header;
  private final RecordingOptions options;
  private final RecordingStore store;
  private final InstantSource clock;
  private final ArrayBlockingQueue<Item> queue;
  private final Thread thread;
  private final LongAdder events = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder stops = new LongAdder();
  private volatile boolean running;
  private volatile boolean wantsState;
  private volatile boolean complete;
  private volatile boolean ending;

  // Of this thread only.
  private @Nullable FileWriter file;
  private boolean asked;
  private boolean told;
  private long retryAtNs;
  private long oldestNs;

  RecordingThread(
      RecordingHeader header, RecordingOptions options, RecordingStore store, InstantSource clock) {
    this.header = header;
    this.options = options;
    this.store = store;
    this.clock = clock;
    this.queue = new ArrayBlockingQueue<>(options.backlog());
    this.thread = new Thread(this::run, header.role() + "-recording");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Hands an event over, without waiting. If too much waits already it is left out, and so is every
   * later one until the next state.
   */
  void offer(Handled handled) {
    if (complete && !queue.offer(handled)) {
      complete = false;
    }
  }

  /** Whether a new file is due and there is room for the state with which it begins. */
  boolean wantsState() {
    return wantsState && queue.remainingCapacity() > 0;
  }

  /** Hands the state over that was wanted. By the thread that offers, so that there is room. */
  void begin(State state) {
    wantsState = false;
    // Before it is in the queue: else this thread might find the queue empty and nothing complete.
    complete = true;
    queue.add(state);
  }

  int backlog() {
    return queue.size();
  }

  RecordingStats stats() {
    return new RecordingStats(running, events.sum(), bytes.sum(), stops.sum());
  }

  private void run() {
    try {
      while (!ending || !queue.isEmpty()) {
        Item item = queue.poll(waitMs(), TimeUnit.MILLISECONDS);
        try {
          step(item);
        } catch (IOException | RuntimeException e) {
          stop("it cannot be written: " + e, e);
        }
      }
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      stops.increment();
      log.error("The recording ends; the {} goes on without it", header.role(), e);
    } finally {
      running = false;
    }
  }

  private long waitMs() {
    FileWriter current = file;
    if (current == null || current.isEmpty()) {
      return DELAY_MS;
    }
    long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - oldestNs);
    return Math.max(0, DELAY_MS - ageMs);
  }

  private void step(@Nullable Item item) throws IOException {
    if (item instanceof State state) {
      beginFile(state);
    } else if (item instanceof Handled handled) {
      write(handled);
    }
    FileWriter current = file;
    if (current == null) {
      if (System.nanoTime() - retryAtNs >= 0) {
        ask();
      }
      return;
    }
    if (waitMs() == 0) {
      current.flush();
    }
    if (!complete && !ending && queue.isEmpty()) {
      stop("the disk does not keep up with the events", null);
    } else if (current.isFull(options.fileSize())) {
      ask();
    }
  }

  /** Asks once: the answer may be behind many events in the queue. */
  private void ask() {
    if (!asked) {
      asked = true;
      wantsState = true;
    }
  }

  private void write(Handled handled) throws IOException {
    FileWriter current = file;
    if (current == null) {
      return; // Of a recording that has stopped.
    }
    if (current.isEmpty()) {
      oldestNs = System.nanoTime();
    }
    current.add(handled);
    events.increment();
  }

  private void beginFile(State state) throws IOException {
    asked = false;
    FileWriter old = file;
    file = null;
    if (old != null) {
      old.close();
      if (old.nextEvent() != state.nextEvent()) {
        log.warn(
            "The events {} to {} are not recorded, because the disk did not keep up",
            old.nextEvent(),
            state.nextEvent() - 1);
      }
    }
    FileWriter next = create(state.nextEvent());
    file = next;
    next.begin(header, state);
    running = true;
    deleteOldest();
    if (told) {
      told = false;
      log.info("The recording goes on, with event {}, in {}", state.nextEvent(), next.name());
    }
  }

  private FileWriter create(long firstEvent) throws IOException {
    for (Instant at = clock.instant(); ; at = at.plusMillis(1)) {
      String name =
          String.format(
              Locale.ROOT,
              "%s-%s-%012d%s",
              header.role(),
              NAME_TIME.format(at),
              firstEvent,
              DirectoryStore.SUFFIX);
      try {
        return new FileWriter(name, store.create(name), options.fileSize(), bytes);
      } catch (FileAlreadyExistsException e) {
        log.debug("{} is there already, another name is taken", name, e);
      }
    }
  }

  private void deleteOldest() throws IOException {
    List<String> ours =
        store.names().stream().filter(name -> name.startsWith(header.role() + "-")).toList();
    for (String name : ours.subList(0, Math.max(0, ours.size() - options.files()))) {
      store.delete(name);
    }
  }

  private void stop(String why, @Nullable Exception cause) {
    if (!told) {
      told = true;
      log.warn(
          "The recording in {} stops: {}. The {} is not affected; a new file is begun when that is"
              + " possible",
          options.directory(),
          why,
          header.role(),
          cause);
    }
    FileWriter broken = file;
    file = null;
    running = false;
    stops.increment();
    wantsState = false;
    asked = false;
    retryAtNs = System.nanoTime() + options.retry().toNanos();
    if (broken != null) {
      try {
        broken.close();
      } catch (IOException e) {
        log.debug("A file of the recording could not be closed", e);
      }
    }
  }

  private void finish() {
    FileWriter last = file;
    file = null;
    if (last != null) {
      try {
        last.close();
      } catch (IOException e) {
        log.warn("The end of the recording in {} could not be written", options.directory(), e);
      }
    }
  }

  /** As {@link #end}, because the core cannot be written down. */
  void giveUp() {
    stops.increment();
    end();
  }

  /** Writes what waits and ends; returns at once. */
  void end() {
    ending = true;
    complete = false;
  }

  /** Waits until it has ended, for a limited time. */
  void await() {
    try {
      thread.join(CLOSE_LIMIT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
