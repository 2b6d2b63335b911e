package io.meseta.agent.core;

import io.meseta.common.runtime.TransitionListener;

/** What all slices of the core share. */
record CoreContext(
    Turn turn,
    Counters counters,
    JournalWriter journal,
    AgentIdentity identity,
    Statuses statuses,
    TransitionListener transitions) {

  void order(AgentEffect effect) {
    turn.order(effect);
  }

  void count(AgentCounter counter) {
    counters.count(counter);
  }
}
