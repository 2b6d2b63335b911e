package io.meseta.agent.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The event at hand: its time, and the effects ordered so far. Shared by all slices of a core. */
final class Turn {

  private Instant now = Instant.EPOCH;
  private List<AgentEffect> effects = new ArrayList<>();

  void begin(Instant at) {
    now = at;
    effects = new ArrayList<>();
  }

  /** The time of the event at hand. */
  Instant now() {
    return now;
  }

  void order(AgentEffect effect) {
    effects.add(effect);
  }

  List<AgentEffect> effects() {
    return List.copyOf(effects);
  }
}
