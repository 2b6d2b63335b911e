package io.meseta.testkit.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.testkit.simulation.QuietCores;
import io.meseta.testkit.simulation.SimulationOptions;
import io.meseta.testkit.simulation.SimulationReport;
import io.meseta.testkit.simulation.SimulationRuns;
import io.meseta.testkit.simulation.cluster.History;
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

  @ParameterizedTest
  @EnumSource
  void isFound(PlantedFault fault) throws Exception {
    Optional<SimulationReport> found = play(fault);

    assertThat(found)
        .as("%s: %s; not found within %s seeds", fault, fault.what(), fault.seeds())
        .isPresent();
    SimulationReport report = found.orElseThrow();
    System.err.printf(
        "planted %s: seed %s: %s%n",
        fault, report.seed(), report.failure().map(History.Failure::message).orElse(""));
  }

  private static Optional<SimulationReport> play(PlantedFault fault) throws Exception {
    try (Planting planting = Planting.of(fault)) {
      assertThat(planting.isPlanted()).isTrue();
      return SimulationRuns.firstFailure(
          1, fault.seeds(), seed -> SimulationOptions.swarm(seed).withDuration(EACH));
    }
  }
}
