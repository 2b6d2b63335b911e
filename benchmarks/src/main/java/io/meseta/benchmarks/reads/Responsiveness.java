package io.meseta.benchmarks.reads;

import io.meseta.benchmarks.agents.FakeAgents;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.calls.CallClient;
import io.meseta.benchmarks.calls.Calls;
import io.meseta.benchmarks.calls.Subscriber;
import io.meseta.benchmarks.reads.FakeCluster.Size;
import io.meseta.benchmarks.registration.Load;
import io.meseta.common.codec.MediaType;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who else waits while five clients read the state: {@code /health}, of the pages alone as in
 * Mesos's benchmark and of a whole master with agents on real connections; and a call of the
 * scheduler API, which goes through that master's loop.
 */
final class Responsiveness {

  private static final int AGENTS = 100;
  private static final int FRAMEWORKS = 10;
  private static final int TASKS = 10;
  private static final String PARAMETERS = AGENTS + " agents";
  private static final String WHOLE = "G with a whole master";
  private static final int REQUESTS = 100;

  /** Requests are apart, as they would all be over before a reader has read once. */
  private static final int APART_MS = 20;

  private static final int UNTIL_ALL_READ = 20;
  private static final int WARM_UPS = 108;
  private static final int CALL_WARM_UPS = 5_000;
  private static final int POLL_MS = 20;
  private static final double LIMIT_MILLIS = 5;
  private static final double LIMIT_WORST_MILLIS = 25;

  private final Consumer<String> progress;

  Responsiveness(Consumer<String> progress) {
    this.progress = progress;
  }

  List<Row> rows() throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>(pages());
    rows.addAll(wholeMaster());
    return rows;
  }

  // ---- the pages alone ----

  private List<Row> pages() throws IOException, InterruptedException {
    String name = "G MasterActorResponsiveness";
    progress.accept(name + ": building " + PARAMETERS);
    FakeCluster cluster = new FakeCluster(new Size(AGENTS, FRAMEWORKS, TASKS, 10));
    try (Served served = new Served(cluster)) {
      InetSocketAddress server = served.address();
      Fetch health = Fetch.get(server, "/health");
      warmUp(server, cluster::change, health);
      List<Row> rows = new ArrayList<>();
      System.gc();
      progress.accept(name + ": idle");
      rows.add(
          new Step(name, PARAMETERS, "/health, idle", Step.mesos(0.78, 0.78, 0.78), 0)
              .row(many(() -> health.run().millis(), REQUESTS)));
      progress.accept(name + ": under readers");
      List<Double> busy = StateReaders.during(() -> underReaders(health), server, cluster::change);
      rows.add(
          new Step(
                  name,
                  PARAMETERS,
                  "/health under 5 x /state",
                  Step.mesos(208, 189, 220),
                  LIMIT_MILLIS)
              .row(busy));
      rows.add(
          new Step(
                  name,
                  PARAMETERS,
                  "the same, worst",
                  Step.mesos(466, 422, 558),
                  LIMIT_WORST_MILLIS)
              .row(List.of(worst(busy))));
      return rows;
    }
  }

  private static void warmUp(InetSocketAddress server, StateReaders.Change change, Fetch health)
      throws IOException {
    Fetch state = Fetch.get(server, "/state");
    for (int i = 0; i < WARM_UPS; i++) {
      change.make();
      state.run();
      health.run();
    }
  }

  // ---- a whole master ----

  private List<Row> wholeMaster() throws IOException, InterruptedException {
    progress.accept(WHOLE + ": " + PARAMETERS + " register");
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
        Master master =
            Master.start(new MasterOptions().zk(zooKeeper.url("/bench").toString()).port(0));
        FakeAgents agents = new FakeAgents()) {
      while (!master.isLeading()) {
        Thread.sleep(POLL_MS);
      }
      agents.register(new Load(AGENTS, FRAMEWORKS, TASKS).messages(), master.port());
      InetSocketAddress server =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), master.port());
      try (Subscriber subscriber = new Subscriber(server);
          CallClient calls = new CallClient(server, 1, subscriber.requests(Calls.DECLINE))) {
        return measure(server, calls);
      }
    }
  }

  private List<Row> measure(InetSocketAddress server, CallClient calls)
      throws IOException, InterruptedException {
    Weights weights = new Weights(server);
    Fetch health = Fetch.get(server, "/health");
    progress.accept(WHOLE + ": warming up");
    warmUp(server, weights, health);
    for (int i = 0; i < CALL_WARM_UPS; i++) {
      double unused = calls.millis();
    }
    System.gc();
    progress.accept(WHOLE + ": idle");
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Step(WHOLE, PARAMETERS, "DECLINE, idle", null, 0).row(many(calls::millis, REQUESTS)));
    progress.accept(WHOLE + ": under readers");
    add(
        rows,
        "/health under 5 x /state",
        StateReaders.during(() -> underReaders(health), server, weights));
    add(
        rows,
        "DECLINE under 5 x /state",
        StateReaders.during(() -> many(calls::millis, REQUESTS), server, weights));
    return rows;
  }

  private static List<Double> underReaders(Fetch health) throws IOException, InterruptedException {
    List<Double> unused = many(() -> health.run().millis(), UNTIL_ALL_READ);
    return many(() -> health.run().millis(), REQUESTS);
  }

  private static void add(List<Row> rows, String step, List<Double> millis) {
    rows.add(new Step(WHOLE, PARAMETERS, step, null, LIMIT_MILLIS).row(millis));
    rows.add(
        new Step(WHOLE, PARAMETERS, step + ", worst", null, LIMIT_WORST_MILLIS)
            .row(List.of(worst(millis))));
  }

  /** An operator who cannot make up his mind. */
  private static final class Weights implements StateReaders.Change {
    private final InetSocketAddress server;
    private int weight;

    Weights(InetSocketAddress server) {
      this.server = server;
    }

    @Override
    public void make() throws IOException {
      weight = weight % 9 + 1;
      Fetch.post(
              server,
              "{\"type\":\"UPDATE_WEIGHTS\",\"update_weights\":{\"weight_infos\":"
                  + "[{\"role\":\"bench\",\"weight\":"
                  + weight
                  + "}]}}",
              MediaType.JSON)
          .run();
    }
  }

  private interface Timed {
    double millis() throws IOException;
  }

  private static List<Double> many(Timed request, int count)
      throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      millis.add(request.millis());
      Thread.sleep(APART_MS);
    }
    return millis;
  }

  private static double worst(List<Double> millis) {
    return millis.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
