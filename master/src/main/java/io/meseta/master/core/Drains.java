package io.meseta.master.core;

import io.meseta.api.link.v1.Drain;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.StopDraining;
import io.meseta.api.v1.DrainConfig;
import io.meseta.api.v1.DrainInfo;
import io.meseta.api.v1.DrainState;
import io.meseta.common.ids.AgentId;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agents that are to get no new tasks: deactivated ones, whose tasks run on, and those that are
 * drained, whose tasks are ended.
 *
 * <p>Nothing is done before the registry holds it, and all of it outlives a change of leader. An
 * agent that is away is told when it comes back. Draining is over when the agent is there, has no
 * task, and each end has been acknowledged; it can be given up at any time before (what is being
 * ended then goes on to its end).
 */
final class Drains {

  private static final Logger log = LoggerFactory.getLogger(Drains.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final GoneAgents goneAgents;

  Drains(Cluster cluster, Allocations allocations, Offers offers, GoneAgents goneAgents) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.goneAgents = goneAgents;
  }

  // ---- what operators ask for ----

  void drain(Agent agent, DrainConfig config, Instant at, RegistryWrites.WhenDurable then) {
    AgentRecord record =
        cluster.records.agentOrThrow(agent).toBuilder()
            .setDrainInfo(DrainInfo.newBuilder().setState(DrainState.DRAINING).setConfig(config))
            .setDrainSince(Times.info(at))
            .setDeactivated(true)
            .build();
    cluster.records.put(
        record,
        durableAt -> {
          begin(agent, config, at, durableAt);
          then.run(durableAt);
        });
  }

  private void begin(Agent agent, DrainConfig config, Instant since, Instant at) {
    if (agent.state() == AgentState.GONE) {
      return;
    }
    log.info("Agent {} is drained, with {} tasks to be ended", agent, agent.tasks.size());
    agent.drainTo(DrainStage.DRAINING, cluster.transitions());
    agent.drainConfig = config;
    agent.drainSince = Optional.of(since);
    takeOutOfService(agent, at);
    agent.link.ifPresent(
        link -> cluster.outbox.toAgent(link, MasterMessage.newBuilder().setDrain(order(config))));
    cluster.maybeDrained.add(agent.id);
  }

  /** What the agent is told. */
  static Drain order(DrainConfig config) {
    Drain.Builder order = Drain.newBuilder().setMarkGone(config.getMarkGone());
    if (config.hasMaxGracePeriod()) {
      order.setMaxGracePeriod(config.getMaxGracePeriod());
    }
    return order.build();
  }

  void deactivate(Agent agent, RegistryWrites.WhenDurable then) {
    cluster.records.put(
        cluster.records.agentOrThrow(agent).toBuilder().setDeactivated(true).build(),
        durableAt -> {
          takeOutOfService(agent, durableAt);
          then.run(durableAt);
        });
  }

  private void takeOutOfService(Agent agent, Instant at) {
    agent.deactivated = true;
    allocations.deactivateAgent(agent);
    offers.rescindAllOf(agent, at);
    cluster.touch(agent);
  }

  /** Ends deactivation and draining, however far that is. */
  void reactivate(Agent agent, RegistryWrites.WhenDurable then) {
    AgentRecord record =
        cluster.records.agentOrThrow(agent).toBuilder()
            .clearDrainInfo()
            .clearDrainSince()
            .clearDeactivated()
            .build();
    cluster.records.put(
        record,
        durableAt -> {
          putBackIntoService(agent);
          then.run(durableAt);
        });
  }

  private void putBackIntoService(Agent agent) {
    if (agent.drain() != DrainStage.NONE) {
      agent.drainTo(DrainStage.NONE, cluster.transitions());
      agent.link.ifPresent(link ->
          cluster.outbox.toAgent(
              link, MasterMessage.newBuilder().setStopDraining(StopDraining.getDefaultInstance())));
    }
    agent.drainConfig = DrainConfig.getDefaultInstance();
    agent.drainSince = Optional.empty();
    agent.deactivated = false;
    allocations.activateAgent(agent);
    cluster.touch(agent);
  }

  // ---- the end of a draining ----

  /** Called after each event: looks at the agents that lost their last task in it. */
  void maybeFinish(Instant at) {
    if (cluster.maybeDrained.isEmpty()) {
      return;
    }
    List<AgentId> candidates = new ArrayList<>(cluster.maybeDrained);
    cluster.maybeDrained.clear();
    for (AgentId id : candidates) {
      Agent agent = cluster.agents.get(id);
      if (agent != null && isDone(agent)) {
        finish(agent, at);
      }
    }
  }

  private boolean isDone(Agent agent) {
    if (!agent.isConnected()
        || !agent.tasks.isEmpty()
        || !agent.executors.isEmpty()
        || agent.drain() != DrainStage.DRAINING) {
      return false;
    }
    // What an operator has asked for meanwhile is in the record already.
    AgentRecord record = cluster.records.agentOrThrow(agent);
    return record.getState() == AgentRecord.State.ADMITTED
        && record.getDrainInfo().getState() == DrainState.DRAINING;
  }

  private void finish(Agent agent, Instant at) {
    AgentRecord record = cluster.records.agentOrThrow(agent);
    DrainInfo info = record.getDrainInfo();
    if (info.getConfig().getMarkGone()) {
      log.info("Agent {} is drained", agent);
      goneAgents.declare(agent, at, unused -> {});
      return;
    }
    cluster.records.put(
        record.toBuilder().setDrainInfo(info.toBuilder().setState(DrainState.DRAINED)).build(),
        unused -> becomeDrained(agent));
  }

  private void becomeDrained(Agent agent) {
    if (agent.drain() == DrainStage.DRAINING && agent.state() != AgentState.GONE) {
      log.info("Agent {} is drained", agent);
      agent.drainTo(DrainStage.DRAINED, cluster.transitions());
      cluster.touch(agent);
    }
  }
}
