package io.meseta.common.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged, for a while more than usual. Thread-safe. */
public final class Verbosity {

  /** The greatest that makes a difference. */
  public static final int MAX = 3;

  private static final Logger log = LoggerFactory.getLogger(Verbosity.class);

  private final Optional<IntConsumer> control;
  private int level;
  private long changes;

  /**
   * @param control sets how much is logged: 0 as usual, more with every number; empty if that is
   *     not this daemon's to decide, as in a program that it is only a part of
   */
  public Verbosity(Optional<IntConsumer> control) {
    this.control = control;
  }

  /** 0 is the usual. */
  public synchronized int level() {
    return level;
  }

  /**
   * Sets it; after {@code duration} it falls back to 0.
   *
   * @throws IllegalArgumentException if that is not possible
   */
  public synchronized void set(int wanted, Duration duration) {
    if (control.isEmpty()) {
      throw new IllegalArgumentException(
          "this daemon is part of another program, which decides what is logged");
    }
    if (wanted < 0 || wanted > MAX) {
      throw new IllegalArgumentException("the level is not between 0 and " + MAX + ": " + wanted);
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("the duration is not positive");
    }
    log.info("Logging level {} for {} s", wanted, duration.toSeconds());
    level = wanted;
    control.get().accept(wanted);
    long change = ++changes;
    if (wanted > 0) {
      CompletableFuture.delayedExecutor(duration.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> fallBack(change));
    }
  }

  private synchronized void fallBack(long change) {
    if (change == changes) {
      level = 0;
      control.orElseThrow().accept(0);
      log.info("Logging level 0 again");
    }
  }
}
