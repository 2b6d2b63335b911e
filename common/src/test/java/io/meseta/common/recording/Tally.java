package io.meseta.common.recording;

import io.meseta.common.runtime.StateMachine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A core for tests: counts words, and orders to print how often each has come. */
final class Tally implements StateMachine<Tally.Heard, Tally.Print> {

  record Heard(Instant at, String word) {}

  record Print(String line) {}

  private final TreeMap<String, Integer> counts = new TreeMap<>();

  @Override
  public List<Print> handle(Heard event) {
    if (event.word().equals("boom")) {
      throw new IllegalStateException("a word that must not be said");
    }
    counts.merge(event.word(), 1, Integer::sum);
    List<Print> effects = new ArrayList<>();
    counts.forEach((word, count) -> effects.add(new Print(word + " " + count)));
    return effects;
  }

  int count(String word) {
    return counts.getOrDefault(word, 0);
  }

  /** As if something had happened that no event tells. */
  void meddle(String word) {
    counts.merge(word, 1, Integer::sum);
  }
}
