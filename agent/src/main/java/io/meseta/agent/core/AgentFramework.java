package io.meseta.agent.core;

import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.ids.FrameworkId;

/** A framework that has something on this agent. */
final class AgentFramework {

  private final FrameworkId id;
  private FrameworkInfo info;
  private boolean shutDown;

  /** Tasks and executors. */
  private int holdings;

  AgentFramework(FrameworkId id, FrameworkInfo info) {
    this.id = id;
    this.info = info;
  }

  AgentFramework(FrameworkRecord record) {
    this(FrameworkId.of(record.getInfo().getId()), record.getInfo());
    this.shutDown = record.getShutDown();
  }

  FrameworkRecord toRecord() {
    return FrameworkRecord.newBuilder().setInfo(info).setShutDown(shutDown).build();
  }

  FrameworkId id() {
    return id;
  }

  FrameworkInfo info() {
    return info;
  }

  void info(FrameworkInfo next) {
    info = next;
  }

  /** Whether the framework wants to be told that a kill is under way. */
  boolean wantsKillingState() {
    return can(FrameworkInfo.Capability.Type.TASK_KILLING_STATE);
  }

  /** Whether the framework knows the states of lost agents. */
  boolean isPartitionAware() {
    return can(FrameworkInfo.Capability.Type.PARTITION_AWARE);
  }

  private boolean can(FrameworkInfo.Capability.Type capability) {
    return info.getCapabilitiesList().stream().anyMatch(c -> c.getType() == capability);
  }

  /** The master ended it: nobody is left to hear of its tasks. */
  boolean isShutDown() {
    return shutDown;
  }

  void shutDown() {
    shutDown = true;
  }

  void holdsOneMore() {
    holdings++;
  }

  void holdsOneLess() {
    holdings--;
  }

  boolean holdsAnything() {
    return holdings > 0;
  }
}
