package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.CheckStatusInfo;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.runtime.LifecycleTable;
import io.meseta.common.runtime.TransitionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A task that the agent has, with its container and its stream of updates.
 *
 * <p>One that runs inside a framework's executor has no container of its own: {@link #container} is
 * the executor's, and {@link #stage} is PARKED until the task has ended.
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
  private Optional<DiskOveruse> diskOveruse = Optional.empty();
  private ContainerStatus containerStatus;
  private ByteString details = ByteString.EMPTY;
  private Optional<Progress> progress = Optional.empty();
  private Optional<Instant> progressTold = Optional.empty();
  private Optional<Boolean> healthy = Optional.empty();
  private Optional<CheckStatusInfo> checkStatus = Optional.empty();

  /** Why the agent itself kills the task, if it does. */
  private Optional<String> killReason = Optional.empty();

  private Delivery delivery = Delivery.QUEUED;
  private final Deque<ByteString> takenUpdates = new ArrayDeque<>();
  private Optional<String> group = Optional.empty();
  private Optional<String> groupEnd = Optional.empty();

  /** An executor that sends its updates once more sends no more than this. */
  private static final int MAX_TAKEN_UPDATES = 100;

  /** How far a task of an executor is on its way to it. */
  enum Delivery {
    /** It waits for its executor. */
    QUEUED,
    /** It is being written down that it is delivered. */
    UNDER_WAY,
    /** Its executor has it, unless the two lost each other at that moment. */
    DELIVERED
  }

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
    this.containerStatus = ContainerStatuses.of(container);
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
    if (record.getContainerEnded()) {
      this.stage = ContainerStage.ENDED;
    } else {
      this.stage = hasOwnContainer() ? ContainerStage.IN_DOUBT : ContainerStage.PARKED;
    }
    this.delivery = record.getDelivered() ? Delivery.DELIVERED : Delivery.QUEUED;
    this.takenUpdates.addAll(record.getTakenUpdatesList());
    if (record.hasGroup()) {
      this.group = Optional.of(record.getGroup());
    }
    if (record.hasGroupEnd()) {
      this.groupEnd = Optional.of(record.getGroupEnd());
    }
    if (record.hasLatest()) {
      this.latest = Optional.of(record.getLatest());
      this.told = latest;
      this.statuses = List.of(record.getLatest());
      recoverChecks(record.getLatest());
    }
    if (record.hasKillReason()) {
      this.killReason = Optional.of(record.getKillReason());
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
    if (record.hasDiskUsedBytes()) {
      this.diskOveruse =
          Optional.of(new DiskOveruse(record.getDiskUsedBytes(), record.getDiskLimitBytes()));
    }
    this.containerStatus =
        record.getLatest().hasContainerStatus()
            ? record.getLatest().getContainerStatus()
            : ContainerStatuses.of(container);
  }

  /** What checks have found is in the latest update. */
  private void recoverChecks(TaskStatus status) {
    if (status.hasHealthy()) {
      healthy = Optional.of(status.getHealthy());
    }
    if (status.hasCheckStatus()) {
      checkStatus = Optional.of(status.getCheckStatus());
    }
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
            .setCompletionTimeReached(completionTimeReached)
            .setDelivered(delivery != Delivery.QUEUED)
            .addAllTakenUpdates(takenUpdates);
    diskOveruse.ifPresent(
        over -> record.setDiskUsedBytes(over.usedBytes()).setDiskLimitBytes(over.limitBytes()));
    latest.ifPresent(record::setLatest);
    launchOrdered.ifPresent(at -> record.setLaunchOrderedNs(Nanos.of(at)));
    started.ifPresent(at -> record.setStartedNs(Nanos.of(at)));
    killReason.ifPresent(record::setKillReason);
    killDeadline.ifPresent(at -> record.setKillDeadlineNs(Nanos.of(at)));
    group.ifPresent(record::setGroup);
    groupEnd.ifPresent(record::setGroupEnd);
    return record.build();
  }

  /** The one place in which a task changes its state. */
  void advance(TaskStatus status, TransitionListener listener) {
    listener.taken(table().transitionOrThrow(state, status.getState(), key));
    state = status.getState();
    latest = Optional.of(status);
  }

  private LifecycleTable<TaskState> table() {
    return hasOwnContainer() ? TaskTransitions.TABLE : ExecutorTaskTransitions.TABLE;
  }

  /** Something else is new about the task; its state is the same. */
  void repeat(TaskStatus status) {
    if (status.getState() != state) {
      throw new IllegalStateException(
          "Task " + key + " is " + state + ", and not " + status.getState());
    }
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
    containerStatus = ContainerStatuses.of(container, facts);
    details = facts.details();
  }

  /** What the engine said of its container when that began to run; given out once. */
  ByteString takeDetails() {
    ByteString taken = details;
    details = ByteString.EMPTY;
    return taken;
  }

  /** When it began to run inside its executor. */
  void startedInExecutor(Instant at) {
    if (started.isEmpty()) {
      started = Optional.of(at);
    }
  }

  /** Its executor's container is known better now. */
  void containerStatus(ContainerStatus status) {
    containerStatus = status;
  }

  /** The tasks of one group live and end together. */
  void inGroup(String id) {
    group = Optional.of(id);
  }

  Optional<String> group() {
    return group;
  }

  /** It is ended because of another task of its group. */
  void endsWithGroup(String why) {
    if (groupEnd.isEmpty()) {
      groupEnd = Optional.of(why);
    }
  }

  Optional<String> groupEnd() {
    return groupEnd;
  }

  void delivery(Delivery next) {
    delivery = next;
  }

  Delivery delivery() {
    return delivery;
  }

  /** Notes an update of its executor. */
  void take(ByteString updateId) {
    takenUpdates.addLast(updateId);
    if (takenUpdates.size() > MAX_TAKEN_UPDATES) {
      takenUpdates.removeFirst();
    }
  }

  /** Whether its executor has sent this update before. */
  boolean hasTaken(ByteString updateId) {
    return takenUpdates.contains(updateId);
  }

  void progressed(Progress next) {
    progress = Optional.of(next);
  }

  void progressTold(Instant at) {
    progressTold = Optional.of(at);
  }

  /** The latest finding of its health check. */
  void healthy(boolean found) {
    healthy = Optional.of(found);
  }

  /** The latest answer to its check. */
  void checked(CheckStatusInfo status) {
    checkStatus = Optional.of(status);
  }

  /** The agent kills the task, for this reason, unless a kill was ordered before. */
  void killedFor(String reason) {
    if (!killOrdered()) {
      killReason = Optional.of(reason);
    }
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

  /** It is killed because it uses too much disk. */
  void diskOverused(DiskOveruse overuse, Instant now) {
    diskOveruse = Optional.of(overuse);
    killDeadline = Optional.of(now);
  }

  Optional<DiskOveruse> diskOveruse() {
    return diskOveruse;
  }

  TaskKey key() {
    return key;
  }

  TaskInfo info() {
    return info;
  }

  /** A task without an executor of its own has one that bears its name. */
  ExecutorId executor() {
    return info.hasExecutor()
        ? ExecutorId.of(info.getExecutor().getExecutorId())
        : new ExecutorId(key.task().value());
  }

  /** The executor that it came with, if it did. */
  Optional<ExecutorKey> ownExecutor() {
    return info.hasExecutor()
        ? Optional.of(new ExecutorKey(key.framework(), executor()))
        : Optional.empty();
  }

  /** Whether the agent runs it in a container; false: a framework's executor runs it. */
  boolean hasOwnContainer() {
    return !info.hasExecutor() || info.getExecutor().getType() == ExecutorInfo.Type.DEFAULT;
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

  Optional<Instant> launchOrdered() {
    return launchOrdered;
  }

  /** When its framework was last told how far the launch is. */
  Optional<Instant> progressTold() {
    return progressTold;
  }

  /** Empty before the first finding of a health check, and without one. */
  Optional<Boolean> healthy() {
    return healthy;
  }

  /** Empty without a check. */
  Optional<CheckStatusInfo> checkStatus() {
    return checkStatus;
  }

  Optional<String> killReason() {
    return killReason;
  }

  Optional<Progress> progress() {
    return progress;
  }
}
