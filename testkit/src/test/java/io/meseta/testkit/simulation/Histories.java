package io.meseta.testkit.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;

/** Plays many histories and keeps all reports. */
final class Histories {
  private Histories() {}

  /** In the order of the seeds. */
  static List<SimulationReport> play(
      long firstSeed, int number, LongFunction<SimulationOptions> options) {
    List<SimulationReport> reports = new ArrayList<>();
    try {
      SimulationRuns.play(
          firstSeed, firstSeed + number - 1, options, SimulationRuns.OnFailure.GO_ON, reports::add);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a simulation did not come to its end", e);
    }
    reports.sort(Comparator.comparingLong(SimulationReport::seed));
    return reports;
  }
}
