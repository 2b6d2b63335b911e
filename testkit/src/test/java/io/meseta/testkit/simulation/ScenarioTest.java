package io.meseta.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.testkit.simulation.cluster.Fault;
import io.meseta.testkit.simulation.cluster.FaultPlan;
import io.meseta.testkit.simulation.cluster.History;
import io.meseta.testkit.simulation.cluster.Size;
import io.meseta.testkit.simulation.world.Tally;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One kind of fault at a time, and much of it: what is promised under each holds, and the fault has
 * really happened.
 */
@ExtendWith(QuietCores.class)
class ScenarioTest {
  private static final Size SIZE = new Size(3, 5, 3);
  private static final Duration DURATION = Duration.ofMinutes(90);

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "the leader dies, MASTER_CRASHES, master crashes",
    "the leader is cut off from ZooKeeper, LEADER_CHANGES, sessions lost",
    "a process stands still and goes on, STOPPED_PROCESSES, processes stopped",
    "ZooKeeper is slow, SLOW_REGISTRY, elections",
    "ZooKeeper fails, FAILING_REGISTRY, step-downs",
    "an agent process dies, AGENT_CRASHES, agent crashes",
    "a machine loses its power, MACHINE_REBOOTS, machine reboots",
    "an agent host is cut off, PARTITIONS, partitions",
    "connections break, LOST_MESSAGES, subscriptions",
    "a framework dies, FRAMEWORK_CRASHES, framework crashes",
    "a framework runs twice, DOUBLE_SUBSCRIPTIONS, double subscriptions",
    "a framework does not read, SLOW_READERS, slow readers",
    "the container engine stops answering, SILENT_ENGINES, engines silent",
    "containers make trouble, TROUBLED_CONTAINERS, tasks ended: TASK_FAILED",
    "executors lose their agent or their life, BROKEN_EXECUTORS, executors cut off",
    "the disk is full, FULL_DISKS, disks full",
    "a framework makes mistakes, BAD_CALLS, launches refused",
    "clocks are set, CLOCK_JUMPS, containers launched",
    "an operator drains agents, OPERATOR_ORDERS, agents drained",
    "an operator gives up agents, OPERATOR_ORDERS, agents retired",
    "frameworks describe themselves anew, FRAMEWORK_UPDATES, frameworks described anew",
    "agents come back with less, CHANGED_AGENTS, agents that do not cover their tasks",
    "hosts are cut off from ZooKeeper, ZOOKEEPER_PARTITIONS, hosts cut off from ZooKeeper"
  })
  void whatIsPromisedHolds(String scenario, Fault fault, String evidence) {
    TreeMap<String, Long> counts = new TreeMap<>();
    for (long seed = 1; seed <= 4; seed++) {
      History history = new History(seed, SIZE, FaultPlan.only(fault, 4), Optional.empty());
      Optional<History.Failure> failure = history.run(DURATION);
      assertThat(failure).as("%s, seed %d", scenario, seed).isEmpty();
      Tally tally = history.tally();
      tally.all().forEach((what, number) -> counts.merge(what, number, Long::sum));
    }
    assertThat(counts).as("it happened").containsKey(evidence);
    assertThat(counts.get("containers launched")).as("and work went on").isGreaterThan(50);
  }
}
