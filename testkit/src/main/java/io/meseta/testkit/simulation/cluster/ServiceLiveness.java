package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.v1.DrainState;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.testkit.simulation.check.FrameworkRecordChecks;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the leader, its registry, the agents and the frameworks agree on what operators and
 * authors have said, in words where they do not.
 */
final class ServiceLiveness {
  private final World world;
  private final Hosts hosts;
  private final Operator operator;

  ServiceLiveness(World world, Hosts hosts, Operator operator) {
    this.world = world;
    this.hosts = hosts;
    this.operator = operator;
  }

  // ---- agents ----

  /** An agent that is registered: how it is taken for, and how it takes itself. */
  void checkAgent(
      AgentHost agent,
      io.meseta.agent.core.AgentView own,
      MasterHost leader,
      List<String> pending) {
    AgentId id = AgentId.of(own.agent().getId());
    AgentView pictured = leader.view().agents().get(id);
    if (pictured == null) {
      pending.add(leader + " does not show " + agent + ", agent " + id);
      return;
    }
    AgentRecord record = record(id);
    boolean draining = isDraining(record);
    if (draining) {
      pending.add(
          agent
              + ", agent "
              + id
              + ", is being drained and has "
              + own.tasks().size()
              + " tasks left");
    }
    if (pictured.deactivated() != record.getDeactivated()
        || pictured.draining().isPresent() != record.hasDrainInfo()) {
      pending.add(leader + " has forgotten what operators said of " + agent + ", agent " + id);
    }
    if (own.draining() != record.hasDrainInfo()) {
      pending.add(
          agent
              + " takes itself for "
              + (own.draining() ? "" : "not ")
              + "being drained, and "
              + leader
              + " does not");
    }
    if (leader.grantsFrom(id) == record.getDeactivated()) {
      pending.add(
          leader
              + (record.getDeactivated() ? " still" : " no longer")
              + " offers what is free on agent "
              + id);
    }
    if (!pictured.info().equals(own.agent()) || !record.getInfo().equals(own.agent())) {
      pending.add(leader + " has " + agent + ", agent " + id + ", with another configuration");
    }
  }

  private static boolean isDraining(AgentRecord record) {
    return record.getState() != AgentRecord.State.GONE
        && record.hasDrainInfo()
        && record.getDrainInfo().getState() == DrainState.DRAINING;
  }

  private AgentRecord record(AgentId id) {
    ByteString bytes = world.coordination().store().get("agents/" + id);
    try {
      return bytes == null ? AgentRecord.getDefaultInstance() : AgentRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("the registry holds a record that cannot be read", e);
    }
  }

  // ---- frameworks ----

  /** A framework that is connected is what its process has said last. */
  void checkFramework(
      FrameworkOwner framework, FrameworkHost host, MasterView view, List<String> pending) {
    if (host.author().filter(Author::isDescribing).isPresent()) {
      pending.add(framework.plan().name() + " waits for its new description to be taken");
      return;
    }
    FrameworkId id = new FrameworkId(host.connectedAs());
    FrameworkInfo own =
        FrameworkRecordChecks.plain(host.info().toBuilder().setId(id.toProto()).build());
    FrameworkView pictured = view.frameworks().get(id);
    if (pictured == null || !FrameworkRecordChecks.plain(pictured.info()).equals(own)) {
      pending.add("the master takes " + framework.plan().name() + " for what it is no more");
    }
    if (!stored(id).equals(Optional.of(own))) {
      pending.add("the registry has another description of " + framework.plan().name());
    }
  }

  private Optional<FrameworkInfo> stored(FrameworkId id) {
    ByteString bytes = world.coordination().store().get("frameworks/" + id);
    try {
      return bytes == null
          ? Optional.empty()
          : Optional.of(FrameworkRecordChecks.plain(FrameworkRecord.parseFrom(bytes).getInfo()));
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("the registry holds a record that cannot be read", e);
    }
  }

  // ---- the operator ----

  /** Agents that are not back in service, and orders that nobody has answered. */
  List<String> outOfService() {
    List<String> pending = new ArrayList<>(operator.unanswered());
    for (AgentHost agent : hosts.agents) {
      String id = agent.checks().agentId();
      if (id.isEmpty() || record(new AgentId(id)).getDeactivated()) {
        pending.add(agent + ", agent " + id + ", is not in service again");
      }
    }
    return pending;
  }
}
