package io.meseta.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.meseta.testkit.MesetaCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How many calls of the scheduler API a master takes, the work of benchmarks.md's second results:
 * one master, one agent, one framework that is subscribed, calls in JSON over loopback.
 */
final class CallsBenchmark {

  private static final int RUNS = 3;
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final String FRAMEWORK = "bench-calls";

  /** The calls of a case, in turns. */
  enum Calls {
    DECLINE,
    REVIVE,
    ALTERNATING
  }

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
      try (Subscription subscription = new Subscription(master)) {
        return measure(master, subscription);
      }
    }
  }

  private List<Result> measure(InetSocketAddress master, Subscription subscription)
      throws IOException {
    for (Calls calls : Calls.values()) {
      rate(master, subscription, calls, 8);
    }
    progress.accept("  warmed up");
    List<Result> results = new ArrayList<>();
    for (Calls calls : Calls.values()) {
      for (int count : connections) {
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
          rates.add(rate(master, subscription, calls, count));
        }
        results.add(new Result(calls, count, new Rates(rates)));
        progress.accept("  " + calls + " on " + count + ": done");
      }
    }
    return results;
  }

  private double rate(InetSocketAddress master, Subscription subscription, Calls calls, int count)
      throws IOException {
    try (CallClient client = new CallClient(master, count, subscription.requests(calls))) {
      return client.run(each.toNanos());
    }
  }

  /** A framework that reads its events and does nothing about them. */
  private static final class Subscription implements AutoCloseable {

    private static final long READER_END_SECONDS = 10;

    private final Socket socket;
    private final Thread reader;
    private final String streamId;

    Subscription(InetSocketAddress master) throws IOException {
      socket = new Socket(master.getAddress(), master.getPort());
      String id = "{\"value\":\"" + FRAMEWORK + "\"}";
      String call =
          "{\"type\":\"SUBSCRIBE\",\"framework_id\":"
              + id
              + ",\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"bench\",\"id\":"
              + id
              + "}}}";
      socket.getOutputStream().write(request("", call));
      streamId = streamIdIn(socket.getInputStream());
      reader = Thread.ofPlatform().daemon().name("bench-events").start(this::readOn);
    }

    private static String streamIdIn(InputStream in) throws IOException {
      BufferedReader head = new BufferedReader(new InputStreamReader(in, US_ASCII), 1);
      String status = head.readLine();
      if (status == null || !status.startsWith("HTTP/1.1 200 ")) {
        throw new IOException("The subscription was refused: " + status);
      }
      String name = "mesos-stream-id:";
      for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
        if (line.regionMatches(true, 0, name, 0, name.length())) {
          return line.substring(name.length()).strip();
        }
      }
      throw new IOException("The subscription has no stream id");
    }

    private void readOn() {
      try {
        byte[] buffer = new byte[64 * 1024];
        while (socket.getInputStream().read(buffer) >= 0) {
          // What comes is of no interest, but if nobody read it the master would drop the stream.
        }
      } catch (IOException closed) {
        // By close(), below; if it is the master who closed, the next call is not accepted.
      }
    }

    List<byte[]> requests(Calls calls) {
      String head = "Mesos-Stream-Id: " + streamId + "\r\n";
      String start = "\",\"framework_id\":{\"value\":\"" + FRAMEWORK + "\"}";
      // Of an offer that there is not, as in the measurement of Mesos: it is accepted all the same.
      byte[] decline =
          request(
              head,
              "{\"type\":\"DECLINE"
                  + start
                  + ",\"decline\":{\"offer_ids\":[{\"value\":\"no-such-offer\"}]}}");
      byte[] revive = request(head, "{\"type\":\"REVIVE" + start + "}");
      return switch (calls) {
        case DECLINE -> List.of(decline);
        case REVIVE -> List.of(revive);
        case ALTERNATING -> List.of(decline, revive);
      };
    }

    private static byte[] request(String headers, String body) {
      return ("POST /api/v1/scheduler HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nAccept: application/json\r\n"
              + headers
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body)
          .getBytes(US_ASCII);
    }

    @Override
    public void close() throws IOException {
      socket.close();
      try {
        reader.join(TimeUnit.SECONDS.toMillis(READER_END_SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
