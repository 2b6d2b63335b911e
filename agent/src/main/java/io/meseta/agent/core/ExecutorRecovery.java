package io.meseta.agent.core;

import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.common.ids.ContainerId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Executors after a restart of the agent.
 *
 * <p>They may come back before the engine has said what runs: that their containers do is clear
 * then, and looked after all the same. One that stays away is ended when its time is over, which
 * begins when the engine has shown that its container runs.
 */
final class ExecutorRecovery {

  private final Executors executors;
  private final Tasks tasks;
  private final ExecutorContainers containers;
  private final ExecutorTasks inExecutors;
  private final ExecutorShutdowns shutdowns;

  ExecutorRecovery(ExecutorSlices slices, ExecutorContainers containers) {
    this.executors = slices.executors();
    this.tasks = slices.tasks();
    this.containers = containers;
    this.inExecutors = slices.deliveries();
    this.shutdowns = slices.shutdowns();
  }

  /** The journal has been read. */
  void recover() {
    for (AgentTask task : tasks.all()) {
      if (!task.ended() && !task.hasOwnContainer()) {
        inExecutors.setCompletionTimer(task);
      }
    }
    executors.all().forEach(shutdowns::finishIfEmpty);
  }

  /** A containerizer has answered. */
  void observed(Set<ContainerizerKind> kinds, Map<ContainerId, ObservedContainer> found) {
    for (AgentExecutor executor : executors.all()) {
      if (executor.stage() == ContainerStage.IN_DOUBT
          && kinds.contains(containers.kind(executor))) {
        containers.reconcile(executor, Optional.ofNullable(found.get(executor.container())));
      }
    }
  }
}
