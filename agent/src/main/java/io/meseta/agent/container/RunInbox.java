package io.meseta.agent.container;

import io.meseta.api.v1.TaskInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What others want the thread of one container's run to know: that something may have happened to
 * the container, that it shall have other limits, or that it shall end. Any thread.
 */
public final class RunInbox {

  /** No kill has been asked for, or nothing is due. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final Duration MAX_GRACE = Duration.ofDays(3650);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean lookAgain;
  private boolean outOfMemory;
  private boolean killWanted;
  private long killDeadlineNanos = NEVER;
  private @Nullable TaskInfo sized;

  /** The container may have ended, or not. */
  public void lookAgain() {
    change(() -> lookAgain = true);
  }

  /** The kernel killed a process of the container for memory. */
  public void outOfMemory() {
    change(() -> outOfMemory = true);
  }

  /** The container shall have the limits of this task. Of several, the last counts. */
  public void resize(TaskInfo task) {
    change(() -> sized = task);
  }

  /** Takes the limits asked for, if there are new ones. */
  public Optional<TaskInfo> takeSized() {
    lock.lock();
    try {
      Optional<TaskInfo> taken = Optional.ofNullable(sized);
      sized = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** The container shall end, by force after the grace period. Of several, the earliest counts. */
  public void kill(Duration grace, long nowNanos) {
    change(() -> {
      long deadline = nowNanos + clamp(grace);
      if (!killWanted || deadline - killDeadlineNanos < 0) {
        killDeadlineNanos = deadline;
      }
      killWanted = true;
    });
  }

  /** The earlier of two times, each of which may be {@link #NEVER}. */
  public static long earlier(long nanos, long other) {
    if (nanos == NEVER || other == NEVER) {
      return nanos == NEVER ? other : nanos;
    }
    return nanos - other < 0 ? nanos : other;
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

  /** The container shall end. */
  public boolean killWanted() {
    lock.lock();
    try {
      return killWanted;
    } finally {
      lock.unlock();
    }
  }

  /** Meaningful only once a kill is wanted. */
  public long killDeadlineNanos() {
    lock.lock();
    try {
      return killDeadlineNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the hint, if there is one. */
  public boolean takeLookAgain() {
    lock.lock();
    try {
      boolean taken = lookAgain;
      lookAgain = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something may have happened to the container, whatever else is wanted. */
  public void awaitLook(long untilNanos) throws InterruptedException {
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
   * Waits until something new is wanted; takes none of it.
   *
   * @param killSeen the kill deadline that the caller knows of; another one is new
   * @param untilNanos when to return at the latest, or {@link #NEVER}
   */
  public void await(long killSeen, long untilNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!lookAgain && sized == null && !(killWanted && killDeadlineNanos != killSeen)) {
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
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the kernel is known to have killed for memory; says whether it did in this time.
   */
  public boolean awaitOutOfMemory(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = limit.toNanos();
      while (!outOfMemory && left > 0) {
        left = changed.awaitNanos(left);
      }
      return outOfMemory;
    } finally {
      lock.unlock();
    }
  }
}
