package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.Registered;
import io.meseta.api.link.v1.Rejected;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Holding;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How agents come in, and come back.
 *
 * <p>Nobody is welcomed before the registry says that the agent is admitted. A returning agent
 * tells everything that it holds, and the master makes its own picture equal to that: what the
 * master knew and the agent does not is dropped, what the agent holds and the master did not know
 * is taken in.
 */
final class Registrations {

  private static final Logger log = LoggerFactory.getLogger(Registrations.class);

  /** A request to be let in that waits for the registry. */
  private record Waiting(long link, Register request) {}

  private final Cluster cluster;
  private final Allocations allocations;
  private final Frameworks frameworks;
  private final Offers offers;
  private final Tasks tasks;

  /** New agents by process: one that lost its link before the welcome keeps the id it was given. */
  private final TreeMap<String, AgentId> admittedProcesses = new TreeMap<>();

  private final TreeMap<AgentId, Waiting> waiting = new TreeMap<>();

  Registrations(
      Cluster cluster, Allocations allocations, Frameworks frameworks, Offers offers, Tasks tasks) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.frameworks = frameworks;
    this.offers = offers;
    this.tasks = tasks;
  }

  void handleRegister(long link, Register request, Instant at) {
    Optional<String> problem = problem(request);
    if (problem.isPresent()) {
      reject(link, problem.get(), false);
      return;
    }
    AgentId id = idFor(request);
    Agent known = cluster.agents.get(id);
    if (known != null && known.state == AgentState.GONE) {
      reject(link, "agent " + id + " was declared gone by an operator", true);
      return;
    }
    AgentInfo info = request.getAgent().toBuilder().setId(id.toProto()).build();
    Waiting older = waiting.put(id, new Waiting(link, request));
    if (older != null && older.link != link) {
      cluster.outbox.add(new MasterEffect.CloseLink(older.link, "the agent opened a newer link"));
    }
    boolean stored =
        known != null
            && known.info.equals(info)
            && known.state != AgentState.UNREACHABLE
            && !known.becomingUnreachable;
    if (stored && older == null) {
      handleAdmitted(info, at);
    } else {
      cluster.registry.write(
          List.of(new RegistryChange.PutAgent(record(info, AgentRecord.State.ADMITTED, at))),
          durableAt -> handleAdmitted(info, durableAt));
    }
  }

  private static Optional<String> problem(Register request) {
    AgentInfo info = request.getAgent();
    if (info.getHostname().isEmpty()) {
      return Optional.of("the agent has no hostname");
    }
    try {
      Resources total = Resources.fromProto(info.getResourcesList());
      List<Holding> holdings = new ArrayList<>();
      Resources held = Resources.EMPTY;
      for (Task task : request.getTasksList()) {
        Resources resources = Resources.fromProto(task.getResourcesList());
        if (!TaskLifecycle.isTerminal(task.getState())) {
          holdings.add(new Holding(FrameworkId.of(task.getFrameworkId()), roleOf(task), resources));
        }
      }
      Optional<String> conflict = Holding.conflict(holdings);
      if (conflict.isPresent()) {
        return conflict;
      }
      for (Holding holding : holdings) {
        held = held.plus(holding.resources());
      }
      return total.contains(held)
          ? Optional.empty()
          : Optional.of(
              "the agent's resources "
                  + total
                  + " do not cover what its running tasks hold: "
                  + held);
    } catch (ResourceException e) {
      return Optional.of("the agent's resources are invalid: " + e.getMessage());
    }
  }

  private AgentId idFor(Register request) {
    if (request.getAgent().hasId() && !request.getAgent().getId().getValue().isEmpty()) {
      return AgentId.of(request.getAgent().getId());
    }
    return admittedProcesses.computeIfAbsent(
        request.getProcessId(), ignored -> cluster.newAgentId());
  }

  private void reject(long link, String reason, boolean permanent) {
    log.warn("An agent is refused: {}", reason);
    cluster.outbox.toAgent(
        link,
        MasterMessage.newBuilder()
            .setRejected(Rejected.newBuilder().setReason(reason).setPermanent(permanent)));
    cluster.outbox.add(new MasterEffect.CloseLink(link, "the agent was refused"));
  }

  void handleLinkClosed(long link) {
    waiting.values().removeIf(request -> request.link == link);
  }

  /** The registry holds the agent as admitted. */
  private void handleAdmitted(AgentInfo info, Instant at) {
    AgentId id = AgentId.of(info.getId());
    Waiting request = waiting.remove(id);
    Agent agent = cluster.agents.get(id);
    if (agent == null) {
      agent = new Agent(info, resources(info.getResourcesList()), AgentState.RECOVERED, at);
      cluster.agents.put(id, agent);
      log.info("Agent {} is admitted with {}", agent, agent.total);
    } else {
      agent.reregisteredAt = Optional.of(at);
    }
    if (request == null) {
      // The link is gone again. The agent asks anew; if it never does, it becomes unreachable.
      watch(agent);
      return;
    }
    AgentInfo newest = request.request.getAgent().toBuilder().setId(id.toProto()).build();
    welcome(agent, newest, request, at);
  }

  private void watch(Agent agent) {
    if (agent.state == AgentState.RECOVERED) {
      cluster.outbox.setTimer(
          new MasterTimer.ReregisterTimeout(agent.id), cluster.settings.agentReregisterTimeout());
    }
  }

  private void welcome(Agent agent, AgentInfo info, Waiting request, Instant at) {
    closeOldLink(agent, request.link);
    offers.rescindAllOf(agent, at);
    allocations.removeAgent(agent);

    agent.info = info;
    agent.total = resources(info.getResourcesList());
    agent.version = request.request.getVersion();
    agent.processId = request.request.getProcessId();
    agent.executors = new ArrayList<>(request.request.getExecutorsList());
    agent.state = AgentState.CONNECTED;
    agent.link = OptionalLong.of(request.link);
    agent.unansweredPings = 0;
    agent.unreachableSince = Optional.empty();
    cluster.links.put(request.link, agent.id);
    cluster.outbox.cancelTimer(new MasterTimer.ReregisterTimeout(agent.id));
    cluster.outbox.setTimer(new MasterTimer.Ping(agent.id), cluster.settings.agentPingTimeout());

    cluster.outbox.toAgent(
        request.link,
        MasterMessage.newBuilder()
            .setRegistered(
                Registered.newBuilder()
                    .setAgentId(agent.id.toProto())
                    .setMasterId(cluster.self.getId())
                    .setSilenceLimitSeconds(cluster.settings.silenceLimit().toNanos() / 1e9)));
    takeOver(agent, request.request, at);
    allocations.addAgent(agent);
    repeatKills(agent);
    cluster.touch(agent);
    log.info("Agent {} is registered, with {} tasks", agent, agent.tasks.size());
  }

  private void closeOldLink(Agent agent, long newLink) {
    agent.link.ifPresent(link -> {
      if (link != newLink) {
        cluster.links.remove(link);
        cluster.outbox.add(new MasterEffect.CloseLink(link, "the agent opened a newer link"));
      }
    });
  }

  // ---- what a returning agent holds ----

  private void takeOver(Agent agent, Register request, Instant at) {
    Map<FrameworkId, FrameworkInfo> reported = new TreeMap<>();
    request.getFrameworksList().forEach(info -> reported.put(FrameworkId.of(info.getId()), info));
    TreeSet<FrameworkId> removed = new TreeSet<>();
    TreeSet<TaskKey> held = new TreeSet<>();
    for (Task task : request.getTasksList()) {
      FrameworkId frameworkId = FrameworkId.of(task.getFrameworkId());
      Framework framework = frameworkOf(frameworkId, reported, at);
      if (framework == null) {
        removed.add(frameworkId);
      }
      held.add(new TaskKey(frameworkId, TaskId.of(task.getTaskId())));
      takeOverTask(agent, framework, task, at);
    }
    dropWhatIsNotHeld(agent, held, at);
    for (FrameworkId id : removed) {
      log.info("Agent {} holds tasks of framework {}, which is gone", agent, id);
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
    return frameworks.recover(info, at);
  }

  private void takeOverTask(Agent agent, @Nullable Framework framework, Task report, Instant at) {
    TaskKey key =
        new TaskKey(FrameworkId.of(report.getFrameworkId()), TaskId.of(report.getTaskId()));
    MasterTask known = agent.tasks.get(key);
    if (known != null) {
      TaskState before = known.state();
      known.replaceDescription(report.toBuilder().setState(before).build());
      tasks.changeState(known, report.getState());
      return;
    }
    MasterTask task =
        MasterTask.reported(report, roleOf(report), resources(report.getResourcesList()));
    if (framework == null) {
      task.released = TaskLifecycle.isTerminal(task.state());
      agent.tasks.put(key, task);
      return;
    }
    boolean wasUnreachable = framework.unreachableTasks.containsKey(task.id);
    tasks.add(framework, agent, task);
    if (wasUnreachable && !TaskLifecycle.isTerminal(task.state())) {
      tasks.tell(
          framework,
          Statuses.about(task, task.state(), at)
              .setReason(TaskStatus.Reason.REASON_AGENT_REREGISTERED)
              .setMessage("Agent " + agent + " is back")
              .build());
    }
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
      if (!held.contains(task.key())) {
        dropMissing(agent, task, at);
      }
    }
    // What the agent holds of these has been taken over before; the rest did not survive.
    for (Framework framework : cluster.frameworks.values()) {
      for (MasterTask task : new ArrayList<>(framework.unreachableTasks.values())) {
        if (task.agent.equals(agent.id)) {
          dropMissing(agent, task, at);
        }
      }
    }
  }

  private void dropMissing(Agent agent, MasterTask task, Instant at) {
    if (TaskLifecycle.isTerminal(task.state())) {
      tasks.forget(task);
      return;
    }
    tasks.end(
        task,
        Statuses.about(task, TaskState.TASK_DROPPED, at)
            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
            .setMessage("Agent " + agent + " came back without this task"));
  }

  private void repeatKills(Agent agent) {
    List<TaskKey> done = new ArrayList<>(agent.killsToRepeat.keySet());
    for (TaskKey key : done) {
      var kill = agent.killsToRepeat.remove(key);
      if (kill != null && agent.tasks.containsKey(key)) {
        agent.link.ifPresent(
            link -> cluster.outbox.toAgent(link, MasterMessage.newBuilder().setKillTask(kill)));
      }
    }
  }

  /** An agent that the registry knows, when a new leader takes over. */
  void recover(AgentRecord record, Instant at) {
    AgentInfo info = record.getInfo();
    AgentState state =
        switch (record.getState()) {
          case UNREACHABLE -> AgentState.UNREACHABLE;
          case GONE -> AgentState.GONE;
          case ADMITTED -> AgentState.RECOVERED;
        };
    Agent agent = new Agent(info, resources(info.getResourcesList()), state, at);
    if (state == AgentState.UNREACHABLE) {
      agent.unreachableSince = Optional.of(Times.instant(record.getSince()));
    }
    cluster.agents.put(agent.id, agent);
    cluster.touch(agent);
    watch(agent);
  }

  private static Resources resources(List<Resource> validated) {
    try {
      return Resources.fromProto(validated);
    } catch (ResourceException e) {
      throw new IllegalStateException("resources that were validated: " + e.getMessage(), e);
    }
  }

  static AgentRecord record(AgentInfo info, AgentRecord.State state, Instant at) {
    return AgentRecord.newBuilder().setInfo(info).setState(state).setSince(Times.info(at)).build();
  }
}
