package io.meseta.benchmarks.allocator;

import io.meseta.benchmarks.allocator.Run.Result;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.DrfAllocators;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Measures the allocator of the master with its default options.
 *
 * <p>Each case is run on the calling thread, first to warm up, with smaller parameters where it is
 * large, then again and again until there are {@value #MOST_RUNS} runs or enough time has passed;
 * each run begins with an allocator that knows nothing and after a garbage collection. A large case
 * is run once.
 */
public final class AllocatorBench {
  private static final int MOST_RUNS = 7;
  private static final int MOST_WARM_UPS = 20;
  private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(3);
  private static final long RUNS_NS = TimeUnit.SECONDS.toNanos(10);

  /** What the report says about how it was measured. */
  public static final String METHOD =
      "each case: warm-up runs (smaller parameters where the case is large) until "
          + TimeUnit.NANOSECONDS.toSeconds(WARM_UP_NS)
          + " s or "
          + MOST_WARM_UPS
          + " runs are over, then runs until "
          + TimeUnit.NANOSECONDS.toSeconds(RUNS_NS)
          + " s or "
          + MOST_RUNS
          + " runs; one allocator thread; GC before each run";

  private final Supplier<? extends Allocator> allocators;
  private final Published published = Published.load();
  private final Consumer<String> progress;

  /**
   * Measures nothing yet.
   *
   * @param progress told what is going on whenever that changes
   */
  public AllocatorBench(Consumer<String> progress) {
    this(new DrfAllocators(AllocationOptions.defaults()), progress);
  }

  AllocatorBench(Supplier<? extends Allocator> allocators, Consumer<String> progress) {
    this.allocators = allocators;
    this.progress = progress;
  }

  /** All cases of a scenario, one after the other. */
  public List<Row> run(Scenario scenario, Scenario.Scale scale) {
    return scenario.cases(scale).stream().flatMap(one -> measure(one).stream()).toList();
  }

  /** One case, all its steps. */
  List<Row> measure(Case one) {
    String title = one.name() + " " + one.parameters();
    try {
      progress.accept(title + ": warming up");
      repeat(one.warmUp(), MOST_WARM_UPS, WARM_UP_NS, run -> {});
      List<Map<String, Result>> runs = new ArrayList<>();
      progress.accept(title + ": run 1");
      repeat(
          one,
          MOST_RUNS,
          RUNS_NS,
          run -> {
            runs.add(run.results());
            progress.accept(title + ": run " + (runs.size() + 1));
          });
      return rows(one, runs);
    } catch (Run.WrongWorkException e) {
      return List.of(wrong(one, e));
    }
  }

  /** As a limit that was missed: at most 0 runs may do the wrong work. */
  private static Row wrong(Case one, Run.WrongWorkException e) {
    return new Row(
        one.name(),
        one.parameters(),
        "wrong work: " + e.getMessage(),
        summary(List.of(Figure.count(1))),
        Optional.empty(),
        Optional.of(0.0),
        "");
  }

  private void repeat(Case one, int most, long limitNs, Consumer<Run> then) {
    long start = System.nanoTime();
    for (int i = 0; i < most && (i == 0 || System.nanoTime() - start < limitNs); i++) {
      System.gc();
      Run run = new Run(allocators);
      one.run(run);
      then.accept(run);
    }
  }

  private List<Row> rows(Case one, List<Map<String, Result>> runs) {
    Map<String, List<Result>> steps = new LinkedHashMap<>();
    for (Map<String, Result> run : runs) {
      run.forEach(
          (step, result) -> steps.computeIfAbsent(step, ignored -> new ArrayList<>()).add(result));
    }
    List<Row> rows = new ArrayList<>();
    steps.forEach((step, results) -> rows.add(row(one, step, results)));
    return rows;
  }

  private Row row(Case one, String step, List<Result> results) {
    Published.Entry known = published.of(new Published.Key(one.name(), one.parameters(), step));
    List<Figure> figures = new ArrayList<>();
    String note = "";
    for (Result result : results) {
      switch (result) {
        case Result.Measured measured -> figures.add(measured.figure());
        case Result.Skipped skipped -> note = skipped.reason();
      }
    }
    Row.Ours ours = figures.isEmpty() ? null : summary(figures);
    return new Row(one.name(), one.parameters(), step, ours, known.mesos(), known.limit(), note);
  }

  private static Row.Ours summary(List<Figure> figures) {
    double[] values = figures.stream().mapToDouble(Figure::value).sorted().toArray();
    double[] bytes =
        figures.stream()
            .filter(figure -> figure.bytes().isPresent())
            .mapToDouble(figure -> (double) figure.bytes().getAsLong())
            .sorted()
            .toArray();
    return new Row.Ours(
        figures.get(0).unit(),
        median(values),
        values[0],
        values[values.length - 1],
        values.length,
        bytes.length == 0 ? OptionalLong.empty() : OptionalLong.of(Math.round(median(bytes))));
  }

  /** The one in the middle, or between the two that are. */
  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
