package io.meseta.agent.container.process;

import io.meseta.agent.container.ResourceLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What others want one container's thread to know: that its state file may have changed, that it
 * shall end, that its limits are others. Any thread.
 */
final class RunInbox {

  /** Nothing is due. */
  static final long NEVER = Long.MAX_VALUE;

  private static final Duration MAX_GRACE = Duration.ofDays(3650);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean lookAgain;
  private boolean killWanted;
  private long killDeadlineNanos = NEVER;
  private @Nullable ResourceLimits limits;

  /** The state file may have changed, or not. */
  void lookAgain() {
    change(() -> lookAgain = true);
  }

  /** The limits are to be these. Of several, the last counts. */
  void resize(ResourceLimits wanted) {
    change(() -> limits = wanted);
  }

  /** The container shall end, by force after the grace period. Of several, the earliest counts. */
  void kill(Duration grace, long nowNanos) {
    change(() -> {
      long deadline = nowNanos + clamp(grace);
      if (!killWanted || deadline - killDeadlineNanos < 0) {
        killDeadlineNanos = deadline;
      }
      killWanted = true;
    });
  }

  private static long clamp(Duration grace) {
    if (grace.isNegative()) {
      return 0;
    }
    return grace.compareTo(MAX_GRACE) < 0 ? grace.toNanos() : MAX_GRACE.toNanos();
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean killWanted() {
    lock.lock();
    try {
      return killWanted;
    } finally {
      lock.unlock();
    }
  }

  /** Meaningful only once a kill is wanted. */
  long killDeadlineNanos() {
    lock.lock();
    try {
      return killDeadlineNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the limits, if there are new ones. */
  Optional<ResourceLimits> takeLimits() {
    lock.lock();
    try {
      ResourceLimits taken = limits;
      limits = null;
      return Optional.ofNullable(taken);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the state file may have changed, whatever else is wanted. */
  void awaitLook(long untilNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = untilNanos - System.nanoTime();
      while (!lookAgain && left > 0) {
        left = changed.awaitNanos(left);
      }
      lookAgain = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something new is wanted.
   *
   * @param killSeen the kill deadline that the caller knows of; another one is new
   * @param untilNanos when to return at the latest, or {@link #NEVER}
   */
  void await(long killSeen, long untilNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!lookAgain && limits == null && !(killWanted && killDeadlineNanos != killSeen)) {
        if (untilNanos == NEVER) {
          changed.await();
          continue;
        }
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(left);
      }
      lookAgain = false;
    } finally {
      lock.unlock();
    }
  }
}
