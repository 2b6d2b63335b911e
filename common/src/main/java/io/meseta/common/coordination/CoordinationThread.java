package io.meseta.common.coordination;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a session's state changes and its listeners are called. What is handed in
 * after {@link #close} is dropped, which the callers learn.
 */
final class CoordinationThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CoordinationThread.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  CoordinationThread(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              thread = made;
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Hands in a task; false when the thread has been closed and the task will not run. */
  boolean execute(Runnable task) {
    try {
      executor.execute(() -> runGuarded(task));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Runs the task after the delay, unless cancelled or closed before. */
  Timer schedule(Duration delay, Runnable task) {
    try {
      var future = executor.schedule(() -> runGuarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  /** A task that is yet to run. */
  interface Timer {
    void cancel();
  }

  /**
   * Runs the task and returns when it has run, or after the limit. On the coordination thread
   * itself it runs at once.
   */
  void executeAndWait(Runnable task) {
    if (Thread.currentThread().equals(thread)) {
      runGuarded(task);
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    boolean accepted =
        execute(() -> {
          try {
            task.run();
          } finally {
            done.countDown();
          }
        });
    if (accepted) {
      awaitOrWarn(done);
    }
  }

  private static void awaitOrWarn(CountDownLatch done) {
    try {
      if (!done.await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The coordination thread has been busy for {}; closing goes on", CLOSE_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // One broken listener must not silence the others, which share this thread.
      log.error("A task of the coordination thread failed; this is a bug", e);
    }
  }

  /** Finishes what was handed in, drops what is scheduled. Bounded. */
  @Override
  public void close() {
    executor.shutdown();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      if (!executor.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The coordination thread did not end within {}", CLOSE_LIMIT);
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
