package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import java.util.TreeMap;

/** What all agents have together: what shares are measured against. */
final class ClusterTotals {
  private final TreeMap<String, Long> milli = new TreeMap<>();
  private long version;

  void add(Quantities quantities) {
    quantities.asMap().forEach((name, amount) -> milli.merge(name, amount, Math::addExact));
    version++;
  }

  void subtract(Quantities quantities) {
    quantities
        .asMap()
        .forEach((name, amount) ->
            milli.merge(name, -amount, (was, less) -> was + less == 0 ? null : was + less));
    version++;
  }

  long get(String name) {
    return milli.getOrDefault(name, 0L);
  }

  Quantities asQuantities() {
    return Quantities.ofMilli(milli);
  }

  /** Another number each time that something has changed, and with it every share. */
  long version() {
    return version;
  }
}
