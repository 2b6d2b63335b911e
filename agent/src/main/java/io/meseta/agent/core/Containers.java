package io.meseta.agent.core;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentEffect.AdoptContainer;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.CompletionTimeReached;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the containerizer tells of containers, and what that means for their tasks. */
final class Containers {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);

  private final CoreContext context;
  private final Tasks tasks;
  private final Kills kills;
  private final Launches launches;
  private final Groups groups;
  private final Checks checks;
  private final LaunchProgress launchProgress;
  private final ContainerEnds ends;

  Containers(
      CoreContext context,
      Tasks tasks,
      Kills kills,
      Launches launches,
      Groups groups,
      Checks checks,
      LaunchProgress launchProgress) {
    this.context = context;
    this.tasks = tasks;
    this.kills = kills;
    this.launches = launches;
    this.groups = groups;
    this.checks = checks;
    this.launchProgress = launchProgress;
    this.ends = new ContainerEnds(context.statuses());
  }

  void progressed(ContainerId container, ContainerPhase phase, String detail) {
    expected(container, "progress")
        .ifPresent(task -> launchProgress.progressed(task, phase, detail));
  }

  void prepared(ContainerId container) {
    expected(container, "preparation")
        .filter(task -> task.stage() == ContainerStage.ORDERED && task.group().isPresent())
        .ifPresent(task -> {
          tasks.stage(task, ContainerStage.PREPARED);
          groups.prepared(task);
        });
  }

  void started(ContainerId container, StartedContainer facts) {
    expected(container, "start").ifPresent(task -> runs(task, facts));
  }

  private void runs(AgentTask task, StartedContainer facts) {
    boolean first = task.stage() != ContainerStage.STARTED;
    tasks.stage(task, ContainerStage.STARTED);
    task.started(context.turn().now(), facts);
    if (!first) {
      // An adopted container is told of twice: by the observation and by its adoption.
      return;
    }
    context.journal().save(task);
    setCompletionTimer(task);
    groups.started(task);
  }

  private void setCompletionTimer(AgentTask task) {
    if (!task.info().hasMaxCompletionTime()) {
      return;
    }
    Instant now = context.turn().now();
    Duration limit = Nanos.toDuration(task.info().getMaxCompletionTime());
    Duration left = limit.minus(Duration.between(task.started().orElse(now), now));
    context.order(
        new SetTimer(
            new CompletionTimeReached(task.container()), left.isNegative() ? Duration.ZERO : left));
  }

  void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
    expected(container, "failed launch")
        .ifPresent(task -> {
          log.warn(
              "Container {} of task {} could not be launched, {}: {}",
              container,
              task.key(),
              phase,
              reason);
          context.count(AgentCounter.FAILED_LAUNCHES);
          tasks.end(task, ends.launchFailed(task, phase, reason));
        });
  }

  void exited(ContainerId container, ContainerExit exit) {
    expected(container, "exit").ifPresent(task -> ended(task, exit));
  }

  /** Who runs the container of a task. */
  static ContainerizerKind kind(AgentTask task) {
    // What a group shares changes nothing about it.
    return ContainerizerKind.of(task.info());
  }

  /** Goes on with a container that an earlier run started and that still runs. */
  void adopt(AgentTask task, StartedContainer facts) {
    log.info("Container {} of task {} is adopted", task.container(), task.key());
    tasks.stage(task, ContainerStage.ORDERED);
    context.order(new AdoptContainer(launches.spec(task)));
    runs(task, facts);
    kills.resume(task);
  }

  /**
   * Takes over a container that ended while no agent looked after it. Some of its output may not
   * have been copied yet; the containerizer does that first, and then tells the end.
   */
  void adoptEnded(AgentTask task) {
    log.info(
        "Container {} of task {} has ended while the agent was away", task.container(), task.key());
    tasks.stage(task, ContainerStage.ORDERED);
    context.order(new AdoptContainer(launches.spec(task)));
  }

  private void ended(AgentTask task, ContainerExit exit) {
    checks.end(task);
    groups.ends(task);
    tasks.end(task, ends.exited(task, exit));
    tasks.removeContainer(task);
  }

  /** The container never came to be, or nothing of it is left. */
  void notFound(AgentTask task) {
    tasks.end(task, ends.notFound(task));
  }

  /** The task of a container that this run launched or adopted and whose end it has not heard. */
  private Optional<AgentTask> expected(ContainerId container, String news) {
    Optional<AgentTask> task =
        tasks
            .find(container)
            .filter(found ->
                switch (found.stage()) {
                  case ORDERED, PREPARED, STARTED -> true;
                  case PARKED, IN_DOUBT, ENDED -> false;
                });
    if (task.isEmpty()) {
      context.count(AgentCounter.STALE_CONTAINER_EVENTS);
      log.warn("News ({}) of container {} ignored: it is not expected", news, container);
    }
    return task;
  }
}
