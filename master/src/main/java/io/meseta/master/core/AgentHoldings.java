package io.meseta.master.core;

import io.meseta.api.link.v1.KillTask;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a returning agent holds, compared with what the master knows of it.
 *
 * <p>The agent tells everything, and the master makes its own picture equal to that: what the
 * master knew and the agent does not is over, what the agent holds and the master did not know is
 * taken in, and what belongs to a framework that is gone is ended.
 */
final class AgentHoldings {

  private static final Logger log = LoggerFactory.getLogger(AgentHoldings.class);

  private final Cluster cluster;
  private final Frameworks frameworks;
  private final Tasks tasks;
  private final Operations operations;

  AgentHoldings(Cluster cluster, Frameworks frameworks, Tasks tasks, Operations operations) {
    this.cluster = cluster;
    this.frameworks = frameworks;
    this.tasks = tasks;
    this.operations = operations;
  }

  /**
   * Makes the picture of the agent equal to what it says.
   *
   * @param tasks those of the message
   */
  void takeOver(Agent agent, Register request, List<MasterTask> tasks, Instant at) {
    Map<FrameworkId, FrameworkInfo> reported = new TreeMap<>();
    request.getFrameworksList().forEach(info -> reported.put(FrameworkId.of(info.getId()), info));
    TreeSet<FrameworkId> removed = new TreeSet<>();
    boolean held = !agent.tasks.isEmpty() || !cluster.unreachableTasks.of(agent.id).isEmpty();
    for (MasterTask task : tasks) {
      Framework framework = frameworkOf(task.framework, reported, at);
      if (framework == null) {
        removed.add(task.framework);
      }
      takeOverTask(agent, framework, task, at);
    }
    for (ExecutorInfo executor : request.getExecutorsList()) {
      FrameworkId frameworkId = FrameworkId.of(executor.getFrameworkId());
      if (frameworkOf(frameworkId, reported, at) == null) {
        removed.add(frameworkId);
      }
    }
    if (held) {
      Set<TaskKey> stillHeld = new TreeSet<>();
      tasks.forEach(task -> stillHeld.add(task.key()));
      dropWhatIsNotHeld(agent, stillHeld, at);
    }
    operations.takeOver(agent, request);
    for (FrameworkId id : removed) {
      log.info("Agent {} runs framework {}, which is gone", agent, id);
      agent.link.ifPresent(link ->
          cluster.outbox.toAgent(
              link,
              MasterMessage.newBuilder()
                  .setShutdownFramework(
                      ShutdownFramework.newBuilder().setFrameworkId(id.toProto()))));
    }
  }

  /** Null if the framework is gone for good. */
  private @Nullable Framework frameworkOf(
      FrameworkId id, Map<FrameworkId, FrameworkInfo> reported, Instant at) {
    Framework known = cluster.frameworks.get(id);
    if (known != null || cluster.completedFrameworks.containsKey(id)) {
      return known;
    }
    FrameworkInfo info = reported.get(id);
    if (info == null) {
      log.warn("An agent holds tasks of framework {} and does not say what that is", id);
      return null;
    }
    log.info("Framework {} ({}) is known again through its tasks", id, info.getName());
    if (cluster.records.activeFramework(id).isEmpty()) {
      cluster.records.put(Frameworks.record(info, FrameworkRecord.State.ACTIVE, at), unused -> {});
    }
    return frameworks.recover(info, at);
  }

  private void takeOverTask(
      Agent agent, @Nullable Framework framework, MasterTask task, Instant at) {
    TaskKey key = task.key();
    Task report = task.description();
    if (framework == null) {
      task.released = TaskLifecycle.isTerminal(task.state());
      agent.tasks.put(key, task);
      return;
    }
    MasterTask known = agent.tasks.get(key);
    MasterTask away = framework.unreachableTasks.get(task.id);
    if (known != null && known.holding().equals(task.holding())) {
      known.replaceDescription(report);
      cluster.touch(known);
      tasks.changeState(known, report.getState());
    } else if (away != null && away.agent.equals(agent.id)) {
      takeBack(framework, agent, away.holding().equals(task.holding()) ? away : task, report, at);
    } else {
      takeIn(framework, agent, task);
    }
  }

