package io.meseta.agent.core;

/** What all slices of the core share. */
record CoreContext(
    Turn turn,
    Counters counters,
    JournalWriter journal,
    AgentIdentity identity,
    Statuses statuses) {

  void order(AgentEffect effect) {
    turn.order(effect);
  }

  void count(AgentCounter counter) {
    counters.count(counter);
  }
}
