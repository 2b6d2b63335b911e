package io.meseta.testkit.simulation;

import io.meseta.testkit.simulation.cluster.FaultPlan;
import io.meseta.testkit.simulation.cluster.History;
import io.meseta.testkit.simulation.cluster.Size;
import io.meseta.testkit.simulation.world.Draws;
import java.time.Duration;
import java.util.Optional;

/**
 * Plays histories of whole clusters. Uses no thread and keeps nothing: any number may run at the
 * same time, each in the thread that asks for it.
 */
public final class Simulation {
  private Simulation() {}

  /** Plays one history to its end, or to the first thing that breaks. */
  public static SimulationReport run(SimulationOptions options) {
    Draws draws = new Draws(options.seed());
    Size size = Size.draw(draws.of("size"));
    if (options.agents().isPresent()) {
      size = size.withAgents(options.agents().getAsInt());
    }
    if (options.frameworks().isPresent()) {
      size = size.withFrameworks(options.frameworks().getAsInt());
    }
    FaultPlan faults =
        switch (options.faults()) {
          case NONE -> FaultPlan.none();
          case LITE -> FaultPlan.lite();
          case SWARM -> FaultPlan.swarm(draws.of("faults"));
        };
    History history = new History(options.seed(), size, faults, options.story());
    Optional<History.Failure> failure = history.run(options.duration());
    return new SimulationReport(
        options.seed(),
        history.steps(),
        Duration.ofNanos(history.simulatedNs()),
        history.tally().all(),
        history.hash(),
        failure);
  }
}
