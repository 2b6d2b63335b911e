package io.meseta.benchmarks.allocator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far the shares that are differ from those that would be fair, sample by sample. */
final class Deviations {

  /** Differences of one kind. */
  private static final class Sum {
    private double sum;
    private double worst;
    private long count;

    void add(double ideal, double actual) {
      sum += Math.abs(ideal - actual);
      // Too much of something that nobody else wants harms nobody.
      worst = Math.max(worst, ideal - actual);
      count++;
    }

    double mean() {
      return count == 0 ? 0 : sum / count;
    }
  }

  private final Map<String, Double> weights;
  private final Sum frameworks = new Sum();
  private final Sum roles = new Sum();
  private final Map<String, double[]> overTime = new LinkedHashMap<>();
  private int samples;

  Deviations(Map<String, Double> weights) {
    this.weights = weights;
  }

  int samples() {
    return samples;
  }

  void sample(Collection<Tenant> tenants) {
    samples++;
    List<WaterFilling.Demand> demands = new ArrayList<>();
    Map<String, double[]> held = new LinkedHashMap<>();
    for (Tenant tenant : tenants) {
      demands.add(
          new WaterFilling.Demand(
              tenant.id.value(), tenant.habit.role(), tenant.part, tenant.running + tenant.queued));
      String role = tenant.habit.role();
      for (int slash = role.length(); slash > 0; slash = role.lastIndexOf('/', slash - 1)) {
        add(held.computeIfAbsent(role.substring(0, slash), key -> new double[2]), tenant.held());
      }
    }
    WaterFilling ideal = new WaterFilling(demands, weights, 2);
    for (Tenant tenant : tenants) {
      frameworks.add(ideal.framework(tenant.id.value()), WaterFilling.dominant(tenant.held()));
    }
    held.forEach((role, parts) -> {
      double actual = WaterFilling.dominant(parts) / weights.getOrDefault(role, 1.0);
      roles.add(ideal.role(role), actual);
      add(
          overTime.computeIfAbsent(role, key -> new double[2]),
          new double[] {ideal.role(role), actual});
    });
  }

  private static void add(double[] sums, double[] more) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += more[i];
    }
  }

  void record(Run run) {
    run.record("frameworks, mean deviation", Figure.percent(frameworks.mean()));
    run.record("frameworks, worst shortfall", Figure.percent(frameworks.worst));
    run.record("roles, mean deviation", Figure.percent(roles.mean()));
    run.record("roles, worst shortfall", Figure.percent(roles.worst));
    double worst = 0;
    for (double[] sums : overTime.values()) {
      worst = Math.max(worst, Math.abs(sums[0] - sums[1]) / Math.max(1, samples));
    }
    run.record("roles, worst deviation of the day's mean", Figure.percent(worst));
  }
}
