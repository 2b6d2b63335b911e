package io.meseta.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Plays many histories at the same time, one per processor. */
final class Histories {
  private Histories() {}

  static List<SimulationReport> play(
      long firstSeed, int number, LongFunction<SimulationOptions> options) {
    ExecutorService players =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<SimulationReport>> playing = new ArrayList<>();
      for (long seed = firstSeed; seed < firstSeed + number; seed++) {
        SimulationOptions one = options.apply(seed);
        playing.add(players.submit(() -> Simulation.run(one)));
      }
      List<SimulationReport> reports = new ArrayList<>();
      for (Future<SimulationReport> each : playing) {
        reports.add(each.get());
      }
      return reports;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a simulation did not come to its end", e);
    } finally {
      players.shutdownNow();
    }
  }
}
