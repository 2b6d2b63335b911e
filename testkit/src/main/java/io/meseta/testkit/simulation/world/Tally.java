package io.meseta.testkit.simulation.world;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what happened, by name. */
public final class Tally {
  private final TreeMap<String, Long> counts = new TreeMap<>();

  /** One more of these. */
  public void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  /** So many more of these. */
  public void add(String what, long number) {
    counts.merge(what, number, Long::sum);
  }

  /** How many of these there were. */
  public long of(String what) {
    return counts.getOrDefault(what, 0L);
  }

  /** All, by name. */
  public SortedMap<String, Long> all() {
    return Collections.unmodifiableSortedMap(counts);
  }
}
