package io.meseta.agent.container.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the engine: one stream of events, and a listing of containers at intervals and after each
 * gap between streams, as nobody promises that no event is lost. The listing also finds out whether
 * a silent engine answers again.
 */
final class EngineWatch implements AutoCloseable {

  /** Is told what is seen. Must not block. */
  interface Observer extends EngineEvents.Observer {

    /** All containers of agents, in any state, as they were a moment ago. */
    void listed(List<EngineClient.ListedContainer> containers);
  }

  private static final Logger log = LoggerFactory.getLogger(EngineWatch.class);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(10);

  private final EngineClient engine;
  private final EngineHealth health;
  private final Duration listInterval;
  private final Observer observer;
  private final EngineEvents events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition poked = lock.newCondition();
  private final Thread eventThread;
  private final Thread listThread;
  private boolean listWanted;

  EngineWatch(
      EngineClient engine,
      EngineHealth health,
      Duration listInterval,
      Clock clock,
      Observer observer) {
    this.engine = engine;
    this.health = health;
    this.listInterval = listInterval;
    this.observer = observer;
    this.events = new EngineEvents(observer, nanosOf(clock.instant()));
    this.eventThread = Thread.ofVirtual().name("engine-events").unstarted(this::followEvents);
    this.listThread = Thread.ofVirtual().name("engine-list").unstarted(this::listForEver);
  }

  void start() {
    eventThread.start();
    listThread.start();
  }

  private void followEvents() {
    Duration backOff = Duration.ZERO;
    try {
      while (true) {
        Thread.sleep(backOff);
        health.awaitAnswer(Long.MAX_VALUE);
        backOff = readEvents() ? Backoff.FIRST : Backoff.next(backOff, MAX_BACK_OFF);
      }
    } catch (InterruptedException e) {
      log.debug("following events ends", e);
    }
  }

  /** Follows one stream until it ends; says whether there was one. */
  private boolean readEvents() throws InterruptedException {
    try (DockerHttpClient.Response response = engine.openEvents(events.lastNanos())) {
      wantListing();
      events.read(engine.connection(), response);
      log.info("the stream of engine events has ended; opening another");
      return true;
    } catch (EngineException | IOException | RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("closed");
      }
      log.info("no engine events: {}; trying again", EngineCalls.reason(e));
      return false;
    } finally {
      wantListing();
    }
  }

  private void listForEver() {
    Duration backOff = Duration.ZERO;
    try {
      while (true) {
        if (list()) {
          backOff = Duration.ZERO;
          awaitTurn(listInterval);
        } else {
          backOff = Backoff.next(backOff, MAX_BACK_OFF);
          awaitTurn(backOff);
        }
      }
    } catch (InterruptedException e) {
      log.debug("listing ends", e);
    }
  }

  private boolean list() throws InterruptedException {
    boolean wasSilent = health.isSilent();
    try {
      if (wasSilent) {
        engine.connection().forgetVersion();
      }
      observer.listed(engine.list(Optional.empty()));
      return true;
    } catch (EngineException e) {
      log.debug("listing containers failed", e);
      return false;
    } catch (RuntimeException e) {
      // Without listings an end without an event would never be found.
      log.error("what the engine lists cannot be handled; listing again", e);
      return false;
    }
  }

  /**
   * Waits for the interval, or until a listing is wanted before; a silent engine is not hurried.
   */
  private void awaitTurn(Duration pause) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = pause.toNanos();
      while (left > 0 && !(listWanted && !health.isSilent())) {
        left = poked.awaitNanos(left);
      }
      listWanted = false;
    } finally {
      lock.unlock();
    }
  }

  /** Lists soon. */
  void wantListing() {
    lock.lock();
    try {
      listWanted = true;
      poked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static long nanosOf(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), EngineEvents.NANOS_PER_SECOND),
        instant.getNano());
  }

  @Override
  public void close() {
    eventThread.interrupt();
    listThread.interrupt();
  }
}
