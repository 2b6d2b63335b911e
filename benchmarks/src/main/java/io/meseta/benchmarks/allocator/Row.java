package io.meseta.benchmarks.allocator;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table: a step of a case.
 *
 * @param ours nothing when it was not measured, which {@code note} explains then
 * @param mesos the same in Mesos, where that is known
 * @param limit the most that {@code ours} may be
 */
public record Row(
    String scenario,
    String parameters,
    String step,
    @Nullable Ours ours,
    Optional<Published.Mesos> mesos,
    Optional<Double> limit,
    String note) {

  /**
   * What was measured, over all runs.
   *
   * @param bytes allocated, in the median; empty where the step does not ask
   */
  public record Ours(
      Unit unit, double median, double min, double max, int runs, OptionalLong bytes) {}

  /** How a limit was kept. */
  public enum Verdict {
    /** There is no limit. */
    NONE,
    OK,
    MISSED,
    /** There is a limit, and no figure. */
    NOT_MEASURED
  }

  /** The median decides. */
  public Verdict verdict() {
    if (limit.isEmpty()) {
      return Verdict.NONE;
    }
    if (ours == null) {
      return Verdict.NOT_MEASURED;
    }
    return ours.median <= limit.get() ? Verdict.OK : Verdict.MISSED;
  }

  /** How many times as much Mesos takes; nothing for counts, of which more may be better. */
  public Optional<Double> timesFewer() {
    return ours == null || ours.unit == Unit.COUNT || ours.median == 0
        ? Optional.empty()
        : mesos.map(figure -> figure.median() / ours.median);
  }
}
