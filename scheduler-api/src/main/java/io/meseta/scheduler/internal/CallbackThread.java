package io.meseta.scheduler.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that calls the author back: tasks run in the order in which they were given, and
 * whatever one throws, the next one runs.
 */
final class CallbackThread implements Executor {

  private static final Logger log = LoggerFactory.getLogger(CallbackThread.class);

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final Runnable afterEach;
  private final Thread thread;
  private volatile boolean ended;

  /**
   * @param afterEach called on the thread after every task
   */
  CallbackThread(String name, Runnable afterEach) {
    this.afterEach = afterEach;
    this.thread = new Thread(this::run, name);
    // A framework's process lives as long as its main thread wants, awaitTermination included.
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public void execute(Runnable task) {
    if (!ended) {
      queue.add(task);
    }
  }

  /** Runs what is waiting, then this, then ends; what is given later is dropped. */
  void finish(Runnable last) {
    queue.add(() -> {
      ended = true;
      last.run();
    });
  }

  int backlog() {
    return queue.size();
  }

  boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  private void run() {
    while (!ended) {
      try {
        queue.take().run();
      } catch (InterruptedException e) {
        // Somebody interrupted a callback; that was meant for the callback, not for this thread.
        log.debug("The callback thread was interrupted between two callbacks", e);
      } catch (Throwable e) {
        log.error("A callback failed; going on with the next", e);
      }
      afterEach.run();
    }
    queue.clear();
  }
}
