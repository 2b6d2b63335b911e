package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.Registered;
import io.meseta.api.link.v1.Rejected;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.DrainState;
import io.meseta.api.v1.Task;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.ResourceException;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.validation.RegistrationValidation;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How agents come in, and come back.
 *
 * <p>Nobody is welcomed before the registry says that the agent is admitted. What a returning agent
 * holds is compared with what the master knows in {@link AgentHoldings}.
 */
final class Registrations {

  private static final Logger log = LoggerFactory.getLogger(Registrations.class);

  /** A request to be let in that waits for the registry. */
  private record Waiting(long link, Register request, Reported reported) {}

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final AgentHoldings holdings;
  private final Maintenance maintenance;
  private final Executors executors;

  /** New agents by process: one that lost its link before the welcome keeps the id it was given. */
  private final TreeMap<String, AgentId> admittedProcesses = new TreeMap<>();

  private final TreeMap<AgentId, Waiting> waiting = new TreeMap<>();

  /** Who waits on a link; the other way round. */
  private final TreeMap<Long, AgentId> waitingLinks = new TreeMap<>();

  Registrations(
      Cluster cluster,
      Allocations allocations,
      Offers offers,
      AgentHoldings holdings,
      Maintenance maintenance,
      Executors executors) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.holdings = holdings;
    this.maintenance = maintenance;
    this.executors = executors;
  }

  void handleRegister(long link, Register request, Instant at) {
    Reported reported;
    try {
      reported = Reported.read(request);
    } catch (ResourceException e) {
      reject(link, "the agent's resources are invalid: " + e.getMessage(), false);
      return;
    }
    Optional<String> problem = problem(request).or(reported::problem);
    if (problem.isPresent()) {
      reject(link, problem.get(), false);
      return;
    }
    AgentId id = idFor(request);
    if (isOfAnother(link, id)) {
      cluster.count(MasterCounter.REFUSED_LINKS);
      reject(link, "another agent has registered on the same link", false);
      return;
    }
    if (isGone(id)) {
      refuseGone(link, id);
      return;
    }
    Optional<String> away = maintenance.refusal(request.getAgent().getHostname(), ip(request));
    if (away.isPresent()) {
      reject(link, away.get(), false);
      return;
    }
    AgentInfo info = request.getAgent().toBuilder().setId(id.toProto()).build();
    Waiting older = waiting.put(id, new Waiting(link, request, reported));
    waitingLinks.put(link, id);
    if (older != null && older.link != link) {
      waitingLinks.remove(older.link);
    }
    if (older != null && older.link != link) {
      cluster.outbox.add(new MasterEffect.CloseLink(older.link, "the agent opened a newer link"));
    }
    if (isStored(info)) {
      handleAdmitted(info, at);
    } else {
      cluster.records.put(admitted(info, at), durableAt -> handleAdmitted(info, durableAt));
    }
  }

  /** A link belongs to the agent that registered on it first, until it ends. */
  private boolean isOfAnother(long link, AgentId id) {
    AgentId owner = cluster.links.get(link);
    AgentId candidate = waitingLinks.get(link);
    return (owner != null && !owner.equals(id)) || (candidate != null && !candidate.equals(id));
  }

  private boolean isGone(AgentId id) {
    return cluster
        .records
        .agent(id)
        .filter(record -> record.getState() == AgentRecord.State.GONE)
        .isPresent();
  }

  private void refuseGone(long link, AgentId id) {
    Agent agent = cluster.agents.get(id);
    if (agent != null && agent.state() == AgentState.GONE) {
      reject(link, "agent " + id + " was declared gone by an operator", true);
    } else {
      // Not durable yet, so not yet to be believed: the agent asks again and is told then.
      reject(link, "agent " + id + " is being declared gone by an operator", false);
    }
  }

  /** The registry holds the agent just so, and nothing else about it is on the way there. */
  private boolean isStored(AgentInfo info) {
    AgentId id = AgentId.of(info.getId());
    Agent known = cluster.agents.get(id);
    return known != null
        && known.state() != AgentState.UNREACHABLE
        && !cluster.records.isBeingWritten(id)
        && cluster
            .records
            .agent(id)
            .filter(record -> record.getState() == AgentRecord.State.ADMITTED)
            .filter(record -> record.getInfo().equals(info))
            .isPresent();
  }

  /** What an operator has said of the agent stays as it is. */
  private AgentRecord admitted(AgentInfo info, Instant at) {
    AgentRecord.Builder record =
        cluster
            .records
            .agent(AgentId.of(info.getId()))
            .map(AgentRecord::toBuilder)
            .orElseGet(AgentRecord::newBuilder);
    return record
        .setInfo(info)
        .setState(AgentRecord.State.ADMITTED)
        .setSince(Times.info(at))
        .build();
  }

  private Optional<String> problem(Register request) {
    AgentInfo info = request.getAgent();
    Optional<String> invalid = RegistrationValidation.invalidReason(request);
    if (invalid.isPresent()) {
      return invalid;
    }
    if (info.hasDomain() && !cluster.self.hasDomain()) {
      // Whether it is far away cannot be told, nor who may use it.
      return Optional.of(
          "the agent has a domain and the master has none: start all masters with --domain");
    }
    return taskProblem(request);
  }

  private static Optional<String> taskProblem(Register request) {
    for (Task task : request.getTasksList()) {
      if (!task.getAgentId().equals(request.getAgent().getId())) {
        return Optional.of(
            "the agent reports the task "
                + task.getTaskId().getValue()
                + " of agent "
                + task.getAgentId().getValue());
      }
      if (!TaskLifecycle.isReportable(task.getState())) {
        return Optional.of(
            "the agent reports its task "
                + task.getTaskId().getValue()
                + " as "
                + task.getState()
                + ", which is not an agent's to say");
      }
    }
    return Optional.empty();
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

  /** The agent is forgotten; should its process come back, it is a new one. */
  void forget(AgentId id) {
    admittedProcesses.values().remove(id);
  }

  void handleLinkClosed(long link) {
    AgentId id = waitingLinks.remove(link);
    if (id != null) {
      waiting.remove(id);
    }
  }

  /** The registry holds the agent as admitted. */
  private void handleAdmitted(AgentInfo info, Instant at) {
    AgentId id = AgentId.of(info.getId());
    Waiting request = waiting.remove(id);
    if (request != null) {
      waitingLinks.remove(request.link);
    }
    Agent agent = cluster.agents.get(id);
    if (agent == null) {
      agent =
          new Agent(
              info, AgentHoldings.resources(info.getResourcesList()), AgentState.RECOVERED, at);
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

  private static String ip(Register request) {
    return request.hasIp() ? request.getIp() : request.getAgent().getHostname();
  }

  private void watch(Agent agent) {
    if (agent.state() == AgentState.RECOVERED) {
      cluster.outbox.setTimer(
          new MasterTimer.ReregisterTimeout(agent.id), cluster.settings.agentReregisterTimeout());
    }
  }

  private void welcome(Agent agent, AgentInfo info, Waiting request, Instant at) {
    closeOldLink(agent, request.link);
    offers.rescindAllOf(agent, at);
    allocations.removeAgent(agent);

    agent.info = info;
    agent.total = request.reported.total();
    agent.version = request.request.getVersion();
    agent.ip = ip(request.request);
    agent.https = request.request.getHttps();
    agent.degraded = Agents.degraded(request.request.getCondition());
    agent.processId = request.request.getProcessId();
    executors.takeOver(agent, request.reported.executors());
    agent.become(AgentState.CONNECTED, cluster.transitions());
    agent.link = OptionalLong.of(request.link);
    agent.unansweredPings = 0;
    agent.unreachableSince = Optional.empty();
    cluster.links.put(request.link, agent.id);
    cluster.outbox.cancelTimer(new MasterTimer.ReregisterTimeout(agent.id));
    cluster.awaited.settle(agent.id);
    cluster.outbox.setTimer(new MasterTimer.Ping(agent.id), cluster.settings.agentPingTimeout());

    cluster.outbox.toAgent(
        request.link, MasterMessage.newBuilder().setRegistered(registered(agent)));
    holdings.takeOver(agent, request.request, request.reported.tasks(), at);
    maintenance.look(agent, at);
    allocations.addAgent(agent);
    holdings.repeatKills(agent);
    cluster.touch(agent);
    cluster.maybeDrained.add(agent.id);
    log.info("Agent {} is registered, with {} tasks", agent, agent.tasks.size());
  }

  private Registered registered(Agent agent) {
    Registered.Builder welcome =
        Registered.newBuilder()
            .setAgentId(agent.id.toProto())
            .setMasterId(cluster.self.getId())
            .setSilenceLimitSeconds(cluster.settings.silenceLimit().toNanos() / 1e9);
    if (agent.drain() != DrainStage.NONE) {
      welcome.setDrain(Drains.order(agent.drainConfig));
    }
    return welcome.build();
  }

  private void closeOldLink(Agent agent, long newLink) {
    agent.link.ifPresent(link -> {
      if (link != newLink) {
        cluster.links.remove(link);
        cluster.outbox.add(new MasterEffect.CloseLink(link, "the agent opened a newer link"));
      }
    });
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
    Agent agent = new Agent(info, AgentHoldings.resources(info.getResourcesList()), state, at);
    Optional<Instant> since = Optional.of(Times.instant(record.getSince()));
    if (state == AgentState.UNREACHABLE) {
      agent.unreachableSince = since;
    } else if (state == AgentState.GONE) {
      agent.goneSince = since;
    }
    recoverService(agent, record);
    cluster.records.recover(record);
    cluster.agents.put(agent.id, agent);
    cluster.touch(agent);
    if (state == AgentState.RECOVERED) {
      cluster.awaited.add(agent.id);
    }
    watch(agent);
  }

  private static void recoverService(Agent agent, AgentRecord record) {
    agent.deactivated = record.getDeactivated() || record.hasDrainInfo();
    if (record.hasDrainInfo()) {
      agent.recoverDrain(
          record.getDrainInfo().getState() == DrainState.DRAINED
              ? DrainStage.DRAINED
              : DrainStage.DRAINING);
      agent.drainConfig = record.getDrainInfo().getConfig();
      agent.drainSince = Optional.of(Times.instant(record.getDrainSince()));
    }
  }
}
