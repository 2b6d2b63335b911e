package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the registry holds, or will hold once every write that was ordered has come back.
 *
 * <p>A record is written whole. Whoever changes a part of it begins with the record from here, so
 * that two writes under way do not undo each other; they become durable in their order, and if one
 * fails the term is over.
 */
final class Records {

  private final RegistryWrites registry;
  private final TreeMap<AgentId, AgentRecord> agents = new TreeMap<>();
  private final TreeMap<FrameworkId, FrameworkRecord> frameworks = new TreeMap<>();

  /** Writes of this agent's record that have not come back. */
  private final TreeMap<AgentId, Integer> pending = new TreeMap<>();

  Records(RegistryWrites registry) {
    this.registry = registry;
  }

  // ---- agents ----

  Optional<AgentRecord> agent(AgentId id) {
    return Optional.ofNullable(agents.get(id));
  }

  /** The record of an agent that has been admitted. */
  AgentRecord agentOrThrow(Agent agent) {
    return agent(agent.id)
        .orElseThrow(() -> new IllegalStateException("agent " + agent + " has no record"));
  }

  boolean isBeingWritten(AgentId id) {
    return pending.containsKey(id);
  }

  void recover(AgentRecord record) {
    agents.put(AgentId.of(record.getInfo().getId()), record);
  }

  void put(AgentRecord record, RegistryWrites.WhenDurable then) {
    AgentId id = AgentId.of(record.getInfo().getId());
    agents.put(id, record);
    pending.merge(id, 1, Integer::sum);
    registry.write(
        List.of(new RegistryChange.PutAgent(record)),
        at -> {
          pending.computeIfPresent(id, (unused, count) -> count == 1 ? null : count - 1);
          then.run(at);
        });
  }

  void deleteAgents(List<AgentId> ids, RegistryWrites.WhenDurable then) {
    List<RegistryChange> changes = new ArrayList<>();
    for (AgentId id : ids) {
      agents.remove(id);
      changes.add(new RegistryChange.DeleteAgent(id.value()));
    }
    registry.write(changes, then);
  }

  // ---- frameworks ----

  /** The record of a framework that is neither completed nor about to be. */
  Optional<FrameworkRecord> activeFramework(FrameworkId id) {
    return Optional.ofNullable(frameworks.get(id))
        .filter(record -> record.getState() == FrameworkRecord.State.ACTIVE);
  }

  /** Completed, or the write that says so is under way. */
  boolean isCompleted(FrameworkId id) {
    FrameworkRecord record = frameworks.get(id);
    return record != null && record.getState() == FrameworkRecord.State.COMPLETED;
  }

  void recover(FrameworkRecord record) {
    frameworks.put(FrameworkId.of(record.getInfo().getId()), record);
  }

  void put(FrameworkRecord record, RegistryWrites.WhenDurable then) {
    frameworks.put(FrameworkId.of(record.getInfo().getId()), record);
    registry.write(List.of(new RegistryChange.PutFramework(record)), then);
  }

  void deleteFramework(FrameworkId id) {
    frameworks.remove(id);
    registry.write(List.of(new RegistryChange.DeleteFramework(id.value())), unused -> {});
  }

  /** When all that was ordered so far is durable. */
  void whenDurable(RegistryWrites.WhenDurable then) {
    registry.write(List.of(), then);
  }
}
