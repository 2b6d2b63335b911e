package io.meseta.agent.http;

import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpResponse;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads on which calls are answered, because an answer may have to read files or to ask the
 * engine. Bounded, as is the queue before them: a client whose call finds no room gets 503.
 */
final class CallWorkers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CallWorkers.class);
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  CallWorkers(int count, int waiting) {
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofVirtual().name("agent-call-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Work that answers; what it throws is the answer. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  void run(Exchange exchange, Work work) {
    try {
      threads.execute(() -> answer(exchange, work));
    } catch (RejectedExecutionException e) {
      exchange.respond(
          HttpResponse.text(503, "The agent has too many calls waiting: try again")
              .withHeader("Retry-After", "1"));
    }
  }

  private static void answer(Exchange exchange, Work work) {
    try {
      work.run();
    } catch (CallRefusedException e) {
      exchange.respond(e.toResponse());
    } catch (InterruptedException e) {
      log.debug("a call is given up, as the agent stops", e);
      exchange.respond(HttpResponse.text(503, "The agent is stopping"));
    } catch (RuntimeException e) {
      log.error("a call failed", e);
      exchange.respond(
          HttpResponse.text(500, "The request failed for an internal reason; see the log"));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
