package io.meseta.testkit.simulation;

import io.meseta.testkit.simulation.cluster.History;
import io.meseta.testkit.simulation.cluster.Transitions;
import io.meseta.testkit.simulation.world.Trace;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of one simulated history.
 *
 * @param steps events that the cores handled
 * @param simulated time that passed, both phases together
 * @param counts what happened how often, by name
 * @param traceHash over all events and effects in order
 * @param failure what broke, if anything did
 */
public record SimulationReport(
    long seed,
    long steps,
    Duration simulated,
    SortedMap<String, Long> counts,
    long traceHash,
    Optional<History.Failure> failure) {

  /** Whether nothing broke. */
  public boolean isClean() {
    return failure.isEmpty();
  }

  /** How often this happened. */
  public long count(String what) {
    return counts.getOrDefault(what, 0L);
  }

  /**
   * Which steps of the cores' lifecycles were taken, and how often, by the names of {@link
   * Transitions}.
   */
  public SortedMap<String, Long> transitions() {
    TreeMap<String, Long> taken = new TreeMap<>(counts);
    taken.keySet().removeIf(name -> !Transitions.isStep(name));
    return taken;
  }

  /** The failure for people, several lines; empty when there is none. */
  public String describeFailure() {
    return failure
        .map(f ->
            "seed "
                + seed
                + " fails at step "
                + f.step()
                + ", simulated time "
                + Trace.time(f.atNs())
                + ": "
                + f.message()
                + "\n  "
                + String.join("\n  ", f.lastEvents()))
        .orElse("");
  }
}
