package io.meseta.agent.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What clients that stream input may hold: how many they are, and how long each may be silent. Any
 * thread.
 */
public final class InputLimits implements AutoCloseable {

  private static final int CHECKS_PER_LIMIT = 4;

  private final Semaphore free;
  private final Duration first;
  private final Duration idle;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("agent-input-timer").daemon().factory());

  /**
   * @param count how many may stream at the same time
   * @param first how long the first record may take
   * @param idle how long a client that is not made to wait may send nothing, not even a heartbeat
   */
  public InputLimits(int count, Duration first, Duration idle) {
    this.free = new Semaphore(count);
    this.first = first;
    this.idle = idle;
  }

  boolean tryBegin() {
    return free.tryAcquire();
  }

  void end() {
    free.release();
  }

  Duration idle() {
    return idle;
  }

  Duration first() {
    return first;
  }

  /** Looks now and then, several times within a limit, until it is cancelled. */
  Future<?> watch(Runnable check) {
    long nanos = Math.min(first.toNanos(), idle.toNanos()) / CHECKS_PER_LIMIT;
    return timer.scheduleWithFixedDelay(check, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
