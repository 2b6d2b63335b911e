package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTask.Delivery;
import io.meseta.agent.core.AgentTimer.TaskTimeReached;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that run inside an executor: their way to it, and what it says of them.
 *
 * <p>That a task is delivered is written down before it is, so that after a crash one that was
 * never given away can still be delivered, and no other one ever is a second time.
 */
final class ExecutorTasks {

  private static final Logger log = LoggerFactory.getLogger(ExecutorTasks.class);

  private final CoreContext context;
  private final JournalWriter journal;
  private final Executors executors;
  private final Tasks tasks;
  private final ExecutorSpecs specs;
  private final ContainerEnds ends;

  ExecutorTasks(CoreContext context, Executors executors, Tasks tasks, ExecutorSpecs specs) {
    this.context = context;
    this.journal = context.journal();
    this.executors = executors;
    this.tasks = tasks;
    this.specs = specs;
    this.ends = new ContainerEnds(context.statuses());
  }

  // ---- to the executor ----

  /** Everything that waits for this executor. */
  void deliverQueued(AgentExecutor executor) {
    Map<String, List<AgentTask>> groups = new LinkedHashMap<>();
    for (AgentTask task : tasks.liveOf(executor.key())) {
      if (task.delivery() == Delivery.QUEUED) {
        // Groups have minted ids, and a task alone its own name: they cannot be the same.
        String batch = task.group().orElse("task " + task.key().task());
        groups.computeIfAbsent(batch, unused -> new ArrayList<>()).add(task);
      }
    }
    groups.values().forEach(batch -> deliver(executor, batch));
  }

  /** Delivers one task, or the tasks of one group. */
  void deliver(AgentExecutor executor, List<AgentTask> batch) {
    for (AgentTask task : batch) {
      task.delivery(Delivery.UNDER_WAY);
      journal.save(task);
    }
    journal.whenDurable(() -> handOver(executor, batch));
  }

  private void handOver(AgentExecutor executor, List<AgentTask> batch) {
    List<AgentTask> live = batch.stream().filter(task -> !task.ended()).toList();
    if (live.stream().anyMatch(AgentTask::killOrdered)) {
      live.forEach(this::endUndelivered);
    } else if (executor.state() != ExecutorState.RUNNING || !executor.isConnected()) {
      for (AgentTask task : live) {
        task.delivery(Delivery.QUEUED);
        journal.save(task);
      }
    } else if (!live.isEmpty()) {
      specs.resize(executor);
      live.forEach(task -> task.delivery(Delivery.DELIVERED));
      executors.send(executor, launch(live));
    }
  }

  private static Event.Builder launch(List<AgentTask> batch) {
    AgentTask first = batch.getFirst();
    if (first.group().isEmpty()) {
      return Event.newBuilder()
          .setType(Event.Type.LAUNCH)
          .setLaunch(Event.Launch.newBuilder().setTask(first.info()));
    }
    TaskGroupInfo.Builder group = TaskGroupInfo.newBuilder();
    batch.forEach(task -> group.addTasks(task.info()));
    return Event.newBuilder()
        .setType(Event.Type.LAUNCH_GROUP)
        .setLaunchGroup(Event.LaunchGroup.newBuilder().setTaskGroup(group));
  }

  /**
   * Has the task killed by its executor, or ends it here if the executor does not know it yet. Of a
   * group that waits, all are ended: it starts whole or not at all.
   */
  void kill(AgentTask task, KillPolicy policy) {
    switch (task.delivery()) {
      case QUEUED -> {
        List<AgentTask> together =
            task.group()
                .map(group -> tasks.liveOfGroup(task.key().framework(), group))
                .orElse(List.of(task));
        together.forEach(this::endUndelivered);
      }
      case UNDER_WAY -> log.debug("Task {} is killed before its executor has it", task.key());
      case DELIVERED -> sendKill(task, policy);
    }
  }

  private void endUndelivered(AgentTask task) {
    tasks.end(task, ends.killedDuringLaunch(task));
  }

  private void sendKill(AgentTask task, KillPolicy policy) {
    Event.Kill.Builder kill = Event.Kill.newBuilder().setTaskId(task.info().getTaskId());
    if (policy.hasGracePeriod()) {
      kill.setKillPolicy(policy);
    }
    executors
        .of(task)
        .ifPresent(executor ->
            executors.send(executor, Event.newBuilder().setType(Event.Type.KILL).setKill(kill)));
  }

  /** Kills of which an executor that is back may not have heard. */
  void repeatKills(AgentExecutor executor) {
    for (AgentTask task : tasks.liveOf(executor.key())) {
      if (task.killOrdered() && task.delivery() == Delivery.DELIVERED) {
        sendKill(task, graceOf(task.graceLeft(context.turn().now())));
      }
    }
  }

  static KillPolicy graceOf(Duration grace) {
    return KillPolicy.newBuilder().setGracePeriod(Nanos.toInfo(grace)).build();
  }

  // ---- from the executor ----

