package io.meseta.agent.container.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls images. All who want the same image at the same time share one pull; it is given up when
 * none of them waits any more, or when it shows no progress for too long. Any thread.
 */
final class ImagePulls {

  private static final Logger log = LoggerFactory.getLogger(ImagePulls.class);
  private static final long TELL_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final EngineClient engine;
  private final EngineHealth health;
  private final Duration stall;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Pull> underWay = new HashMap<>();

  ImagePulls(EngineClient engine, EngineHealth health, Duration stall) {
    this.engine = engine;
    this.health = health;
    this.stall = stall;
  }

  /**
   * Waits until the image has been pulled.
   *
   * @param progress told, at most once a second, how far it is
   * @throws EngineException when it cannot be had
   */
  void pull(String image, Consumer<String> progress) throws EngineException, InterruptedException {
    DockerClient docker = engine.timed("pull " + image, stall, () -> engine.connection().docker());
    Pull pull = join(docker, image, progress);
    try {
      pull.await();
    } finally {
      leave(image, pull, progress);
    }
  }

  private Pull join(DockerClient docker, String image, Consumer<String> progress) {
    lock.lock();
    try {
      Pull pull = underWay.get(image);
      if (pull == null) {
        pull = new Pull(image);
        pull.begin(docker);
        underWay.put(image, pull);
      }
      pull.listeners.add(progress);
      return pull;
    } finally {
      lock.unlock();
    }
  }

  private void leave(String image, Pull pull, Consumer<String> progress) {
    lock.lock();
    try {
      pull.listeners.remove(progress);
      if (pull.done || pull.listeners.isEmpty()) {
        underWay.remove(image, pull);
        pull.giveUp();
      }
    } finally {
      lock.unlock();
    }
  }

  /** One pull; all fields are guarded by the lock. */
  private final class Pull extends ResultCallback.Adapter<PullResponseItem> {

    private final String image;
    private final Condition changed = lock.newCondition();
    private final List<Consumer<String>> listeners = new ArrayList<>();
    private long lastProgressNanos = System.nanoTime();
    private long lastToldNanos = lastProgressNanos - TELL_EVERY_NANOS;
    private boolean done;
    private @Nullable String failure;

    Pull(String image) {
      this.image = image;
    }

    void begin(DockerClient docker) {
      ImageReference reference = ImageReference.parse(image);
      PullImageCmd command = docker.pullImageCmd(reference.repository());
      if (!reference.tag().isEmpty()) {
        command.withTag(reference.tag());
      }
      command.exec(this);
    }

    void await() throws EngineException, InterruptedException {
      lock.lockInterruptibly();
      try {
        while (!done) {
          long left = lastProgressNanos + stall.toNanos() - System.nanoTime();
          if (left <= 0) {
            finish("no progress for " + stall.toSeconds() + " s");
            break;
          }
          changed.awaitNanos(left);
        }
        if (failure != null) {
          throw new EngineException(
              EngineException.Kind.REFUSED, "pull " + image + ": " + failure, null);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onNext(PullResponseItem item) {
      health.answered();
      lock.lock();
      try {
        long now = System.nanoTime();
        lastProgressNanos = now;
        if (item.isErrorIndicated()) {
          ResponseItem.ErrorDetail detail = item.getErrorDetail();
          finish(detail == null ? "refused" : String.valueOf(detail.getMessage()));
        } else if (now - lastToldNanos >= TELL_EVERY_NANOS) {
          lastToldNanos = now;
          String text = describe(item);
          listeners.forEach(listener -> listener.accept(text));
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable cause) {
      end(EngineCalls.reason(cause));
    }

    @Override
    public void onComplete() {
      end(null);
    }

    private void end(@Nullable String reason) {
      lock.lock();
      try {
        finish(reason);
      } finally {
        lock.unlock();
      }
    }

    private void finish(@Nullable String reason) {
      if (!done) {
        done = true;
        failure = reason;
        changed.signalAll();
      }
    }

    void giveUp() {
      try {
        close();
      } catch (IOException e) {
        // Its outcome stands: the engine ends a pull whose client has gone.
        log.debug("closing the pull of {}", image, e);
      }
    }

    private String describe(PullResponseItem item) {
      StringBuilder text = new StringBuilder(image);
      if (item.getStatus() != null) {
        text.append(": ").append(item.getStatus());
      }
      ResponseItem.ProgressDetail detail = item.getProgressDetail();
      if (detail != null && detail.getCurrent() != null && detail.getTotal() != null) {
        text.append(' ').append(detail.getCurrent()).append('/').append(detail.getTotal());
      }
      return text.toString();
    }
  }
}
