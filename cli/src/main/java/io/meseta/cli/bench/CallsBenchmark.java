package io.meseta.cli.bench;

import io.meseta.benchmarks.calls.CallClient;
import io.meseta.benchmarks.calls.Calls;
import io.meseta.benchmarks.calls.Subscriber;
import io.meseta.testkit.MesetaCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How many calls of the scheduler API a master takes, the work of benchmarks.md's second results:
 * one master, one agent, one framework that is subscribed, calls in JSON over loopback.
 */
final class CallsBenchmark {

  private static final int RUNS = 3;
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  /** What was measured: calls per second. */
  record Result(Calls calls, int connections, Rates rates) {}

  private final List<Integer> connections;
  private final Duration each;
  private final Consumer<String> progress;

  /**
   * @param connections how many, for each case
   * @param each how long a run takes
   */
  CallsBenchmark(List<Integer> connections, Duration each, Consumer<String> progress) {
    this.connections = List.copyOf(connections);
    this.each = each;
    this.progress = progress;
  }

  List<Result> run() throws Exception {
    try (MesetaCluster cluster =
        MesetaCluster.builder()
            .processes()
            .agentResources(index -> "cpus:64;mem:65536;disk:100000;ports:[31000-32000]")
            .start()) {
      cluster.awaitReady(READY_LIMIT);
      InetSocketAddress master =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.master().port());
      try (Subscriber subscriber = new Subscriber(master)) {
        return measure(master, subscriber);
      }
    }
  }

  private List<Result> measure(InetSocketAddress master, Subscriber subscriber) throws IOException {
    for (Calls calls : Calls.values()) {
      rate(master, subscriber, calls, 8);
    }
    progress.accept("  warmed up");
    List<Result> results = new ArrayList<>();
    for (Calls calls : Calls.values()) {
      for (int count : connections) {
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
          rates.add(rate(master, subscriber, calls, count));
        }
        results.add(new Result(calls, count, new Rates(rates)));
        progress.accept("  " + calls + " on " + count + ": done");
      }
    }
    return results;
  }

  private double rate(InetSocketAddress master, Subscriber subscriber, Calls calls, int count)
      throws IOException {
    try (CallClient client = new CallClient(master, count, subscriber.requests(calls))) {
      return client.run(each.toNanos());
    }
  }
}
