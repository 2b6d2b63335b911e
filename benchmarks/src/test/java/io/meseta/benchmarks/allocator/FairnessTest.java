package io.meseta.benchmarks.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meseta.benchmarks.allocator.Run.Result;
import io.meseta.benchmarks.allocator.WaterFilling.Demand;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.AllocationOrder;
import io.meseta.master.allocation.DrfAllocators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FairnessTest {
  private static final Offset<Double> DROP = within(0.002);
  private static final double ANY = 1e6;

  private static Demand demand(String name, String role, double tasks, double... task) {
    return new Demand(name, role, task, tasks);
  }

  @Test
  void dominantSharesAreEqualWhereDifferentThingsAreWanted() {
    // 9 CPUs and 18 GB, tasks of 1 CPU and 4 GB, and of 3 CPUs and 1 GB: 3 tasks and 2 tasks.
    WaterFilling ideal =
        new WaterFilling(
            List.of(
                demand("a", "r", ANY, 1 / 9.0, 4 / 18.0), demand("b", "r", ANY, 3 / 9.0, 1 / 18.0)),
            Map.of(),
            2);

    assertThat(ideal.framework("a")).isEqualTo(2 / 3.0, DROP);
    assertThat(ideal.framework("b")).isEqualTo(2 / 3.0, DROP);
  }

  @Test
  void whatOneDoesNotWantIsTheOthers() {
    WaterFilling ideal =
        new WaterFilling(
            List.of(
                demand("a", "r", 10, 0.01),
                demand("b", "r", ANY, 0.01),
                demand("c", "r", ANY, 0.02),
                demand("d", "r", 0, 0.02)),
            Map.of(),
            1);

    assertThat(ideal.framework("a")).isEqualTo(0.1, DROP);
    assertThat(ideal.framework("b")).isEqualTo(0.45, DROP);
    assertThat(ideal.framework("c")).isEqualTo(0.45, DROP);
    assertThat(ideal.framework("d")).isZero();
  }

  @Test
  void rolesComeBeforeFrameworksAndCountByTheirWeights() {
    WaterFilling ideal =
        new WaterFilling(
            List.of(
                demand("a", "x/one", ANY, 0.01),
                demand("b", "x/one", ANY, 0.01),
                demand("c", "x/two", ANY, 0.01),
                demand("d", "y", ANY, 0.01)),
            Map.of("x", 3.0, "x/two", 2.0),
            1);

    assertThat(ideal.framework("d")).isEqualTo(0.25, DROP);
    assertThat(ideal.framework("c")).isEqualTo(0.5, DROP);
    assertThat(ideal.framework("a")).isEqualTo(0.125, DROP);
    assertThat(ideal.framework("b")).isEqualTo(0.125, DROP);
    assertThat(ideal.role("x")).as("weighted").isEqualTo(0.25, DROP);
    assertThat(ideal.role("y")).isEqualTo(0.25, DROP);
  }

  @ParameterizedTest
  @EnumSource
  void aDayIsTheSameEachTimeAndSharesAreNearTheFairOnes(AllocationOrder order) {
    Map<String, Result> once = results(new FairDay(20, 2, order));

    assertThat(percent(once, "frameworks, mean deviation")).isBetween(0.0, 2.0);
    assertThat(percent(once, "roles, mean deviation")).isBetween(0.0, 5.0);
    assertThat(percent(once, "tasks that ended")).isGreaterThan(1_000);
    Map<String, Result> again = results(new FairDay(20, 2, order));
    once.remove("cycle, median");
    again.remove("cycle, median");
    assertThat(again).isEqualTo(once);
  }

  @Test
  void packingLeavesMoreAgentsEmpty() {
    double packed =
        percent(results(new FairDay(25, 3, AllocationOrder.PACK)), "empty agents, mean");
    double spread =
        percent(results(new FairDay(25, 3, AllocationOrder.SPREAD)), "empty agents, mean");

    assertThat(packed).isGreaterThan(spread + 1);
  }

  private static double percent(Map<String, Result> results, String step) {
    if (results.get(step) instanceof Result.Measured measured) {
      return measured.figure().value();
    }
    throw new AssertionError("Not measured: " + step + ", but " + results);
  }

  private static Map<String, Result> results(Case one) {
    Run run = new Run(new DrfAllocators(AllocationOptions.defaults()));
    one.run(run);
    return new LinkedHashMap<>(run.results());
  }
}
