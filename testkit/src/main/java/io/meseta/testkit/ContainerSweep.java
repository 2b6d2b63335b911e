package io.meseta.testkit;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what an agent left running when its cluster goes away for good. An agent that stops leaves
 * its containers to the next one; here there is no next one.
 */
final class ContainerSweep implements Containerizer.Listener {
  private static final Logger log = LoggerFactory.getLogger(ContainerSweep.class);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What one answer says. */
  private record Look(Set<ContainerizerKind> kinds, List<ObservedContainer> left) {}

  private final BlockingQueue<Look> looks = new LinkedBlockingQueue<>();

  private ContainerSweep() {}

  /** Ends and removes every container of the agent, and closes the containerizer. */
  static void endAll(Containerizer containerizer, AgentId agent) {
    ContainerSweep sweep = new ContainerSweep();
    try (containerizer) {
      containerizer.start(sweep);
      Waiting.until(
          "no container is left", LIMIT, () -> sweep.removeWhatIsLeft(containerizer, agent));
    } catch (TimeoutException e) {
      log.warn(
          "Containers of agent {} may still run: {}; \"docker ps\" shows them",
          agent,
          e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted; containers of agent {} may still run", agent);
    }
  }

  /** Says whether there was nothing to remove. */
  private boolean removeWhatIsLeft(Containerizer containerizer, AgentId agent)
      throws InterruptedException {
    containerizer.observe(agent);
    Set<ContainerizerKind> told = EnumSet.noneOf(ContainerizerKind.class);
    boolean nothing = true;
    while (!told.containsAll(ContainerizerKind.ALL)) {
      Look look = looks.poll(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
      if (look == null) {
        return false;
      }
      look.left().forEach(container -> containerizer.remove(container.container()));
      nothing &= look.left().isEmpty();
      told.addAll(look.kinds());
    }
    return nothing;
  }

  @Override
  public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
    looks.add(new Look(kinds, containers));
  }

  // The rest is of no interest here: the next look tells what is left.

  @Override
  public void progressed(ContainerId container, ContainerPhase phase, String detail) {}

  @Override
  public void prepared(ContainerId container) {}

  @Override
  public void started(ContainerId container, StartedContainer started) {}

  @Override
  public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {}

  @Override
  public void exited(ContainerId container, ContainerExit exit) {}

  @Override
  public void engineHealth(boolean healthy, String detail) {}
}
