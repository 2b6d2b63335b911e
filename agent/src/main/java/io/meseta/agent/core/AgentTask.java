package io.meseta.agent.core;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.runtime.TransitionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A task that the agent has, with its container and its stream of updates.
 *
 * <p>Changed only by the slices of the core, which also see to the journal: see {@link Tasks}.
 */
final class AgentTask {

  private final TaskKey key;
  private final TaskInfo info;
  private final ContainerId container;
  private final UpdateStream stream;
  private TaskState state;
  private ContainerStage stage;

  /** The newest update of all. */
  private Optional<TaskStatus> latest = Optional.empty();

  /** The newest update that is durable: the newest that may be told. */
  private Optional<TaskStatus> told = Optional.empty();

  /** The newest durable update of each state, for readers; replaced and not changed. */
  private List<TaskStatus> statuses = List.of();

  private Optional<Instant> launchOrdered = Optional.empty();
  private Optional<Instant> started = Optional.empty();
  private Optional<Instant> killDeadline = Optional.empty();
  private boolean drained;
  private TaskState killedState = TaskState.TASK_KILLED;
  private boolean completionTimeReached;
  private ContainerStatus containerStatus;
  private Optional<Progress> progress = Optional.empty();

  /** How far a launch has come, for people. */
  record Progress(ContainerPhase phase, String detail) {}

  /** A task that was just received. */
  AgentTask(TaskKey key, TaskInfo info, ContainerId container) {
    this.key = key;
    this.info = info;
    this.container = container;
    this.stream = new UpdateStream();
    this.state = TaskState.TASK_STAGING;
    this.stage = ContainerStage.PARKED;
    this.containerStatus = ContainerStatus.newBuilder().setContainerId(container.toProto()).build();
  }

  /** A task from the journal. */
  AgentTask(TaskRecord record) {
    this.key =
        new TaskKey(
            FrameworkId.of(record.getFrameworkId()), TaskId.of(record.getTask().getTaskId()));
    this.info = record.getTask();
    this.container = ContainerId.of(record.getContainerId());
    this.stream = new UpdateStream(record.getPendingList());
    this.state = record.getState();
    this.stage = record.getContainerEnded() ? ContainerStage.ENDED : ContainerStage.IN_DOUBT;
    if (record.hasLatest()) {
      this.latest = Optional.of(record.getLatest());
      this.told = latest;
      this.statuses = List.of(record.getLatest());
    }
    if (record.hasLaunchOrderedNs()) {
      this.launchOrdered = Optional.of(Nanos.toInstant(record.getLaunchOrderedNs()));
    }
    if (record.hasStartedNs()) {
      this.started = Optional.of(Nanos.toInstant(record.getStartedNs()));
    }
    if (record.getKillRequested()) {
      // A deadline that nobody wrote down has passed: the kill is older than this run.
      this.killDeadline = Optional.of(Nanos.toInstant(record.getKillDeadlineNs()));
    }
    this.drained = record.getDrained();
    if (record.getDrainedForGood()) {
      this.killedState = TaskState.TASK_GONE_BY_OPERATOR;
    }
    this.completionTimeReached = record.getCompletionTimeReached();
    this.containerStatus =
        record.getLatest().hasContainerStatus()
            ? record.getLatest().getContainerStatus()
            : ContainerStatus.newBuilder().setContainerId(record.getContainerId()).build();
  }

  TaskRecord toRecord() {
    TaskRecord.Builder record =
        TaskRecord.newBuilder()
            .setFrameworkId(key.framework().toProto())
            .setTask(info)
            .setContainerId(container.toProto())
            .setState(state)
            .addAllPending(stream.pending())
            .setKillRequested(killDeadline.isPresent())
            .setDrained(drained)
            .setDrainedForGood(killedState == TaskState.TASK_GONE_BY_OPERATOR)
            .setContainerEnded(stage == ContainerStage.ENDED)
            .setCompletionTimeReached(completionTimeReached);
    latest.ifPresent(record::setLatest);
    launchOrdered.ifPresent(at -> record.setLaunchOrderedNs(Nanos.of(at)));
    started.ifPresent(at -> record.setStartedNs(Nanos.of(at)));
    killDeadline.ifPresent(at -> record.setKillDeadlineNs(Nanos.of(at)));
    return record.build();
  }

