package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AcknowledgeStatus;
import io.meseta.api.link.v1.KillTask;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.master.view.ViewChange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks from launch to the acknowledged end: status updates, acknowledgements, kills.
 *
 * <p>Resources are given back with the first terminal state. A task is forgotten when its terminal
 * update is acknowledged, or when nobody can acknowledge it any more.
 */
final class Tasks {

  private static final Logger log = LoggerFactory.getLogger(Tasks.class);

  private final Cluster cluster;
  private final Allocations allocations;

  Tasks(Cluster cluster, Allocations allocations) {
    this.cluster = cluster;
    this.allocations = allocations;
  }

  /** Takes a task in: launched now, or reported by a returning agent. */
  void add(Framework framework, Agent agent, MasterTask task) {
    framework.tasks.put(task.id, task);
    MasterTask away = framework.unreachableTasks.get(task.id);
    if (away != null) {
      cluster.unreachableTasks.remove(framework, away);
    }
    agent.tasks.put(task.key(), task);
    task.released = TaskLifecycle.isTerminal(task.state());
    cluster.touch(task);
    cluster.touch(agent);
    cluster.touched.happened(new ViewChange.TaskAdded(task.view()));
  }

  // ---- status updates from agents ----

  void handleUpdate(Agent agent, StatusUpdate update, Instant at) {
    if (!TaskLifecycle.isReportable(update.getLatestState())
        || !TaskLifecycle.isReportable(update.getStatus().getState())) {
      cluster.count(MasterCounter.REFUSED_UPDATES);
      log.warn(
          "Agent {} says {} of its task {}, which is not an agent's to say: ignored",
          agent,
          update.getLatestState(),
          update.getStatus().getTaskId().getValue());
      return;
    }
    FrameworkId frameworkId = FrameworkId.of(update.getFrameworkId());
    Framework framework = cluster.frameworks.get(frameworkId);
    TaskStatus status = update.getStatus();
    MasterTask task = agent.tasks.get(new TaskKey(frameworkId, TaskId.of(status.getTaskId())));
    if (framework == null) {
      handleUpdateOfRemoved(agent, frameworkId, task, update.getLatestState());
      return;
    }
    if (task == null) {
      // The master may have forgotten it, for instance because it was declared gone. The framework
      // still has to acknowledge it, otherwise the agent sends it for ever.
      log.info(
          "Agent {} sends an update of task {}, which is not known", agent, status.getTaskId());
    } else if (isLastWord(task, status)) {
      end(task, status.toBuilder());
      return;
    } else {
      boolean changed = changeState(task, update.getLatestState());
      record(task, status, changed);
    }
    if (!update.getStateOnly()) {
      tell(framework, status);
    }
  }

  /**
   * What an agent did not take it tells once, without a uuid: nobody acknowledges that, and nobody
   * sends it again to a framework that was away.
   */
  private static boolean isLastWord(MasterTask task, TaskStatus status) {
    return !status.hasUuid()
        && TaskLifecycle.isTerminal(status.getState())
        && TaskLifecycle.isLegal(task.state(), status.getState());
  }

  /** Nobody will acknowledge: the agent is told to end what is left, and the end frees the rest. */
  private void handleUpdateOfRemoved(
      Agent agent, FrameworkId framework, @Nullable MasterTask task, TaskState latest) {
    if (task != null) {
      changeState(task, latest);
      if (task.released) {
        forget(task);
      }
    }
    if (!TaskLifecycle.isTerminal(latest)) {
      log.info("Agent {} still runs framework {}, which is gone", agent, framework);
    }
    send(
        agent,
        MasterMessage.newBuilder()
            .setShutdownFramework(
                ShutdownFramework.newBuilder().setFrameworkId(framework.toProto())));
  }

  /**
   * Remembers what was said of a task, and tells those who follow the cluster what is new: a state
   * that the task has come to, the update that says so, which may come later, and how it is.
   */
  void record(MasterTask task, TaskStatus status, boolean changed) {
    boolean told = task.record(status);
    cluster.touch(task);
    if (changed || told || isAboutHealth(status)) {
      cluster.touched.happened(new ViewChange.TaskUpdated(task.view(), task.framework, status));
    }
  }

  private static boolean isAboutHealth(TaskStatus status) {
    return status.getReason() == TaskStatus.Reason.REASON_TASK_CHECK_STATUS_UPDATED
        || status.getReason() == TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED;
  }

  /**
   * Changes the state if that is legal; the first terminal state frees the resources.
   *
   * @return whether it has changed
   */
  boolean changeState(MasterTask task, TaskState state) {
    TaskState old = task.state();
    if (old == state) {
      return false;
    }
    if (!TaskLifecycle.isLegal(old, state)) {
      cluster.count(MasterCounter.ILLEGAL_TASK_TRANSITIONS);
      log.info("Task {} of {} stays {}: {} comes too late", task.id, task.framework, old, state);
      return false;
    }
    task.become(state, cluster.transitions());
    cluster.touch(task);
    releaseIfTerminal(task);
    return true;
  }

