package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.KillContainer;
import io.meseta.agent.core.AgentEffect.RemoveContainer;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.ExecutorDrainOverdue;
import io.meseta.agent.core.AgentTimer.ExecutorOverdue;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Drain;
import io.meseta.api.link.v1.ExecutorExited;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends executors, by order or because their time is up, and tells that they have ended.
 *
 * <p>An executor is asked first: by SHUTDOWN if it is connected, by SIGTERM if it is not. When its
 * grace period is over its container is killed. Like a kill, this waits for no journal.
 */
final class ExecutorShutdowns {

  private static final Logger log = LoggerFactory.getLogger(ExecutorShutdowns.class);

  private static final double BYTES_PER_MEGABYTE = 1024.0 * 1024.0;

  private final CoreContext context;
  private final MasterLink link;
  private final Executors executors;
  private final Tasks tasks;
  private final Kills kills;
  private final ExecutorSpecs specs;
  private final ExecutorSettings timing;

  ExecutorShutdowns(
      CoreContext context,
      MasterLink link,
      Executors executors,
      Tasks tasks,
      Kills kills,
      ExecutorSpecs specs,
      ExecutorSettings timing) {
    this.context = context;
    this.link = link;
    this.executors = executors;
    this.tasks = tasks;
    this.kills = kills;
    this.specs = specs;
    this.timing = timing;
  }

  /** Asks it to end, with its own grace period. */
  void shutDown(AgentExecutor executor) {
    shutDown(executor, specs.shutdownGrace(executor));
  }

  void shutDown(AgentExecutor executor, Duration grace) {
    if (!executor.shutDownBy(context.turn().now().plus(grace))) {
      return;
    }
    log.info("Executor {} is shut down, within {} ms", executor.key(), grace.toMillis());
    executors.become(executor, ExecutorState.TERMINATING);
    if (!executor.hasContainer()) {
      tasks.liveOf(executor.key()).forEach(kills::kill);
      finishIfEmpty(executor);
      return;
    }
    // What has not been launched yet never is; what is in doubt is dealt with when it is not.
    switch (executor.stage()) {
      case ORDERED, PREPARED, STARTED -> ask(executor, grace);
      case PARKED, IN_DOUBT, ENDED -> {}
    }
  }

  private void ask(AgentExecutor executor, Duration grace) {
    if (executor.isConnected()) {
      sayShutdown(executor);
      context.order(new SetTimer(new ExecutorOverdue(executor.container()), grace));
    } else {
      context.order(new KillContainer(executor.container(), grace));
    }
  }

  void sayShutdown(AgentExecutor executor) {
    executors.send(executor, Event.newBuilder().setType(Event.Type.SHUTDOWN));
  }

  /** A restarted agent goes on with what it finds. */
  void resume(AgentExecutor executor) {
    switch (executor.state()) {
      case REGISTERING -> awaitRegistration(executor);
      case RUNNING -> {
        if (!executor.isConnected()) {
          await(executor, timing.reregistrationTimeout());
        }
      }
      case TERMINATING -> ask(executor, executor.graceLeft(context.turn().now()));
      case TERMINATED -> {}
    }
  }

  void awaitRegistration(AgentExecutor executor) {
    await(executor, timing.registrationTimeout());
  }

  /** It has lost its connection while both run: it has long to come back. */
  void awaitReturn(AgentExecutor executor) {
    if (executor.state() == ExecutorState.RUNNING) {
      await(executor, timing.recoveryTimeout());
    }
  }

  private void await(AgentExecutor executor, Duration limit) {
    context.order(new SetTimer(new ExecutorOverdue(executor.container()), limit));
  }

  /** Its time is up: to subscribe, to come back, or to end. */
  void overdue(ContainerId container) {
    Optional<AgentExecutor> found = executors.find(container);
    if (found.isEmpty()) {
      return;
    }
    AgentExecutor executor = found.get();
    switch (executor.state()) {
      case REGISTERING ->
          endBecause(
              executor,
              TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT,
              "The executor did not subscribe within "
                  + timing.registrationTimeout().toMillis()
                  + " ms of its start");
      case RUNNING -> {
        if (!executor.isConnected()) {
          endBecause(
              executor,
              TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT,
              "The executor lost its agent and did not come back in time");
        }
      }
      case TERMINATING -> context.order(new KillContainer(container, Duration.ZERO));
      case TERMINATED -> {}
    }
  }

