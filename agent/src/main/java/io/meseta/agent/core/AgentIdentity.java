package io.meseta.agent.core;

import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.OperationRecord;
import io.meseta.agent.journal.v1.VolumeRecord;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Resource;
import io.meseta.common.ids.AgentId;
import java.util.List;
import java.util.Optional;

/** Who this agent is: what it was configured to be, with the id that a master gave. */
final class AgentIdentity {

  private final JournalWriter journal;
  private AgentInfo info;
  private String bootId = "";
  private String runId = "";
  private boolean durable = true;
  private List<Resource> remembered = List.of();
  private List<OperationRecord> operations = List.of();
  private List<VolumeRecord> volumes = List.of();

  AgentIdentity(AgentInfo configured, JournalWriter journal) {
    this.info = configured;
    this.journal = journal;
  }

  void begin(String run, String boot) {
    runId = run;
    bootId = boot;
  }

  /**
   * Takes the id from the journal. All else is as configured now: an agent may come back with other
   * resources or attributes and stays the same agent.
   */
  void recover(AgentRecord record) {
    info = info.toBuilder().setId(record.getInfo().getId()).build();
    remembered = record.getRememberedResourcesList();
    operations = record.getOperationsList();
    volumes = record.getVolumesList();
    AgentRecord current = toRecord();
    if (!current.equals(record)) {
      journal.save(current);
    }
  }

  /** Takes the id that the master gave to a new agent. */
  void assign(AgentId id) {
    info = info.toBuilder().setId(id.toProto()).build();
    durable = false;
    journal.save(toRecord());
    journal.whenDurable(() -> durable = true);
  }

  /** Takes another configuration; the id stays. Written down once there is an id. */
  void configure(AgentInfo configured) {
    info = configured;
    if (info.hasId()) {
      journal.save(toRecord());
    }
  }

  /** Writes down, with who the agent is, what operations have made of its resources. */
  void keep(
      List<Resource> nowRemembered,
      List<OperationRecord> unacknowledged,
      List<VolumeRecord> origins) {
    remembered = nowRemembered;
    operations = unacknowledged;
    volumes = origins;
    journal.save(toRecord());
  }

  private AgentRecord toRecord() {
    return AgentRecord.newBuilder()
        .setInfo(info)
        .setBootId(bootId)
        .addAllRememberedResources(remembered)
        .addAllOperations(operations)
        .addAllVolumes(volumes)
        .build();
  }

  /**
   * True while an id is given and not yet written down. Introducing oneself must wait then: with
   * the id, a crash would lose what was promised under it; without, a second id would be given.
   */
  boolean isBeingWritten() {
    return !durable;
  }

  Optional<AgentId> id() {
    return info.hasId() ? Optional.of(AgentId.of(info.getId())) : Optional.empty();
  }

  AgentId idOrThrow() {
    return id().orElseThrow(() -> new IllegalStateException("The agent has no id yet"));
  }

  AgentInfo info() {
    return info;
  }

  /** Unique per process. */
  String runId() {
    return runId;
  }
}
