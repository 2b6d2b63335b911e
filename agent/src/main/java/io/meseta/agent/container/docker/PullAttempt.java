package io.meseta.agent.container.docker;

import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to pull an image. It reads on a virtual thread of its own, which another one watches: a
 * registry that says nothing is not waited for without end.
 */
final class PullAttempt implements AutoCloseable {

  private final EngineClient engine;
  private final String image;
  private final Optional<RegistryAuth> auth;
  private final Consumer<PullProgress> onProgress;
  private final PullProgress progress;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private long movedNanos = System.nanoTime();
  private boolean done;
  private @Nullable PullFailure failure;

  PullAttempt(
      EngineClient engine,
      String image,
      Optional<RegistryAuth> auth,
      Consumer<PullProgress> onProgress) {
    this.engine = engine;
    this.image = image;
    this.auth = auth;
    this.onProgress = onProgress;
    this.progress = new PullProgress(image);
    this.thread = Thread.ofVirtual().name("pull-try-" + image).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Waits for the end; one that does not move for so long is one.
   *
   * @return empty if the image is there
   */
  Optional<PullFailure> await(Duration stall) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!done) {
        long left = movedNanos + stall.toNanos() - System.nanoTime();
        if (left <= 0) {
          return Optional.of(
              new PullFailure(
                  PullFailure.Kind.TRANSIENT, "no progress for " + stall.toSeconds() + " s"));
        }
        ended.awaitNanos(left);
      }
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    PullFailure end;
    try (DockerHttpClient.Response response = engine.openPull(ImageReference.parse(image), auth)) {
      end = read(response);
    } catch (DockerException e) {
      end = PullFailure.of(EngineCalls.reason(e));
    } catch (IOException | RuntimeException e) {
      end =
          new PullFailure(
              PullFailure.Kind.ENGINE_AWAY, "the engine broke off: " + EngineCalls.reason(e));
    }
    lock.lock();
    try {
      done = true;
      failure = end;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable PullFailure read(DockerHttpClient.Response response) throws IOException {
    // Not closed: that would first read the rest of the stream.
    MappingIterator<PullResponseItem> items =
        engine.connection().json().readerFor(PullResponseItem.class).readValues(response.getBody());
    while (items.hasNextValue()) {
      PullResponseItem item = items.nextValue();
      if (item.isErrorIndicated()) {
        ResponseItem.ErrorDetail detail = item.getErrorDetail();
        return PullFailure.of(
            Objects.requireNonNullElse(detail == null ? null : detail.getMessage(), "refused"));
      }
      handle(item);
    }
    return null;
  }

  private void handle(PullResponseItem item) {
    boolean moved = progress.accept(item);
    if (moved) {
      lock.lock();
      try {
        movedNanos = System.nanoTime();
      } finally {
        lock.unlock();
      }
    }
    onProgress.accept(progress);
  }

  /** The engine ends a pull whose client has gone. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
