package io.meseta.agent.core;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentEffect.AdoptContainer;
import io.meseta.common.ids.ContainerId;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the containerizer tells of the containers of executors. */
final class ExecutorContainers {

  private static final Logger log = LoggerFactory.getLogger(ExecutorContainers.class);

  private final CoreContext context;
  private final Executors executors;
  private final ExecutorShutdowns shutdowns;
  private final ExecutorSpecs specs;
  private final ExecutorEndings endings;

  ExecutorContainers(
      CoreContext context, Executors executors, ExecutorShutdowns shutdowns, ExecutorSpecs specs) {
    this.context = context;
    this.executors = executors;
    this.shutdowns = shutdowns;
    this.specs = specs;
    this.endings = new ExecutorEndings(context.statuses());
  }

  boolean isOne(ContainerId container) {
    return executors.find(container).isPresent();
  }

  void started(ContainerId container, StartedContainer facts) {
    expected(container, "start")
        .ifPresent(executor -> {
          boolean first = executor.stage() != ContainerStage.STARTED;
          executors.stage(executor, ContainerStage.STARTED);
          executor.started(facts);
          // An adopted container is told of twice: by the observation and by its adoption.
          if (first && executor.state() == ExecutorState.REGISTERING) {
            shutdowns.awaitRegistration(executor);
          }
        });
  }

  void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
    expected(container, "failed launch")
        .ifPresent(executor -> {
          log.warn(
              "Container {} of executor {} could not be launched, {}: {}",
              container,
              executor.key(),
              phase,
              reason);
          shutdowns.end(
              executor,
              task -> endings.launchFailed(executor, task, phase, reason),
              ExecutorEndings.UNKNOWN_STATUS);
        });
  }

  void exited(ContainerId container, ContainerExit exit) {
    expected(container, "exit")
        .ifPresent(executor ->
            shutdowns.end(
                executor,
                task -> endings.exited(executor, task, exit),
                ExecutorEndings.waitStatus(exit)));
  }

  /** Who runs its container. */
  ContainerizerKind kind(AgentExecutor executor) {
    return ContainerizerKind.of(specs.of(executor).task());
  }

  /** A restarted agent has looked: the container runs, has ended, or is not there. */
  void reconcile(AgentExecutor executor, Optional<ObservedContainer> observed) {
    boolean exists =
        observed.isPresent()
            && (observed.get().exit().isPresent() || observed.get().started().isPresent());
    if (!exists) {
      shutdowns.end(executor, endings::notFound, ExecutorEndings.UNKNOWN_STATUS);
      return;
    }
    log.info("Container {} of executor {} is adopted", executor.container(), executor.key());
    executors.stage(executor, ContainerStage.ORDERED);
    context.order(new AdoptContainer(specs.of(executor)));
    // Of one that has ended the end is told next, with the true exit code.
    if (observed.get().exit().isEmpty()) {
      observed
          .get()
          .started()
          .ifPresent(facts -> {
            executors.stage(executor, ContainerStage.STARTED);
            executor.started(facts);
            shutdowns.resume(executor);
          });
    }
  }

  private Optional<AgentExecutor> expected(ContainerId container, String news) {
    Optional<AgentExecutor> executor =
        executors
            .find(container)
            .filter(found ->
                switch (found.stage()) {
                  case ORDERED, PREPARED, STARTED -> true;
                  case PARKED, IN_DOUBT, ENDED -> false;
                });
    if (executor.isEmpty()) {
      context.count(AgentCounter.STALE_CONTAINER_EVENTS);
      log.warn("News ({}) of container {} ignored: it is not expected", news, container);
    }
    return executor;
  }
}
