package io.meseta.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many made-up clusters with made-up faults: in none of them does anything break. */
@ExtendWith(QuietCores.class)
class SimulationTest {
  private static final int SEEDS = 300;

  @Test
  void nothingBreaksInAnyHistory() {
    long began = System.nanoTime();
    List<SimulationReport> reports = Histories.play(1, SEEDS, SimulationOptions::swarm);
    double seconds = (System.nanoTime() - began) / 1e9;

    TreeMap<String, Long> counts = new TreeMap<>();
    Duration simulated = Duration.ZERO;
    List<String> failures = new ArrayList<>();
    for (SimulationReport report : reports) {
      report.counts().forEach((what, number) -> counts.merge(what, number, Long::sum));
      simulated = simulated.plus(report.simulated());
      if (!report.isClean()) {
        failures.add(report.describeFailure());
      }
    }
    System.err.printf(
        Locale.ROOT,
        "simulation: %d seeds, %d simulated hours in %.0f s; %d tasks, %d elections, %d agent"
            + " crashes, %d partitions, %d failures%n",
        reports.size(),
        simulated.toHours(),
        seconds,
        counts.getOrDefault("containers launched", 0L),
        counts.getOrDefault("elections", 0L),
        counts.getOrDefault("agent crashes", 0L),
        counts.getOrDefault("partitions", 0L),
        failures.size());
    assertThat(failures).isEmpty();
    assertThat(counts)
        .containsKeys(
            "master crashes",
            "sessions lost",
            "step-downs",
            "processes stopped",
            "partitions",
            "agent crashes",
            "machine reboots",
            "disks full",
            "engines silent",
            "executors launched",
            "executors cut off",
            "executors dead",
            "groups for agents",
            "groups for executors",
            "tasks given to executors",
            "tasks ended by executors",
            "agents degraded",
            "tasks unhealthy",
            "framework crashes",
            "double subscriptions",
            "slow readers",
            "teardowns",
            "frameworks completed",
            "launches refused",
            "updates sent again",
            "operator's orders done: DRAIN_AGENT",
            "operator's orders done: DEACTIVATE_AGENT",
            "operator's orders done: REACTIVATE_AGENT",
            "operator's orders done: MARK_AGENT_GONE",
            "operator's orders repeated",
            "operator's orders sent on",
            "teardowns by the operator",
            "agents drained",
            "agents gone",
            "agents retired",
            "agents that do not cover their tasks",
            "frameworks described anew",
            "hosts cut off from ZooKeeper",
            "operations applied: RESERVE",
            "operations applied: UNRESERVE",
            "operations applied: CREATE",
            "operations applied: DESTROY",
            "operations applied: GROW_VOLUME",
            "operations applied: SHRINK_VOLUME",
            "operations refused",
            "operations dropped",
            "ends of operations told",
            "agents that do not start",
            "sweeps");
  }

  @Test
  void aLargeClusterWithoutFaultsIsInOrder() {
    SimulationReport report =
        Simulation.run(
            SimulationOptions.swarm(7)
                .withDuration(Duration.ofMinutes(5))
                .withSize(200, 20)
                .withFaults(FaultProfile.NONE));

    assertThat(report.describeFailure()).isEmpty();
    assertThat(report.count("containers launched")).isGreaterThan(100);
  }

  @Test
  void whatBreaksIsToldWithTheSeedAndTheLastEvents() {
    SimulationReport report =
        new SimulationReport(
            42,
            7,
            Duration.ofMinutes(1),
            new TreeMap<>(),
            0,
            Optional.of(
                new io.meseta.testkit.simulation.cluster.History.Failure(
                    7, 61_000_000_000L, "a task runs twice", List.of("first", "last"))));

    assertThat(report.describeFailure())
        .contains("seed 42", "step 7", "00:01:01.000", "a task runs twice", "first", "last");
  }
}
