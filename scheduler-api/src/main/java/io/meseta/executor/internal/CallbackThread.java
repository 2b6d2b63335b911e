package io.meseta.executor.internal;

import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that calls the author back, in order; whatever a callback throws, the next one
 * runs.
 */
final class CallbackThread {

  private static final Logger log = LoggerFactory.getLogger(CallbackThread.class);

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "executor-callbacks");
  private volatile boolean ended;

  CallbackThread() {
    // The process lives as long as its main thread wants, awaitTermination included.
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void execute(Runnable callback) {
    if (!ended) {
      queue.add(callback);
    }
  }

  /** Runs what is waiting, then this, then ends. */
  void finish(Runnable last) {
    queue.add(() -> {
      ended = true;
      last.run();
    });
  }

  private void run() {
    while (!ended) {
      try {
        queue.take().run();
      } catch (InterruptedException e) {
        log.debug("The callback thread was interrupted between two callbacks", e);
      } catch (RuntimeException | Error e) {
        log.error("A callback of the executor failed; going on with the next", e);
      }
    }
  }
}