  /** A task that was told as unreachable is there again, or has ended meanwhile. */
  private void takeBack(
      Framework framework, Agent agent, MasterTask task, Task report, Instant at) {
    tasks.add(framework, agent, task);
    task.replaceDescription(report);
    tasks.changeState(task, report.getState());
    if (!TaskLifecycle.isTerminal(task.state())) {
      tasks.tell(
          framework,
          Statuses.about(task, task.state(), at)
              .setReason(TaskStatus.Reason.REASON_AGENT_REREGISTERED)
              .setMessage("Agent " + agent + " is back")
              .build());
    }
  }

  /**
   * A task of which this master does not know. If its framework has given the same id to another
   * task meanwhile, on another agent, which only one that repeats its ids can do, the one that came
   * later into the picture is ended: a task lives on one agent.
   */
  private void takeIn(Framework framework, Agent agent, MasterTask task) {
    MasterTask other = framework.task(task.id);
    boolean taken =
        (other != null && !other.agent.equals(agent.id))
            || framework.unreachableTasks.containsKey(task.id);
    if (!taken) {
      tasks.add(framework, agent, task);
      return;
    }
    log.warn("{} has task {} on two agents; it is ended on {}", framework, task.id, agent);
    task.released = TaskLifecycle.isTerminal(task.state());
    agent.tasks.put(task.key(), task);
    agent.killsToRepeat.put(
        task.key(),
        KillTask.newBuilder()
            .setFrameworkId(framework.id.toProto())
            .setTaskId(task.id.toProto())
            .build());
  }

  static String roleOf(Task task) {
    for (Resource resource : task.getResourcesList()) {
      if (resource.hasAllocationInfo()) {
        return resource.getAllocationInfo().getRole();
      }
    }
    return "*";
  }

  private void dropWhatIsNotHeld(Agent agent, Set<TaskKey> held, Instant at) {
    for (MasterTask task : new ArrayList<>(agent.tasks.values())) {
      if (held.contains(task.key())) {
        continue;
      }
      if (TaskLifecycle.isTerminal(task.state())) {
        tasks.forget(task);
        continue;
      }
      endMissing(agent, task, at);
    }
    for (MasterTask task : cluster.unreachableTasks.of(agent.id)) {
      if (TaskLifecycle.isTerminal(task.state())) {
        tasks.forget(task);
      } else {
        endMissing(agent, task, at);
      }
    }
  }

  /** One that the agent never confirmed was never run; any other has run and does so no more. */
  private void endMissing(Agent agent, MasterTask task, Instant at) {
    TaskState state = task.isConfirmed() ? TaskState.TASK_GONE : TaskState.TASK_DROPPED;
    tasks.end(
        task,
        Statuses.about(task, state, at)
            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
            .setMessage("Agent " + agent + " came back without this task"));
  }

  /** The kills that came while it was away, and are still wanted. */
  void repeatKills(Agent agent) {
    List<TaskKey> done = new ArrayList<>(agent.killsToRepeat.keySet());
    for (TaskKey key : done) {
      var kill = agent.killsToRepeat.remove(key);
      if (kill != null && agent.tasks.containsKey(key)) {
        agent.link.ifPresent(
            link -> cluster.outbox.toAgent(link, MasterMessage.newBuilder().setKillTask(kill)));
      }
    }
  }

  static Resources resources(List<Resource> validated) {
    try {
      return Resources.fromProto(validated);
    } catch (ResourceException e) {
      throw new IllegalStateException("resources that were validated: " + e.getMessage(), e);
    }
  }
}
