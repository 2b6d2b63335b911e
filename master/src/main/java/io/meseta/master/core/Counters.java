package io.meseta.master.core;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How often something happened since this core was made, over all its terms. */
final class Counters {

  private final Map<MasterCounter, Long> counts = new EnumMap<>(MasterCounter.class);

  Counters() {
    for (MasterCounter counter : MasterCounter.values()) {
      counts.put(counter, 0L);
    }
  }

  void count(MasterCounter counter) {
    counts.merge(counter, 1L, Long::sum);
  }

  Map<MasterCounter, Long> snapshot() {
    return Collections.unmodifiableMap(new EnumMap<>(counts));
  }
}
