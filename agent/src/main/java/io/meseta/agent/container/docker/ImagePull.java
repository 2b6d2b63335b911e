package io.meseta.agent.container.docker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pull for all who wait for it: tries, with growing pauses between them, until the image is
 * there, or no try will do better, or so many have failed. On a virtual thread of its own.
 */
final class ImagePull {

  private static final Logger log = LoggerFactory.getLogger(ImagePull.class);
  private static final long TELL_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  private final EngineClient engine;
  private final EngineHealth health;
  private final DockerOptions.Pulls options;
  private final String image;
  private final Optional<RegistryAuth> auth;
  private final Thread thread;
  private final CountDownLatch done = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Consumer<String>> listeners = new ArrayList<>();
  private String lastText;
  private long lastToldNanos;
  private volatile @Nullable EngineException failure;

  ImagePull(
      EngineClient engine,
      EngineHealth health,
      DockerOptions.Pulls options,
      String image,
      Optional<RegistryAuth> auth) {
    this.engine = engine;
    this.health = health;
    this.options = options;
    this.image = image;
    this.auth = auth;
    this.lastText = "pulling " + image;
    this.thread = Thread.ofVirtual().name("pull-" + image).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Any thread: nobody waits any more. */
  void giveUp() {
    thread.interrupt();
  }

  boolean isDone() {
    return done.getCount() == 0;
  }

  /** It is told at once how far the pull is. */
  void add(Consumer<String> progress) {
    lock.lock();
    try {
      listeners.add(progress);
      progress.accept(lastText);
    } finally {
      lock.unlock();
    }
  }

  /** Says whether nobody is left. */
  boolean remove(Consumer<String> progress) {
    lock.lock();
    try {
      listeners.remove(progress);
      return listeners.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end. */
  void await() throws EngineException, InterruptedException {
    done.await();
    EngineException reason = failure;
    if (reason != null) {
      // Of each waiter's own: one exception must not be thrown by several threads.
      throw new EngineException(reason.kind(), String.valueOf(reason.getMessage()), reason);
    }
  }

  private void run() {
    try {
      failure = untilItsEnd();
    } catch (InterruptedException e) {
      log.debug("the pull of {} is given up", image, e);
      failure = failed("given up");
    } catch (RuntimeException e) {
      log.error("the pull of {} failed by a fault of the agent", image, e);
      failure = failed("unexpected: " + e);
    } finally {
      done.countDown();
    }
  }

  private @Nullable EngineException untilItsEnd() throws InterruptedException {
    Duration pause = options.pause();
    for (int tried = 1; true; tried++) {
      Optional<PullFailure> failed = attempt();
      if (failed.isEmpty()) {
        log.info("image {}: pulled", image);
        return null;
      }
      PullFailure why = failed.get();
      if (!why.mayPass() || tried >= options.tries()) {
        return failed(why.advice(image, auth) + (tried > 1 ? " (try %d)".formatted(tried) : ""));
      }
      log.info("image {}: try {} of {} failed: {}", image, tried, options.tries(), why.reason());
      tell(
          "pulling %s: try %d of %d failed (%s), trying again"
              .formatted(image, tried, options.tries(), why.reason()));
      Thread.sleep(pause);
      if (why.kind() == PullFailure.Kind.ENGINE_AWAY) {
        health.awaitAnswer(options.stall().toNanos());
      }
      pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
    }
  }

  private EngineException failed(String reason) {
    return new EngineException(EngineException.Kind.REFUSED, "pull " + image + ": " + reason, null);
  }

  private Optional<PullFailure> attempt() throws InterruptedException {
    PullAttempt attempt = new PullAttempt(engine, image, auth, this::tellNowAndThen);
    try {
      attempt.start();
      return attempt.await(options.stall());
    } finally {
      attempt.close();
    }
  }

  private void tellNowAndThen(PullProgress progress) {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (lastToldNanos == 0 || now - lastToldNanos >= TELL_EVERY_NANOS) {
        lastToldNanos = now;
        tell(progress.describe());
      }
    } finally {
      lock.unlock();
    }
  }

  private void tell(String text) {
    lock.lock();
    try {
      lastText = text;
      listeners.forEach(listener -> listener.accept(text));
    } finally {
      lock.unlock();
    }
  }
}
