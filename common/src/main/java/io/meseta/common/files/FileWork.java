package io.meseta.common.files;

import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpResponse;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that need the disk, on threads of their own, and bounded in number: so many at a time, so
 * many that wait, and 503 for the rest.
 */
final class FileWork {

  private static final Logger log = LoggerFactory.getLogger(FileWork.class);

  private final String what;
  private final Semaphore turns;
  private final Semaphore places;
  private final Executor threads;

  FileWork(String what, Executor threads, int atATime, int waiting) {
    this.what = what;
    this.threads = threads;
    this.turns = new Semaphore(atATime);
    this.places = new Semaphore(atATime + waiting);
  }

  /** Answers a request. */
  interface Work {
    void run() throws InterruptedException;
  }

  /** Does it, or says that there is too much to do. */
  void answer(Exchange exchange, Work work) {
    if (!places.tryAcquire()) {
      exchange.respond(HttpResponse.text(503, "There are too many " + what + "; try again later"));
      return;
    }
    try {
      threads.execute(() -> run(exchange, work));
    } catch (RejectedExecutionException e) {
      places.release();
      exchange.respond(HttpResponse.text(503, "This daemon is stopping"));
    }
  }

  private void run(Exchange exchange, Work work) {
    try {
      turns.acquire();
      try {
        work.run();
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      exchange.respond(HttpResponse.text(503, "This daemon is stopping"));
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("A request for files failed by a fault", e);
      exchange.respond(HttpResponse.text(500, "Internal error"));
    } finally {
      places.release();
    }
  }
}
