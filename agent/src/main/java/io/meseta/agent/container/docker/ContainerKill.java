package io.meseta.agent.container.docker;

import io.meseta.agent.container.RunInbox;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends one container: its image's stop signal first, SIGKILL when the grace period is over, and
 * again at intervals while it is still there. Used by the container's own thread only.
 */
final class ContainerKill {

  private static final Logger log = LoggerFactory.getLogger(ContainerKill.class);
  private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

  private final EngineClient engine;
  private final String name;
  private final String stopSignal;
  private final RunInbox inbox;
  private boolean asked;
  private boolean forced;
  private long seenDeadlineNanos = RunInbox.NEVER;
  private long nextStepNanos = RunInbox.NEVER;

  ContainerKill(EngineClient engine, String name, String stopSignal, RunInbox inbox) {
    this.engine = engine;
    this.name = name;
    this.stopSignal = stopSignal;
    this.inbox = inbox;
  }

  long seenDeadlineNanos() {
    return seenDeadlineNanos;
  }

  /** When {@link #step} has something to do again, unless the kill's deadline changes. */
  long nextStepNanos() {
    return nextStepNanos;
  }

  /** Does what is due now. */
  void step() throws InterruptedException {
    if (!inbox.killWanted()) {
      return;
    }
    seenDeadlineNanos = inbox.killDeadlineNanos();
    long now = System.nanoTime();
    if (seenDeadlineNanos - now <= 0) {
      force(now);
    } else if (!asked) {
      asked = send(stopSignal);
      nextStepNanos = asked ? seenDeadlineNanos : retryBefore(now, seenDeadlineNanos);
    } else {
      nextStepNanos = seenDeadlineNanos;
    }
  }

  private void force(long now) throws InterruptedException {
    if (forced && nextStepNanos - now > 0) {
      return;
    }
    forced = true;
    send("SIGKILL");
    nextStepNanos = System.nanoTime() + RETRY_NANOS;
  }

  private static long retryBefore(long now, long deadline) {
    long retry = now + RETRY_NANOS;
    return retry - deadline < 0 ? retry : deadline;
  }

  /** Says whether the engine took the signal, or has no running container to give it to. */
  private boolean send(String signal) throws InterruptedException {
    try {
      engine.signal(name, signal);
      log.info("container {}: sent {}", name, signal);
      return true;
    } catch (EngineException e) {
      // It may have ended by itself; and an engine that cannot signal may be able to say so.
      inbox.lookAgain();
      if (e.is(EngineException.Kind.NOT_FOUND) || e.is(EngineException.Kind.CONFLICT)) {
        return true;
      }
      log.warn("container {}: could not send {}: {}", name, signal, e.getMessage());
      return false;
    }
  }
}
