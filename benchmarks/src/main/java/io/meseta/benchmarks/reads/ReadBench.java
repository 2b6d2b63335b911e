package io.meseta.benchmarks.reads;

import io.meseta.benchmarks.allocator.Published.Mesos;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Unit;
import io.meseta.benchmarks.reads.FakeCluster.Size;
import io.meseta.common.codec.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Measures pages and calls that read. Before each measured read the cluster changes, so that no
 * answer that was made before can be given again.
 */
public final class ReadBench {

  private static final int WARM_UPS = 12;
  private static final int RUNS = 9;
  private static final int TIMES = 4;
  private static final double MOST_TIMES_AS_LONG = 4.2;
  private static final List<String> STATE_STEPS =
      List.of("GET /state", "GET_STATE protobuf", "GET_STATE JSON");

  private static final int FEW = 10_000;
  private static final int MANY = TIMES * FEW;
  private static final List<Mesos> MESOS_OF_FEW =
      List.of(
          Step.mesos(1790, 1650, 1820), Step.mesos(990, 960, 1180), Step.mesos(3880, 3070, 4050));

  private static final List<Mesos> MESOS_OF_MANY =
      List.of(
          Step.mesos(16_200, 16_200, 16_200),
          Step.mesos(5_400, 5_400, 5_400),
          Step.mesos(18_600, 18_600, 18_600));

  private static final List<Integer> STATE_LIMITS_MILLIS = List.of(300, 150, 400);

  private final Consumer<String> progress;

  /**
   * @param progress told what is going on whenever that changes
   */
  public ReadBench(Consumer<String> progress) {
    this.progress = progress;
  }

  /** What can be measured. */
  public enum Scenario {
    /** The state, in its three forms. */
    F,
    /** How much longer F takes with four times as many agents. */
    GROWTH,
    /** Who else waits while the state is read. */
    G,
    /** The numbers of many frameworks. */
    H,
    /** What a master keeps for each agent and each task. */
    MEMORY;

    /**
     * The one with this name, in whatever case.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Scenario of(String word) {
      return valueOf(word.strip().toUpperCase(Locale.ROOT));
    }
  }

  /** The rows of a scenario; of F with so many agents. */
  public List<Row> run(Scenario scenario, int agents) {
    try {
      return switch (scenario) {
        case F -> state(agents);
        case GROWTH -> growth(agents);
        case G -> new Responsiveness(progress).rows();
        case H -> metrics();
        case MEMORY -> new KeptMemory(agents, progress).rows();
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  // ---- F ----

  private List<Row> state(int agents) throws IOException {
    String name = "F GetState";
    String parameters = agents + " agents";
    progress.accept(name + ": building " + parameters);
    FakeCluster cluster = new FakeCluster(new Size(agents, 5, 2, 5));
    try (Served served = new Served(cluster)) {
      InetSocketAddress to = served.address();
      List<Fetch> fetches =
          List.of(
              Fetch.get(to, "/state"),
              Fetch.call(to, "GET_STATE", MediaType.PROTOBUF),
              Fetch.call(to, "GET_STATE", MediaType.JSON));
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < fetches.size(); i++) {
        Step step =
            new Step(
                name,
                parameters,
                STATE_STEPS.get(i),
                agents == FEW ? MESOS_OF_FEW.get(i) : agents == MANY ? MESOS_OF_MANY.get(i) : null,
                agents == FEW
                    ? STATE_LIMITS_MILLIS.get(i)
                    : agents == MANY ? MOST_TIMES_AS_LONG * STATE_LIMITS_MILLIS.get(i) : 0);
        measure(step, fetches.get(i), cluster, rows);
      }
      return rows;
    }
  }

  private List<Row> growth(int agents) throws IOException {
    List<Row> few = state(agents);
    List<Row> many = state(agents * TIMES);
    List<Row> rows = new ArrayList<>(many);
    for (int i = 0; i < few.size(); i++) {
      Row.Ours ours = Objects.requireNonNull(few.get(i).ours());
      double ratio = Objects.requireNonNull(many.get(i).ours()).median() / ours.median();
      rows.add(
          new Row(
              "F GetState",
              TIMES + " times as many agents",
              STATE_STEPS.get(i) + ", times as long",
              new Row.Ours(Unit.RATIO, ratio, ratio, ratio, ours.runs(), OptionalLong.empty()),
              Optional.empty(),
              Optional.empty(),
              ""));
    }
    return rows;
  }

  // ---- H ----

  private List<Row> metrics() throws IOException {
    int frameworks = 10_000;
    String name = "H GetMetrics";
    String parameters = frameworks + " frameworks";
    progress.accept(name + ": building " + parameters);
    FakeCluster cluster = new FakeCluster(new Size(1, frameworks, 2, 0));
    try (Served served = new Served(cluster)) {
      List<Row> rows = new ArrayList<>();
      InetSocketAddress to = served.address();
      measure(
          new Step(name, parameters, "GET /metrics/snapshot", Step.mesos(3360, 2740, 4080), 100),
          Fetch.get(to, "/metrics/snapshot"),
          cluster,
          rows);
      measure(
          new Step(name, parameters, "GET_METRICS protobuf", Step.mesos(3190, 2690, 3230), 0),
          Fetch.call(to, "GET_METRICS", MediaType.PROTOBUF),
          cluster,
          rows);
      measure(
          new Step(name, parameters, "GET_METRICS JSON", Step.mesos(2410, 2380, 2770), 0),
          Fetch.call(to, "GET_METRICS", MediaType.JSON),
          cluster,
          rows);
      return rows;
    }
  }

  // ---- all ----

  private void measure(Step step, Fetch fetch, FakeCluster cluster, List<Row> rows)
      throws IOException {
    progress.accept(step.scenario() + ", " + step.name() + ": warming up");
    for (int i = 0; i < WARM_UPS; i++) {
      cluster.change();
      fetch.run();
    }
    List<Double> millis = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < RUNS; i++) {
      progress.accept(step.scenario() + ", " + step.name() + ": run " + (i + 1));
      cluster.change();
      Fetch.Took took = fetch.run();
      millis.add(took.millis());
      bytes = took.bytes();
    }
    rows.add(
        step.named(String.format(Locale.ROOT, "%s, %.0f MB", step.name(), bytes / 1e6))
            .row(millis));
  }
}
