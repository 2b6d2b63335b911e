package io.meseta.benchmarks.reads;

import io.meseta.benchmarks.allocator.Published.Mesos;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Unit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table.
 *
 * @param limit 0 for none
 */
record Step(String scenario, String parameters, String name, @Nullable Mesos mesos, double limit) {

  Step named(String other) {
    return new Step(scenario, parameters, other, mesos, limit);
  }

  Row row(List<Double> millis) {
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    Row.Ours ours =
        new Row.Ours(
            Unit.MILLIS,
            sorted[sorted.length / 2],
            sorted[0],
            sorted[sorted.length - 1],
            sorted.length,
            OptionalLong.empty());
    return new Row(
        scenario,
        parameters,
        name,
        ours,
        Optional.ofNullable(mesos),
        limit == 0 ? Optional.empty() : Optional.of(limit),
        "");
  }

  static Mesos mesos(double median, double min, double max) {
    return new Mesos(median, min, max, 3);
  }
}
