package io.meseta.agent.core;

import io.meseta.api.link.v1.AgentCondition;
import io.meseta.api.link.v1.AgentMessage;
import java.util.Optional;

/**
 * Whether the agent misses something that it needs for new tasks: its container engine, or its
 * journal. The master is told of each change, and offers nothing of a degraded agent; what runs is
 * not concerned.
 */
final class Condition {

  private final JournalWriter journal;
  private final MasterLink link;
  private Optional<String> engineFailure = Optional.empty();
  private Optional<String> told = Optional.empty();

  Condition(JournalWriter journal, MasterLink link) {
    this.journal = journal;
    this.link = link;
  }

  void engineAnswers() {
    engineFailure = Optional.empty();
  }

  void engineFails(String reason) {
    engineFailure = Optional.of(reason);
  }

  /** Why the container engine does not answer, while it does not. */
  Optional<String> engineFailure() {
    return engineFailure;
  }

  /** As a registration has it. What changes after it is told on its own. */
  AgentCondition register() {
    told = reason();
    return message(told);
  }

  /** Called after each event. */
  void maybeTell() {
    Optional<String> now = reason();
    if (!now.equals(told) && link.isRegistered()) {
      told = now;
      link.send(AgentMessage.newBuilder().setCondition(message(now)).build());
    }
  }

  private Optional<String> reason() {
    Optional<String> journalFailure =
        journal.failure().map(why -> "its journal cannot be written: " + why);
    return journalFailure.or(
        () -> engineFailure.map(why -> "its container engine does not answer: " + why));
  }

  private static AgentCondition message(Optional<String> degraded) {
    AgentCondition.Builder condition = AgentCondition.newBuilder();
    degraded.ifPresent(condition::setDegraded);
    return condition.build();
  }
}
