package io.meseta.common.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that drives one core: it gives events their order and their time, runs timers, and
 * hands effects to a runner.
 *
 * <p>Threads: {@link #offer}, {@link #post} and {@link #close} may be called by any thread; {@link
 * #setTimer} and {@link #cancelTimer} only by the loop thread, that is, from the {@link
 * EffectRunner}.
 *
 * <p>Time: an event's time never runs backwards, even when the wall clock is set back. Timers run
 * on the monotonic clock, so that setting the clock moves none of them.
 *
 * <p>Failure: when the core throws, the loop stops, and {@link LoopOptions#onFailure} is told once.
 * The owner builds a new core from what is durable.
 *
 * @param <E> events
 * @param <F> effects
 * @param <K> timer keys
 */
public final class EventLoop<E, F, K> implements AutoCloseable {

  /**
   * How a loop is set up.
   *
   * @param name the thread's name
   * @param wallClock gives events their time
   * @param inboxLimit how many offered inputs may wait
   * @param batchLimit how many events are handled before {@link EffectRunner#batchDone} is called
   *     although more are waiting
   * @param timerEvent makes the event of a timer that is due
   * @param onFailure told, on the loop thread, what the core threw
   */
  public record LoopOptions<E, K>(
      String name,
      InstantSource wallClock,
      int inboxLimit,
      int batchLimit,
      TimerEvent<E, K> timerEvent,
      FailureListener onFailure) {}

  /** Makes the event that says that a timer fired. */
  @FunctionalInterface
  public interface TimerEvent<E, K> {
    E fired(Instant at, K key);
  }

  /** Is told that a core is broken. */
  @FunctionalInterface
  public interface FailureListener {
    void coreFailed(Throwable cause);
  }

  private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

  private final StateMachine<E, F> machine;
  private final EffectRunner<F> runner;
  private final LoopOptions<E, K> options;
  private final LinkedBlockingQueue<Function<Instant, E>> inbox = new LinkedBlockingQueue<>();
  private final AtomicInteger offered = new AtomicInteger();
  private final LongAdder handled = new LongAdder();
  private final Timers<K> timers = new Timers<>();
  private final Thread thread;
  private volatile boolean running = true;
  private Instant lastTime = Instant.MIN;

  public EventLoop(StateMachine<E, F> machine, EffectRunner<F> runner, LoopOptions<E, K> options) {
    this.machine = machine;
    this.runner = runner;
    this.options = options;
    this.thread = new Thread(this::run, options.name());
    thread.setDaemon(true);
  }

  /** Starts the thread. Inputs posted before wait in the inbox. */
  public void start() {
    thread.start();
  }

  /**
   * Gives the loop an input from outside, if there is room.
   *
   * @param input makes the event once its time is known; runs on the loop thread
   * @return false if the inbox is full or the loop has ended: the caller refuses its peer's request
   */
  public boolean offer(Function<Instant, E> input) {
    if (!running || offered.incrementAndGet() > options.inboxLimit()) {
      if (running) {
        offered.decrementAndGet();
      }
      return false;
    }
    inbox.add(at -> {
      offered.decrementAndGet();
      return input.apply(at);
    });
    return true;
  }

  /**
   * Gives the loop an input that must not be lost: the answer to an effect, the end of a
   * connection. Their number is bounded by the effects in flight, so no limit applies.
   */
  public void post(Function<Instant, E> input) {
    if (running) {
      inbox.add(input);
    }
  }

  /** How many events the core has handled, for metrics. */
  public long handled() {
    return handled.sum();
  }

  /** How many inputs wait, for metrics. */
  public int backlog() {
    return inbox.size();
  }

  /** Sets a timer; one of the same key is replaced. Loop thread only. */
  public void setTimer(K key, Duration after) {
    timers.set(key, System.nanoTime() + after.toNanos());
  }

  /** Cancels a timer, if there is one. Loop thread only. */
  public void cancelTimer(K key) {
    timers.cancel(key);
  }

  /** Cancels every timer. Loop thread only. */
  public void cancelAllTimers() {
    timers.clear();
  }

  private void run() {
    try {
      List<Function<Instant, E>> batch = new ArrayList<>();
      while (running) {
        takeInputs(batch);
        for (Function<Instant, E> input : batch) {
          handle(input.apply(now()));
        }
        batch.clear();
        fireTimers();
        runner.batchDone();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.debug("{} was interrupted and ends", options.name());
    } catch (Throwable e) {
      log.error("{}: the core is broken and stops", options.name(), e);
      options.onFailure().coreFailed(e);
    } finally {
      running = false;
      inbox.clear();
    }
  }

  private void takeInputs(List<Function<Instant, E>> batch) throws InterruptedException {
    if (inbox.drainTo(batch, options.batchLimit()) > 0) {
      return;
    }
    long waitNs = timers.nanosToNext(System.nanoTime());
    Function<Instant, E> first =
        waitNs == Long.MAX_VALUE ? inbox.take() : pollFor(Math.min(waitNs, MAX_WAIT_NS));
    if (first != null) {
      batch.add(first);
      inbox.drainTo(batch, options.batchLimit() - 1);
    }
  }

  private static final long MAX_WAIT_NS = TimeUnit.HOURS.toNanos(1);

  private @Nullable Function<Instant, E> pollFor(long nanos) throws InterruptedException {
    return inbox.poll(nanos, TimeUnit.NANOSECONDS);
  }

  private void fireTimers() {
    long nowNs = System.nanoTime();
    for (K key = timers.pollDue(nowNs); key != null; key = timers.pollDue(nowNs)) {
      handle(options.timerEvent().fired(now(), key));
    }
  }

  private void handle(E event) {
    handled.increment();
    List<F> effects = machine.handle(event);
    for (F effect : effects) {
      runner.run(effect);
    }
  }

  private Instant now() {
    Instant wall = options.wallClock().instant();
    if (wall.isAfter(lastTime)) {
      lastTime = wall;
    }
    return lastTime;
  }

  /** Stops the loop after the event at hand; what waits in the inbox is dropped. */
  @Override
  public void close() {
    running = false;
    thread.interrupt();
    if (thread.equals(Thread.currentThread())) {
      return;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
