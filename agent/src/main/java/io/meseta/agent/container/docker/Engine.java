package io.meseta.agent.container.docker;

import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all containers share.
 *
 * @param turns bounds how many are created and started at the same time
 * @param hostMemoryBytes of this machine
 */
record Engine(
    EngineClient client,
    EngineHealth health,
    ImagePulls images,
    Fetcher fetcher,
    Sandboxes sandboxes,
    SecretFiles secrets,
    DiskQuota quota,
    Semaphore turns,
    long hostMemoryBytes,
    DockerOptions options) {

  private static final Logger log = LoggerFactory.getLogger(Engine.class);
  private static final Duration GOING_DOWN = Duration.ofSeconds(2);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(30);

  /** Where it is kept how far a container's output has been copied. */
  Path logPositionFile(ContainerId container) {
    return options.workDir().resolve("meta").resolve("logs").resolve(container.value());
  }

  /** A call that is repeated until the engine answers it. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws EngineException, InterruptedException;
  }

  /**
   * Tries until the engine answers, for ever: an engine that is away decides nothing.
   *
   * @throws EngineException only of other kinds than {@link EngineException.Kind#UNAVAILABLE}
   */
  <T> T untilAnswered(Attempt<T> attempt) throws EngineException, InterruptedException {
    Duration backOff = Duration.ZERO;
    while (true) {
      try {
        return attempt.run();
      } catch (EngineException e) {
        if (!e.is(EngineException.Kind.UNAVAILABLE)) {
          throw e;
        }
        backOff = Backoff.next(backOff, MAX_BACK_OFF);
        log.debug("trying again in {}", backOff, e);
        // The pause also where the engine answers others: one stuck container must not spin.
        Thread.sleep(backOff);
        health.awaitAnswer(Long.MAX_VALUE);
      }
    }
  }

  /**
   * Tries until the engine answers, or the time is over: an engine that is started anew fails
   * nobody.
   *
   * @throws EngineException when the time is over, or of another kind than {@link
   *     EngineException.Kind#UNAVAILABLE} when the engine is not away
   */
  <T> T withinLimit(Duration limit, Attempt<T> attempt)
      throws EngineException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return attempt.run();
      } catch (EngineException e) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || !isAway(e)) {
          throw e;
        }
        log.debug("trying again", e);
        health.awaitAnswer(left);
        if (health.isSilent()) {
          throw e;
        }
      }
    }
  }

  /**
   * Whether a failure is none of the container's, but of an engine that is away, or about to be:
   * one that goes down still answers for a moment, and fails at what it is asked for.
   */
  boolean isAway(EngineException failure) throws InterruptedException {
    return failure.is(EngineException.Kind.UNAVAILABLE)
        || (failure.is(EngineException.Kind.FAILED) && health.awaitSilence(GOING_DOWN));
  }

  /** Inspects until there is an answer; a container that nobody knows has vanished. */
  ContainerFacts inspect(String name) throws InterruptedException {
    Duration backOff = Duration.ZERO;
    while (true) {
      try {
        return untilAnswered(() -> client.inspect(name));
      } catch (EngineException e) {
        if (e.is(EngineException.Kind.NOT_FOUND)) {
          return ContainerFacts.vanished();
        }
        log.warn("container {}: {}; trying again", name, e.getMessage());
        backOff = Backoff.next(backOff, MAX_BACK_OFF);
        Thread.sleep(backOff);
      }
    }
  }

  /** One that runs in the network of another has the addresses of that. */
  ContainerFacts withAddresses(ContainerFacts facts) throws InterruptedException {
    return facts.networkOf().isPresent()
        ? facts.withAddressesOf(inspect(facts.networkOf().get()))
        : facts;
  }

  /** The containers of an agent; asked for until the engine tells them. */
  List<EngineClient.ListedContainer> list(AgentId agent) throws InterruptedException {
    Duration backOff = Duration.ZERO;
    while (true) {
      try {
        return untilAnswered(() -> client.list(Optional.of(agent)));
      } catch (EngineException e) {
        backOff = Backoff.next(backOff, MAX_BACK_OFF);
        log.warn(
            "the containers of agent {} are not known: {}; trying again", agent, e.getMessage());
        Thread.sleep(backOff);
      }
    }
  }

  /** Removes until it is gone. */
  void remove(String name) throws InterruptedException {
    Duration backOff = Duration.ZERO;
    while (true) {
      try {
        untilAnswered(() -> {
          client.remove(name);
          return Boolean.TRUE;
        });
        return;
      } catch (EngineException e) {
        // CONFLICT: somebody else is removing it; the next try finds nothing and ends.
        log.debug("container {}: not removed yet", name, e);
        backOff = Backoff.next(backOff, MAX_BACK_OFF);
        if (backOff.equals(MAX_BACK_OFF)) {
          log.warn("container {}: cannot be removed: {}; trying again", name, e.getMessage());
        }
        Thread.sleep(backOff);
      }
    }
  }
}
