package io.meseta.agent.container.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a container's output into its sandbox while it runs.
 *
 * <p>The last reading always begins after the end of the container is known, so that nothing is
 * missing whatever interrupted the one before.
 *
 * <p>On a platform thread of its own: it blocks in file and socket reads for the container's
 * lifetime, and file reads would hold one of the few threads that virtual threads run on.
 */
final class LogFollower implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LogFollower.class);
  private static final int BUFFER = 64 * 1024;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(10);

  private final Engine engine;
  private final String name;
  private final Path sandbox;
  private final Path positionFile;
  private final Runnable onStreamEnd;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread thread;

  private final AtomicLong frames = new AtomicLong();

  /**
   * Prepared, not started.
   *
   * @param name the container's name on the engine
   * @param onStreamEnd called when the engine ends the stream: a hint that the container has ended
   */
  LogFollower(Engine engine, String name, Path sandbox, Path positionFile, Runnable onStreamEnd) {
    this.engine = engine;
    this.name = name;
    this.sandbox = sandbox;
    this.positionFile = positionFile;
    this.onStreamEnd = onStreamEnd;
    this.thread = Thread.ofPlatform().name("log-" + name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * The container has ended: copies what is left.
   *
   * @param stall how long to wait without any progress
   * @return whether all was copied
   */
  boolean finish(Duration stall) throws InterruptedException {
    ended.countDown();
    long seen = frames.get();
    while (!finished.await(stall.toNanos(), TimeUnit.NANOSECONDS)) {
      long now = frames.get();
      if (now == seen) {
        return false;
      }
      seen = now;
    }
    return true;
  }

  private void run() {
    try (LogFiles files =
        new LogFiles(name, sandbox, positionFile, engine.options().logs().sandbox())) {
      follow(files);
    } catch (ClosedByInterruptException e) {
      log.debug("container {}: following its output ends", name, e);
    } catch (IOException e) {
      log.warn("container {}: output cannot be written to {}", name, sandbox, e);
    } catch (RuntimeException e) {
      log.error("container {}: a fault of the agent; its output is copied no more", name, e);
    } catch (InterruptedException e) {
      log.debug("container {}: following its output ends", name, e);
    } finally {
      finished.countDown();
    }
  }

  private void follow(LogFiles files) throws IOException, InterruptedException {
    Duration backOff = Duration.ZERO;
    while (true) {
      boolean last = ended.getCount() == 0;
      try {
        boolean read = readOnce(files, last);
        if (last) {
          return;
        }
        backOff = read ? Backoff.FIRST : Backoff.next(backOff, MAX_BACK_OFF);
      } catch (EngineException e) {
        if (e.is(EngineException.Kind.NOT_FOUND)) {
          return;
        }
        if (last && !e.is(EngineException.Kind.UNAVAILABLE)) {
          log.warn("container {}: its output cannot be read: {}", name, e.getMessage());
          return;
        }
        log.info("container {}: no output: {}; trying again", name, e.getMessage());
        backOff = Backoff.next(backOff, MAX_BACK_OFF);
      }
      if (last) {
        Thread.sleep(backOff);
        engine.health().awaitAnswer(backOff.toNanos());
      } else {
        onStreamEnd.run();
        // Ends early, as soon as the container is known to have ended.
        if (!ended.await(backOff.toNanos(), TimeUnit.NANOSECONDS)) {
          log.debug("container {}: reading its output again", name);
        }
      }
    }
  }

  /** Reads to the end of one stream; says whether anything came. */
  private boolean readOnce(LogFiles files, boolean last)
      throws EngineException, IOException, InterruptedException {
    long since = files.rewind();
    EngineClient.LogMode mode = last ? EngineClient.LogMode.SNAPSHOT : EngineClient.LogMode.FOLLOW;
    // Only the response is closed: closing its body would first read the rest, which may never end.
    try (DockerHttpClient.Response response = engine.client().openLog(name, since, mode)) {
      return copy(new DataInputStream(new BufferedInputStream(response.getBody(), BUFFER)), files);
    }
  }

  private boolean copy(DataInputStream in, LogFiles files)
      throws EngineException, IOException, InterruptedException {
    boolean any = false;
    while (true) {
      LogFrame frame;
      try {
        frame = LogFrame.read(in);
      } catch (IOException e) {
        files.flush();
        files.note();
        if (Thread.interrupted()) {
          throw new InterruptedException("closed");
        }
        throw new EngineException(
            EngineException.Kind.UNAVAILABLE, "log stream broke off: " + e.getMessage(), e);
      }
      if (frame == null) {
        files.flush();
        files.note();
        return any;
      }
      any = true;
      frames.incrementAndGet();
      files.accept(frame);
      if (files.pendingBytes() >= BUFFER || in.available() == 0) {
        files.flush();
      }
    }
  }

  /** Stops following; the position stays, and another follower goes on there. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      // Only then may another follower open the files.
      if (!thread.join(CLOSE_LIMIT)) {
        log.warn("container {}: following its output does not end", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
