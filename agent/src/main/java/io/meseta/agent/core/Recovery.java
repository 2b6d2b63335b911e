package io.meseta.agent.core;

import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.core.AgentEffect.ObserveContainers;
import io.meseta.agent.core.AgentEffect.RemoveContainer;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings together what the journal says and what the engine shows.
 *
 * <pre>
 * journal          engine              then
 * not ended        runs                adopt; TASK_RUNNING if that was not told; go on with a kill
 * not ended        has ended           adopt: the rest of its output, then the true exit code
 * STARTING         created or missing  TASK_DROPPED: nothing is run a second time; remove
 * RUNNING          missing             TASK_GONE
 * any, kill asked  missing             TASK_KILLED
 * ended            anything            remove, once the end is written down
 * nothing          anything            remove: an orphan
 * </pre>
 *
 * <p>Each containerizer answers for its own containers: plain processes do not wait for the Docker
 * engine. Until it has, recovered tasks are as the journal has them, and the agent registers with
 * that: an engine that does not answer loses nobody a task. New tasks are taken meanwhile; the
 * containerizer makes them wait for the engine if need be.
 *
 * <p>Later observations, at an interval, only find orphans: the containerizer owes the end of each
 * container that this run launched or adopted.
 */
final class Recovery {

  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  private final CoreContext context;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final Containers containers;
  private final Executors executors;
  private final ExecutorRecovery executorRecovery;
  private final Operations operations;
  private final Duration observeInterval;

  Recovery(
      CoreContext context,
      Frameworks frameworks,
      Tasks tasks,
      Containers containers,
      Executors executors,
      ExecutorRecovery executorRecovery,
      Operations operations,
      Duration observeInterval) {
    this.context = context;
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.containers = containers;
    this.executors = executors;
    this.executorRecovery = executorRecovery;
    this.operations = operations;
    this.observeInterval = observeInterval;
  }

  /** Takes over what an earlier run left in the journal. */
  void recover(JournalSnapshot journal) {
    journal.frameworks().forEach(frameworks::recover);
    journal.executors().forEach(executors::recover);
    journal.tasks().forEach(record -> tasks.add(new AgentTask(record)));
    tasks.all().stream().filter(this::isDone).forEach(tasks::forget);
    frameworks.forgetEmpty();
    if (journal.agent().isPresent()) {
      operations.recover(journal.agent().get());
      context.identity().recover(journal.agent().get());
      operations.keepVolumes();
      executorRecovery.recover();
      log.info(
          "Agent {} comes back with {} tasks", context.identity().idOrThrow(), tasks.all().size());
      observe();
    } else if (!tasks.all().isEmpty() || !executors.isEmpty()) {
      throw new IllegalStateException("The journal has tasks but does not say whose");
    }
  }

  private boolean isDone(AgentTask task) {
    return task.ended() && (task.stream().isEmpty() || frameworks.of(task).isShutDown());
  }

  /** Asks the engine. */
  void observe() {
    context.order(new ObserveContainers(context.identity().idOrThrow()));
  }

  /** Asks the engine after a while. */
  void observeLater() {
    context.order(new SetTimer(new AgentTimer.ObserveContainers(), observeInterval));
  }

  /** A containerizer has answered; what is another's stays in doubt until that answers too. */
  void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> found) {
    Map<ContainerId, ObservedContainer> byId = new LinkedHashMap<>();
    for (ObservedContainer container : found) {
      byId.put(container.container(), container);
      removeIfUseless(container);
    }
    for (AgentTask task : tasks.all()) {
      if (task.stage() == ContainerStage.IN_DOUBT && kinds.contains(Containers.kind(task))) {
        reconcile(task, Optional.ofNullable(byId.get(task.container())));
      }
    }
    executorRecovery.observed(kinds, byId);
    observeLater();
  }

  private void removeIfUseless(ObservedContainer observed) {
    Optional<AgentTask> task = tasks.find(observed.container());
    if (executors.find(observed.container()).isPresent()) {
      return;
    }
    if (task.isEmpty()) {
      context.count(AgentCounter.ORPHANED_CONTAINERS);
      log.warn("Container {} belongs to no task and is removed", observed.container());
      // Behind all writes: its task may just have been forgotten.
      context.journal().whenDurable(() -> context.order(new RemoveContainer(observed.container())));
    } else if (task.get().ended()) {
      tasks.removeContainer(task.get());
    }
  }

  private void reconcile(AgentTask task, Optional<ObservedContainer> observed) {
    if (observed.flatMap(ObservedContainer::exit).isPresent()) {
      containers.adoptEnded(task);
    } else if (observed.isPresent() && observed.get().started().isPresent()) {
      containers.adopt(task, observed.get().started().get());
    } else {
      containers.notFound(task);
      if (observed.isPresent()) {
        tasks.removeContainer(task);
      }
    }
  }
}
