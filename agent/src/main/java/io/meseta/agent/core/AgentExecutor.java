package io.meseta.agent.core;

import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.runtime.TransitionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An executor of a framework, with its container and its connection.
 *
 * <p>One of type DEFAULT has neither: the agent itself runs its task groups, each task in a
 * container of its own, and the executor only stands for what they share.
 *
 * <p>Changed only by the slices of the core, which also see to the journal: see {@link Executors}.
 */
final class AgentExecutor {

  /** Why the agent ends an executor of its own accord. */
  record Ending(TaskStatus.Reason reason, String message) {}

  private final ExecutorKey key;
  private final ExecutorInfo info;
  private final ContainerId container;
  private ExecutorState state;
  private ContainerStage stage;
  private ContainerStatus containerStatus;
  private OptionalLong connection = OptionalLong.empty();
  private Optional<Instant> shutdownDeadline = Optional.empty();
  private Optional<Ending> ending = Optional.empty();
  private boolean drained;

  /** One that was just ordered. */
  AgentExecutor(ExecutorKey key, ExecutorInfo info, ContainerId container) {
    this.key = key;
    this.info = info;
    this.container = container;
    this.state = ExecutorState.REGISTERING;
    this.stage = ContainerStage.PARKED;
    this.containerStatus = ContainerStatuses.of(container);
  }

  /** One from the journal. */
  AgentExecutor(ExecutorRecord record) {
    this.info = record.getExecutor();
    this.key =
        new ExecutorKey(
            FrameworkId.of(record.getFrameworkId()), ExecutorId.of(info.getExecutorId()));
    this.container = ContainerId.of(record.getContainerId());
    this.state =
        switch (record.getState()) {
          case REGISTERING -> ExecutorState.REGISTERING;
          case RUNNING -> ExecutorState.RUNNING;
          case TERMINATING -> ExecutorState.TERMINATING;
        };
    this.stage = hasContainer() ? ContainerStage.IN_DOUBT : ContainerStage.PARKED;
    this.containerStatus = ContainerStatuses.of(container);
    if (record.hasShutdownDeadlineNs()) {
      this.shutdownDeadline = Optional.of(Nanos.toInstant(record.getShutdownDeadlineNs()));
    }
    if (record.hasEndReason()) {
      this.ending = Optional.of(new Ending(record.getEndReason(), record.getEndMessage()));
    }
    this.drained = record.getDrained();
  }

  ExecutorRecord toRecord() {
    ExecutorRecord.Builder record =
        ExecutorRecord.newBuilder()
            .setFrameworkId(key.framework().toProto())
            .setExecutor(info)
            .setContainerId(container.toProto())
            .setState(
                switch (state) {
                  case REGISTERING -> ExecutorRecord.State.REGISTERING;
                  case RUNNING -> ExecutorRecord.State.RUNNING;
                  case TERMINATING, TERMINATED -> ExecutorRecord.State.TERMINATING;
                })
            .setDrained(drained);
    shutdownDeadline.ifPresent(at -> record.setShutdownDeadlineNs(Nanos.of(at)));
    ending.ifPresent(end -> record.setEndReason(end.reason()).setEndMessage(end.message()));
    return record.build();
  }

  /** The one place in which an executor changes its state. */
  void become(ExecutorState next, TransitionListener listener) {
    if (next != state) {
      listener.taken(ExecutorLifecycle.TABLE.transitionOrThrow(state, next, key));
      state = next;
    }
  }

  /** The one place in which its container changes its stage. */
  void stage(ContainerStage next, TransitionListener listener) {
    if (next != stage) {
      listener.taken(ContainerLifecycle.TABLE.transitionOrThrow(stage, next, container));
      stage = next;
    }
  }

  void started(StartedContainer facts) {
    containerStatus = ContainerStatuses.of(container, facts);
  }

  void connected(long newConnection) {
    connection = OptionalLong.of(newConnection);
  }

  void disconnected() {
    connection = OptionalLong.empty();
  }

  /** Notes a shutdown; false if an earlier one turns to force at least as early. */
  boolean shutDownBy(Instant deadline) {
    if (shutdownDeadline.isPresent() && !deadline.isBefore(shutdownDeadline.get())) {
      return false;
    }
    shutdownDeadline = Optional.of(deadline);
    return true;
  }

  void endsBecause(Ending why) {
    ending = Optional.of(why);
  }

  /** Whether it is to end with its last task. */
  void drained(boolean is) {
    drained = is;
  }

  ExecutorKey key() {
    return key;
  }

  ExecutorInfo info() {
    return info;
  }

  ContainerId container() {
    return container;
  }

  /** Whether a process of the framework's runs for it; false: the agent runs its groups itself. */
  boolean hasContainer() {
    return info.getType() != ExecutorInfo.Type.DEFAULT;
  }

  ExecutorState state() {
    return state;
  }

  ContainerStage stage() {
    return stage;
  }

  ContainerStatus containerStatus() {
    return containerStatus;
  }

  OptionalLong connection() {
    return connection;
  }

  boolean isConnected() {
    return connection.isPresent();
  }

  /** Whether new tasks are welcome. */
  boolean takesTasks() {
    return state == ExecutorState.REGISTERING || state == ExecutorState.RUNNING;
  }

  Optional<Ending> ending() {
    return ending;
  }

  boolean wasDrained() {
    return drained;
  }

  /** What is left of the grace period of the shutdown that was ordered. */
  Duration graceLeft(Instant now) {
    Duration left = Duration.between(now, shutdownDeadline.orElse(now));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