  private void endBecause(AgentExecutor executor, TaskStatus.Reason reason, String why) {
    log.warn("Executor {} is killed: {}", executor.key(), why);
    executor.endsBecause(new AgentExecutor.Ending(reason, why));
    executor.shutDownBy(context.turn().now());
    executors.become(executor, ExecutorState.TERMINATING);
    context.order(new KillContainer(executor.container(), Duration.ZERO));
  }

  /** Ends one at once; one that is ended for another reason goes on being that. */
  void diskLimitExceeded(ContainerId container, long usedBytes, long limitBytes) {
    executors
        .find(container)
        .filter(AgentExecutor::takesTasks)
        .ifPresent(executor ->
            endBecause(
                executor,
                TaskStatus.Reason.REASON_CONTAINER_LIMITATION_DISK,
                String.format(
                    Locale.ROOT,
                    "Disk limit exceeded: the executor and its tasks used %.1f MB and may use"
                        + " %.1f MB, and were killed",
                    usedBytes / BYTES_PER_MEGABYTE,
                    limitBytes / BYTES_PER_MEGABYTE)));
  }

  // ---- draining ----

  /** It ends with its last task, and when the time of all of them is over in any case. */
  void drain(AgentExecutor executor, Drain order) {
    if (!executor.wasDrained()) {
      executor.drained(true);
      context.journal().save(executor);
    }
    if (tasks.liveOf(executor.key()).isEmpty()) {
      shutDown(executor);
      return;
    }
    Duration longest =
        tasks.liveOf(executor.key()).stream()
            .map(task -> kills.drainGrace(task, order))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    context.order(
        new SetTimer(
            new ExecutorDrainOverdue(executor.container()),
            longest.plus(specs.shutdownGrace(executor))));
  }

  void stopDraining(AgentExecutor executor) {
    if (executor.wasDrained()) {
      executor.drained(false);
      context.journal().save(executor);
      context.order(new AgentEffect.CancelTimer(new ExecutorDrainOverdue(executor.container())));
    }
  }

  /** Its tasks were to end because of the draining, and have not. */
  void drainOverdue(ContainerId container) {
    executors.find(container).filter(AgentExecutor::wasDrained).ifPresent(this::shutDown);
  }

  // ---- the end ----

  /** One that has no container ends when it is empty. */
  void finishIfEmpty(AgentExecutor executor) {
    if (!executor.hasContainer()
        && executor.state() != ExecutorState.TERMINATED
        && tasks.liveOf(executor.key()).isEmpty()) {
      end(executor, ExecutorShutdowns::noneLeft, 0);
    }
  }

  private static TaskStatus noneLeft(AgentTask task) {
    throw new IllegalStateException("Task " + task.key() + " has not ended, its executor has");
  }

  /**
   * Nothing of it runs any more.
   *
   * @param endOfTask what is told of each of its tasks that has not ended; not asked if none is
   *     left
   */
  void end(AgentExecutor executor, Function<AgentTask, TaskStatus> endOfTask, int waitStatus) {
    List<TaskStatus> told = tasks.liveOf(executor.key()).stream().map(endOfTask).toList();
    executors.stage(executor, ContainerStage.ENDED);
    executors.become(executor, ExecutorState.TERMINATED);
    context.count(AgentCounter.TERMINATED_EXECUTORS);
    List<AgentTask> live = tasks.liveOf(executor.key());
    for (int i = 0; i < live.size(); i++) {
      tasks.end(live.get(i), told.get(i));
    }
    log.info("Executor {} has ended, wait status {}", executor.key(), waitStatus);
    executors.remove(executor);
    if (executor.hasContainer()) {
      context.journal().whenDurable(() -> context.order(new RemoveContainer(executor.container())));
    }
    context.journal().whenDurable(() -> tellExited(executor.key(), waitStatus));
  }

  /**
   * It has ended, or never was: what it held is free. Told once; should that be lost, the next
   * registration does not list it.
   */
  void tellExited(ExecutorKey key, int waitStatus) {
    if (link.isRegistered()) {
      link.send(
          AgentMessage.newBuilder()
              .setExecutorExited(
                  ExecutorExited.newBuilder()
                      .setFrameworkId(key.framework().toProto())
                      .setExecutorId(key.executor().toProto())
                      .setStatus(waitStatus))
              .build());
    }
  }
}
