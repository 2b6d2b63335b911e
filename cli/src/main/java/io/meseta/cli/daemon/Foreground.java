package io.meseta.cli.daemon;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what has been started running until a signal comes, and stops it then. */
public final class Foreground {
  private static final Logger log = LoggerFactory.getLogger(Foreground.class);

  private Foreground() {}

  /**
   * Waits for the end. After a signal, the JVM exits when {@code running} is closed, with 128 and
   * the signal's number; then this does not return. A second signal ends the JVM at once.
   *
   * @param running what is to be stopped
   * @param failure completes with a reason if it cannot go on; never completes otherwise
   * @return the exit code after a failure
   */
  public static int run(AutoCloseable running, CompletableFuture<String> failure)
      throws InterruptedException {
    Thread stopper = Thread.ofPlatform().name("stop").unstarted(() -> close(running));
    Runtime.getRuntime().addShutdownHook(stopper);
    try {
      log.error("Stopping: {}", failure.get());
      return 1;
    } catch (ExecutionException e) {
      log.error("Stopping", e.getCause());
      return 1;
    }
  }

  private static void close(AutoCloseable running) {
    SecondSignal.endsAtOnce();
    try {
      running.close();
    } catch (Exception e) {
      log.warn("Not everything could be stopped in order", e);
    }
  }
}