  void releaseIfTerminal(MasterTask task) {
    if (TaskLifecycle.isTerminal(task.state()) && !task.released) {
      task.released = true;
      allocations.release(task);
      Agent agent = cluster.agents.get(task.agent);
      if (agent != null) {
        cluster.touch(agent);
      }
    }
  }

  void tell(Framework framework, TaskStatus status) {
    if (framework.isConnected() && framework.streamId != null) {
      cluster.outbox.toFramework(framework.streamId, Statuses.update(framework, status));
    }
  }

  // ---- acknowledgements ----

  void acknowledge(Framework framework, Call.Acknowledge call) {
    AgentId agentId = AgentId.of(call.getAgentId());
    TaskId taskId = TaskId.of(call.getTaskId());
    Agent agent = cluster.agents.get(agentId);
    if (agent == null || !agent.isConnected()) {
      // The agent sends the update again when it is back.
      log.info("Acknowledgement of {} for task {} waits for its agent", framework, taskId);
      return;
    }
    MasterTask task = agent.tasks.get(new TaskKey(framework.id, taskId));
    if (task != null && !Framework.isOutstanding(task, call.getUuid())) {
      log.debug("{} acknowledges an update of task {} that is not the newest", framework, taskId);
    }
    send(
        agent,
        MasterMessage.newBuilder()
            .setAcknowledgeStatus(
                AcknowledgeStatus.newBuilder()
                    .setFrameworkId(framework.id.toProto())
                    .setTaskId(call.getTaskId())
                    .setUuid(call.getUuid())));
    if (task != null && endsTask(task, call.getUuid())) {
      forget(task);
    }
  }

  private static boolean endsTask(MasterTask task, ByteString uuid) {
    return Framework.isOutstanding(task, uuid) && TaskLifecycle.isTerminal(task.updateState());
  }

  // ---- kills ----

  void kill(Framework framework, Call.Kill call, Instant at, Reconciliation reconciliation) {
    TaskId taskId = TaskId.of(call.getTaskId());
    MasterTask task = knownTask(framework, taskId);
    if (task == null) {
      reconciliation.answer(
          framework, taskId, call.hasAgentId() ? AgentId.of(call.getAgentId()) : null, at);
      return;
    }
    if (call.hasAgentId() && !call.getAgentId().getValue().equals(task.agent.value())) {
      log.warn(
          "{} kills task {} on agent {}, but it is on {}: ignored",
          framework,
          taskId,
          call.getAgentId().getValue(),
          task.agent);
      return;
    }
    if (TaskLifecycle.isTerminal(task.state())) {
      log.debug("{} kills task {}, which has ended already", framework, taskId);
      return;
    }
    orderKill(framework, task, call);
  }

  private static @Nullable MasterTask knownTask(Framework framework, TaskId taskId) {
    MasterTask task = framework.tasks.get(taskId);
    return task != null ? task : framework.unreachableTasks.get(taskId);
  }

  private void orderKill(Framework framework, MasterTask task, Call.Kill call) {
    KillTask.Builder kill =
        KillTask.newBuilder().setFrameworkId(framework.id.toProto()).setTaskId(task.id.toProto());
    if (call.hasKillPolicy()) {
      kill.setKillPolicy(call.getKillPolicy());
    }
    Agent agent = cluster.agents.get(task.agent);
    if (agent == null) {
      return;
    }
    if (agent.isConnected()) {
      send(agent, MasterMessage.newBuilder().setKillTask(kill));
    } else {
      agent.killsToRepeat.put(task.key(), kill.build());
    }
  }

  // ---- the end ----

  /** Forgets a task that has ended and of which nobody will hear any more. */
  void forget(MasterTask task) {
    Agent agent = cluster.agents.get(task.agent);
    if (agent != null) {
      cluster.detach(agent, task.key());
    }
    Framework framework = cluster.frameworks.get(task.framework);
    if (framework == null) {
      return;
    }
    boolean ran = framework.tasks.remove(task.id, task);
    boolean wasAway = cluster.unreachableTasks.remove(framework, task);
    if (!ran && !wasAway) {
      // A second task of the same id, on another agent.
      return;
    }
    framework.complete(task, cluster.settings.maxCompletedTasksPerFramework());
    cluster.touch(task);
  }

  /** Ends a task by the master's own verdict, tells its framework and forgets it. */
  void end(MasterTask task, TaskStatus.Builder status) {
    boolean changed = changeState(task, status.getState());
    TaskStatus built = status.build();
    record(task, built, changed);
    Framework framework = cluster.frameworks.get(task.framework);
    if (framework != null) {
      tell(framework, built);
    }
    forget(task);
  }

  private void send(Agent agent, MasterMessage.Builder message) {
    agent.link.ifPresent(link -> cluster.outbox.toAgent(link, message));
  }
}