  /** The one place in which a task changes its state. */
  void advance(TaskStatus status, TransitionListener listener) {
    listener.taken(TaskTransitions.TABLE.transitionOrThrow(state, status.getState(), key));
    state = status.getState();
    latest = Optional.of(status);
  }

  void told(TaskStatus status) {
    told = Optional.of(status);
    List<TaskStatus> next = new ArrayList<>(statuses);
    next.removeIf(earlier -> earlier.getState() == status.getState());
    next.add(status);
    statuses = List.copyOf(next);
  }

  void launchOrdered(Instant at) {
    launchOrdered = Optional.of(at);
  }

  /** The one place in which a container changes its stage. */
  void stage(ContainerStage next, TransitionListener listener) {
    if (next != stage) {
      listener.taken(ContainerLifecycle.TABLE.transitionOrThrow(stage, next, container));
      stage = next;
    }
  }

  void started(Instant at, StartedContainer facts) {
    if (started.isEmpty()) {
      started = Optional.of(at);
    }
    progress = Optional.empty();
    ContainerStatus.Builder status =
        ContainerStatus.newBuilder().setContainerId(container.toProto());
    facts.pid().ifPresent(status::setExecutorPid);
    if (!facts.ipAddresses().isEmpty()) {
      NetworkInfo.Builder network = NetworkInfo.newBuilder();
      facts.ipAddresses().forEach(ip -> network.addIpAddresses(address(ip)));
      status.addNetworkInfos(network);
    }
    containerStatus = status.build();
  }

  private static NetworkInfo.IPAddress address(String ip) {
    NetworkInfo.Protocol protocol =
        ip.indexOf(':') >= 0 ? NetworkInfo.Protocol.IPv6 : NetworkInfo.Protocol.IPv4;
    return NetworkInfo.IPAddress.newBuilder().setProtocol(protocol).setIpAddress(ip).build();
  }

  void progressed(Progress next) {
    progress = Optional.of(next);
  }

  /** Notes a kill; false if an earlier one turns to force at least as early. */
  boolean killBy(Instant deadline) {
    if (killDeadline.isPresent() && !deadline.isBefore(killDeadline.get())) {
      return false;
    }
    killDeadline = Optional.of(deadline);
    return true;
  }

  /**
   * Its kill is ordered because the agent is drained.
   *
   * @param end in which state that kill ends; TASK_GONE_BY_OPERATOR if the agent is given up
   * @return whether that is new
   */
  boolean drained(TaskState end) {
    boolean changed = !drained || killedState != end;
    drained = true;
    killedState = end;
    return changed;
  }

  /** The state in which a kill of this task ends. */
  TaskState killedState() {
    return killedState;
  }

  boolean wasDrained() {
    return drained;
  }

  void completionTimeReached(Instant now) {
    completionTimeReached = true;
    killDeadline = Optional.of(now);
  }

  TaskKey key() {
    return key;
  }

  TaskInfo info() {
    return info;
  }

  /** A task without an executor of its own has one that bears its name. */
  ExecutorId executor() {
    return new ExecutorId(key.task().value());
  }

  ContainerId container() {
    return container;
  }

  UpdateStream stream() {
    return stream;
  }

  TaskState state() {
    return state;
  }

  ContainerStage stage() {
    return stage;
  }

  boolean ended() {
    return stage == ContainerStage.ENDED;
  }

  Optional<TaskStatus> latest() {
    return latest;
  }

  Optional<TaskStatus> told() {
    return told;
  }

  List<TaskStatus> statuses() {
    return statuses;
  }

  /**
   * The newest state that may be told; STAGING (received, nothing promised) before there is one.
   */
  TaskState toldState() {
    return told.map(TaskStatus::getState).orElse(TaskState.TASK_STAGING);
  }

  Optional<Instant> started() {
    return started;
  }

  Optional<Instant> killDeadline() {
    return killDeadline;
  }

  boolean killOrdered() {
    return killDeadline.isPresent();
  }

  /** What is left of the grace period of the kill that was ordered. */
  Duration graceLeft(Instant now) {
    Duration left = Duration.between(now, killDeadline.orElse(now));
    return left.isNegative() ? Duration.ZERO : left;
  }

  boolean completionTimeWasReached() {
    return completionTimeReached;
  }

  ContainerStatus containerStatus() {
    return containerStatus;
  }

  Optional<Progress> progress() {
    return progress;
  }
}
