package io.meseta.testkit.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.testkit.simulation.QuietCores;
import io.meseta.testkit.simulation.SimulationOptions;
import io.meseta.testkit.simulation.SimulationRuns;
import io.meseta.testkit.simulation.cluster.FaultPlan;
import io.meseta.testkit.simulation.cluster.History;
import io.meseta.testkit.simulation.cluster.Size;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each planted fault has to be found. A fault that is not found fails the build: either the
 * simulation has become blind, or the code that the fault was planted in does not matter any more.
 */
@ExtendWith(QuietCores.class)
class PlantedFaultsTest {

  private static final Duration EACH = Duration.ofHours(1);
  private static final Size SIZE = new Size(3, 5, 3);

  @ParameterizedTest
  @EnumSource
  void isFound(PlantedFault fault) throws Exception {
    Optional<Found> found = play(fault);

    assertThat(found)
        .as("%s: %s; not found within %s seeds", fault, fault.what(), fault.seeds())
        .isPresent();
    System.err.printf(
        "planted %s: seed %s: %s%n",
        fault, found.orElseThrow().seed(), found.orElseThrow().message());
  }

  private record Found(long seed, String message) {}

  private static Optional<Found> play(PlantedFault fault) throws Exception {
    try (Planting planting = Planting.of(fault)) {
      assertThat(planting.isPlanted()).isTrue();
      return fault.alone().isEmpty() ? playSwarm(fault) : playAlone(fault);
    }
  }

  private static Optional<Found> playSwarm(PlantedFault fault) throws Exception {
    return SimulationRuns.firstFailure(
            1, fault.seeds(), seed -> SimulationOptions.swarm(seed).withDuration(EACH))
        .map(report ->
            new Found(report.seed(), report.failure().map(History.Failure::message).orElseThrow()));
  }

  private static Optional<Found> playAlone(PlantedFault fault) {
    FaultPlan plan = FaultPlan.only(fault.alone(), 4);
    for (long seed = 1; seed <= fault.seeds(); seed++) {
      History history = new History(seed, SIZE, plan, Optional.empty());
      Optional<History.Failure> failure = history.run(EACH);
      if (failure.isPresent()) {
        return Optional.of(new Found(seed, failure.get().message()));
      }
    }
    return Optional.empty();
  }
}
