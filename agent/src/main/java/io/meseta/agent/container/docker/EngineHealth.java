package io.meseta.agent.container.docker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the engine answer? Learns from every call, tells changes, and lets work in doubt wait.
 *
 * <p>Any thread. Changes are told in order, under the lock, so the observer must not block.
 */
final class EngineHealth {

  /** Is told of changes, and of the first thing that is known. */
  @FunctionalInterface
  interface Observer {
    void healthChanged(boolean healthy, String detail);
  }

  private static final Logger log = LoggerFactory.getLogger(EngineHealth.class);

  private enum State {
    UNKNOWN,
    ANSWERING,
    SILENT
  }

  private final Observer observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.UNKNOWN;

  EngineHealth(Observer observer) {
    this.observer = observer;
  }

  /** A call was answered, be it with an error. */
  void answered() {
    lock.lock();
    try {
      if (state != State.ANSWERING) {
        state = State.ANSWERING;
        log.info("container engine answers");
        observer.healthChanged(true, "the container engine answers");
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A call was not answered in time, or there is no connection. */
  void silent(String why) {
    lock.lock();
    try {
      if (state != State.SILENT) {
        state = State.SILENT;
        log.warn("container engine does not answer: {}", why);
        observer.healthChanged(false, why);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isSilent() {
    lock.lock();
    try {
      return state == State.SILENT;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the engine is silent, or the time is over; says whether it is. */
  boolean awaitSilence(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = limit.toNanos();
      while (state != State.SILENT && left > 0) {
        left = changed.awaitNanos(left);
      }
      return state == State.SILENT;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the engine answers, or the time is over. */
  void awaitAnswer(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (state == State.SILENT && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