  /**
   * Takes an update. It is acknowledged to the executor once it is durable; one that makes no sense
   * (any more) at once, as sending it again would help nobody.
   */
  void updated(AgentExecutor executor, TaskStatus sent) {
    TaskKey key = new TaskKey(executor.key().framework(), TaskId.of(sent.getTaskId()));
    Optional<AgentTask> found =
        tasks
            .find(key)
            .filter(task -> task.ownExecutor().equals(Optional.of(executor.key())))
            .filter(task -> task.delivery() != Delivery.QUEUED);
    if (found.isEmpty()) {
      refuse(executor, key, sent, "the executor does not have such a task");
    } else if (found.get().hasTaken(sent.getUuid())) {
      log.debug("Update of task {} has come before", key);
    } else if (!ExecutorTaskTransitions.mayFollow(found.get().state(), sent.getState())) {
      refuse(executor, key, sent, "the task is " + found.get().state());
    } else {
      take(executor, found.get(), sent);
    }
    acknowledge(executor, sent);
  }

  private void refuse(AgentExecutor executor, TaskKey key, TaskStatus sent, String why) {
    context.count(AgentCounter.REFUSED_EXECUTOR_UPDATES);
    log.warn(
        "Executor {} says {} of task {}: ignored, {}", executor.key(), sent.getState(), key, why);
  }

  private void acknowledge(AgentExecutor executor, TaskStatus sent) {
    Event.Acknowledged.Builder acknowledged =
        Event.Acknowledged.newBuilder().setTaskId(sent.getTaskId()).setUuid(sent.getUuid());
    Event event =
        Event.newBuilder().setType(Event.Type.ACKNOWLEDGED).setAcknowledged(acknowledged).build();
    journal.whenDurable(() -> executors.send(executor, event.toBuilder()));
  }

  private void take(AgentExecutor executor, AgentTask task, TaskStatus sent) {
    task.take(sent.getUuid());
    task.containerStatus(executor.containerStatus());
    TaskStatus status = asOrdered(task, complete(task, sent));
    if (TaskTransitions.terminal(status.getState())) {
      tasks.end(task, status);
    } else if (status.getState() == task.state()) {
      tasks.repeat(task, status);
    } else {
      tasks.advance(task, status);
    }
    if (status.getState() == TaskState.TASK_RUNNING && task.started().isEmpty()) {
      task.startedInExecutor(context.turn().now());
      setCompletionTimer(task);
    }
  }

  /** Fills in what only the agent knows, or what the executor has left out. */
  private TaskStatus complete(AgentTask task, TaskStatus sent) {
    TaskStatus.Builder status =
        sent.toBuilder()
            .setAgentId(context.identity().idOrThrow().toProto())
            .setExecutorId(task.executor().toProto())
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR);
    if (!status.hasTimestamp()) {
      status.setTimestamp(Nanos.toSeconds(context.turn().now()));
    }
    if (status.hasContainerStatus()) {
      // What the executor says of addresses wins; whose container it is, the agent knows.
      status.getContainerStatusBuilder().setContainerId(task.container().toProto());
    } else {
      status.setContainerStatus(task.containerStatus());
    }
    return status.build();
  }

  /** An end that the agent has ordered is told as such, whatever the executor calls it. */
  private TaskStatus asOrdered(AgentTask task, TaskStatus status) {
    if (status.getState() != TaskState.TASK_KILLED) {
      return status;
    }
    if (task.completionTimeWasReached()) {
      return status.toBuilder()
          .setState(TaskState.TASK_FAILED)
          .setReason(TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED)
          .setMessage("Task did not end within its max_completion_time and was killed")
          .build();
    }
    return ContainerEnds.asDrained(task, status.toBuilder());
  }

  // ---- its time ----

  /** The time of a task counts from its first TASK_RUNNING on. */
  void setCompletionTimer(AgentTask task) {
    if (!task.info().hasMaxCompletionTime() || task.started().isEmpty()) {
      return;
    }
    Instant due = task.started().get().plus(Nanos.toDuration(task.info().getMaxCompletionTime()));
    Duration left = Duration.between(context.turn().now(), due);
    context.order(new SetTimer(timer(task), left.isNegative() ? Duration.ZERO : left));
  }

  static TaskTimeReached timer(AgentTask task) {
    return new TaskTimeReached(task.key().framework(), task.key().task());
  }

  /** Its executor is told to end it at once. */
  void completionTimeReached(AgentTask task) {
    if (task.ended()) {
      return;
    }
    if (!task.killOrdered()) {
      task.completionTimeReached(context.turn().now());
    }
    journal.save(task);
    kill(task, graceOf(Duration.ZERO));
  }

  // ---- an executor that is back ----

  /**
   * What of the tasks that were delivered has never arrived: the executor tells all that it has and
   * of which nothing is acknowledged.
   */
  void dropWhatIsMissing(AgentExecutor executor, List<TaskId> held) {
    for (AgentTask task : tasks.liveOf(executor.key())) {
      if (task.delivery() == Delivery.DELIVERED
          && task.state() == TaskState.TASK_STAGING
          && !held.contains(task.key().task())) {
        log.warn("Executor {} has come back without task {}", executor.key(), task.key());
        tasks.end(
            task,
            context
                .statuses()
                .ofAgent(
                    task, TaskState.TASK_DROPPED, TaskStatus.Reason.REASON_EXECUTOR_UNREGISTERED)
                .setMessage("The executor has come back without this task")
                .build());
      }
    }
  }

  /** A message for people and programs; which one, nobody here looks into. */
  void message(AgentExecutor executor, ByteString data) {
    if (!executor.isConnected()) {
      log.info("Message for executor {} dropped: it is not connected", executor.key());
      return;
    }
    executors.send(
        executor,
        Event.newBuilder()
            .setType(Event.Type.MESSAGE)
            .setMessage(Event.Message.newBuilder().setData(data)));
  }
}
