package io.meseta.agent.container.docker;

import io.meseta.agent.container.ResourceLimits;
import io.meseta.agent.container.RunInbox;
import io.meseta.api.v1.TaskInfo;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a running container the limits that were asked for last, and again at intervals while the
 * engine does not answer. Used by the container's own thread only.
 */
final class ContainerSizing {

  private static final Logger log = LoggerFactory.getLogger(ContainerSizing.class);
  private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

  private final Engine engine;
  private final String name;
  private final RunInbox inbox;
  private @Nullable TaskInfo wanted;
  private long nextStepNanos = RunInbox.NEVER;

  ContainerSizing(Engine engine, String name, RunInbox inbox) {
    this.engine = engine;
    this.name = name;
    this.inbox = inbox;
  }

  /** When {@link #step} has something to do again, unless other limits are asked for. */
  long nextStepNanos() {
    return nextStepNanos;
  }

  /** Does what is due now. */
  void step() throws InterruptedException {
    Optional<TaskInfo> newest = inbox.takeSized();
    if (newest.isPresent()) {
      wanted = newest.get();
      nextStepNanos = System.nanoTime();
    }
    TaskInfo task = wanted;
    if (task == null || nextStepNanos - System.nanoTime() > 0) {
      return;
    }
    wanted = null;
    nextStepNanos = RunInbox.NEVER;
    try {
      engine.client().update(name, ResourceLimits.of(task, engine.hostMemoryBytes()));
      log.info("container {}: its limits have been changed", name);
    } catch (EngineException e) {
      if (e.is(EngineException.Kind.UNAVAILABLE)) {
        wanted = task;
        nextStepNanos = System.nanoTime() + RETRY_NANOS;
      } else {
        // It may have ended by itself.
        inbox.lookAgain();
        log.warn("container {}: its limits stay as they are: {}", name, e.getMessage());
      }
    } catch (IllegalArgumentException e) {
      log.warn("container {}: its limits stay as they are: {}", name, e.getMessage());
    }
  }
}
