package io.meseta.agent.core;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How often something happened since the start of this run. */
final class Counters {

  private final Map<AgentCounter, Long> counts = new EnumMap<>(AgentCounter.class);

  Counters() {
    for (AgentCounter counter : AgentCounter.values()) {
      counts.put(counter, 0L);
    }
  }

  void count(AgentCounter counter) {
    counts.merge(counter, 1L, Long::sum);
  }

  Map<AgentCounter, Long> snapshot() {
    return Collections.unmodifiableMap(new EnumMap<>(counts));
  }
}
