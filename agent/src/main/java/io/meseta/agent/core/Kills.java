package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.KillContainer;
import io.meseta.api.link.v1.Drain;
import io.meseta.api.link.v1.KillTask;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends tasks by order.
 *
 * <p>A kill is carried out at once and not parked behind its journal write: an agent whose disk is
 * full must still be able to end things. Should the agent crash in between, the container ends with
 * the exit code of a kill and is reported with that.
 */
final class Kills {

  private static final Logger log = LoggerFactory.getLogger(Kills.class);

  private final CoreContext context;
  private final JournalWriter journal;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final ExecutorTasks inExecutors;
  private final Duration defaultGrace;

  Kills(
      CoreContext context,
      Frameworks frameworks,
      Tasks tasks,
      ExecutorTasks inExecutors,
      Duration defaultGrace) {
    this.context = context;
    this.journal = context.journal();
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.inExecutors = inExecutors;
    this.defaultGrace = defaultGrace;
  }

  /**
   * A kill of an unknown task is not answered. The link keeps order and every registration makes
   * the master's picture equal to the agent's, so such a kill has crossed the task's last
   * acknowledgement: its framework knows the true end, and an answer would only contradict it.
   */
  void kill(KillTask order) {
    TaskKey key = new TaskKey(FrameworkId.of(order.getFrameworkId()), TaskId.of(order.getTaskId()));
    Optional<AgentTask> task = tasks.find(key);
    if (task.isEmpty()) {
      context.count(AgentCounter.UNKNOWN_KILLS);
      log.info("Kill of task {} ignored: the agent does not have it", key);
      return;
    }
    kill(
        task.get(),
        order.hasKillPolicy() ? order.getKillPolicy() : KillPolicy.getDefaultInstance());
    if (task.get().hasOwnContainer()) {
      killGroupOf(task.get());
    }
  }

  /** A group that the agent runs itself ends together, with each task's own grace period. */
  private void killGroupOf(AgentTask task) {
    if (task.group().isEmpty()) {
      return;
    }
    String why =
        "Task " + task.key().task() + " of the same group was killed, and a group ends together";
    for (AgentTask other : tasks.liveOfGroup(task.key().framework(), task.group().get())) {
      if (!other.killOrdered()) {
        other.endsWithGroup(why);
        kill(other);
      }
    }
  }

  /** Kills a task as its own policy says. */
  void kill(AgentTask task) {
    kill(task, KillPolicy.getDefaultInstance());
  }

  private void kill(AgentTask task, KillPolicy policy) {
    if (task.ended()) {
      return;
    }
    if (task.hasOwnContainer()) {
      end(task, grace(task, policy));
    } else {
      killInExecutor(task, grace(task, policy), policy);
    }
  }

  /** How long the task takes to end is its executor's business. Each kill is passed on. */
  private void killInExecutor(AgentTask task, Duration grace, KillPolicy policy) {
    task.killBy(context.turn().now().plus(grace));
    journal.save(task);
    inExecutors.kill(task, policy);
  }

  /**
   * Kills a task as its own policy says, but within the time that the draining leaves, and says
   * that this is why. One that its framework is killing already stays that, with less time perhaps.
   */
  void drain(AgentTask task, Drain order) {
    if (task.ended()) {
      return;
    }
    if (!task.killOrdered()) {
      task.drained(endOfDrained(task, order));
    } else if (task.wasDrained() && task.drained(endOfDrained(task, order))) {
      journal.save(task);
    }
    Duration grace = drainGrace(task, order);
    if (task.hasOwnContainer()) {
      end(task, grace);
    } else {
      killInExecutor(task, grace, ExecutorTasks.graceOf(grace));
    }
  }

  /** How long a task may take to end when the agent is drained. */
  Duration drainGrace(AgentTask task, Drain order) {
    Duration own = grace(task, KillPolicy.getDefaultInstance());
    return Draining.longestGrace(order).filter(limit -> limit.compareTo(own) < 0).orElse(own);
  }

  private TaskState endOfDrained(AgentTask task, Drain order) {
    return order.getMarkGone() && frameworks.of(task).isPartitionAware()
        ? TaskState.TASK_GONE_BY_OPERATOR
        : TaskState.TASK_KILLED;
  }

  /** The agent is used again: a kill that is under way ends as any other. */
  void stopDraining(AgentTask task) {
    if (!task.ended() && task.wasDrained() && task.drained(TaskState.TASK_KILLED)) {
      journal.save(task);
    }
  }

  private Duration grace(AgentTask task, KillPolicy policy) {
    if (policy.hasGracePeriod()) {
      return Nanos.toDuration(policy.getGracePeriod());
    }
    KillPolicy own = task.info().getKillPolicy();
    return own.hasGracePeriod() ? Nanos.toDuration(own.getGracePeriod()) : defaultGrace;
  }

  private void end(AgentTask task, Duration grace) {
    Instant now = context.turn().now();
    if (!task.killBy(now.plus(grace))) {
      return;
    }
    journal.save(task);
    AgentFramework framework = frameworks.of(task);
    // A second, more urgent kill finds the task in KILLING already.
    if (task.state() == TaskState.TASK_RUNNING
        && framework.wantsKillingState()
        && !framework.isShutDown()) {
      tasks.advance(task, killing(task));
    }
    killContainer(task, grace);
  }

  private TaskStatus killing(AgentTask task) {
    TaskStatus.Builder status = context.statuses().ofTask(task, TaskState.TASK_KILLING);
    if (task.wasDrained()) {
      status.setReason(TaskStatus.Reason.REASON_AGENT_DRAINING).setMessage("Agent is drained");
    } else {
      task.killReason().ifPresent(status::setMessage);
    }
    return status.build();
  }

  /** A container that waits for the journal or the engine is dealt with when they have answered. */
  private void killContainer(AgentTask task, Duration grace) {
    switch (task.stage()) {
      case ORDERED, PREPARED, STARTED -> context.order(new KillContainer(task.container(), grace));
      case PARKED, IN_DOUBT, ENDED -> {}
    }
  }

  /** A restarted agent goes on with a kill whose container still runs. */
  void resume(AgentTask task) {
    if (task.killOrdered()) {
      killContainer(task, task.graceLeft(context.turn().now()));
    }
  }

  /** Its health check has failed too often: it is killed as its own policy says. */
  void unhealthy(AgentTask task, String reason) {
    task.killedFor(reason);
    kill(task);
  }

  void completionTimeReached(ContainerId container) {
    Optional<AgentTask> found = tasks.find(container);
    if (found.isEmpty() || found.get().ended()) {
      return;
    }
    AgentTask task = found.get();
    if (task.killOrdered()) {
      // It stays a kill, but its grace period ends with the task's time.
      end(task, Duration.ZERO);
      return;
    }
    task.completionTimeReached(context.turn().now());
    journal.save(task);
    killContainer(task, Duration.ZERO);
  }

  /** Ends a task at once; one that is being killed for another reason goes on being that. */
  void diskLimitExceeded(ContainerId container, long usedBytes, long limitBytes) {
    Optional<AgentTask> found = tasks.find(container);
    if (found.isEmpty() || found.get().ended() || found.get().killOrdered()) {
      return;
    }
    AgentTask task = found.get();
    log.warn(
        "Task {} uses {} bytes of disk and may use {}; it is killed",
        task.key(),
        usedBytes,
        limitBytes);
    task.diskOverused(new DiskOveruse(usedBytes, limitBytes), context.turn().now());
    journal.save(task);
    killContainer(task, Duration.ZERO);
  }
}
