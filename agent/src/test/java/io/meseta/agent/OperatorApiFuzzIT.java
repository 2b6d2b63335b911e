package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.testing.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand requests that are nearly right, against a whole agent: each is refused with a
 * reason, nothing is started, nothing is kept.
 */
class OperatorApiFuzzIT {

  private static final int REQUESTS = 10_000;
  private static final int CLIENTS = 4;
  private static final long MAX_GROWTH_BYTES = 24L * 1024 * 1024;

  @TempDir Path workDir;
  private final AtomicInteger started = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();

  /** Counts what it is asked to run. */
  private final class CountingContainerizer implements Containerizer, ContainerExec {
    @Override
    public Session exec(ContainerId container, Command command, Output output) throws IOException {
      started.incrementAndGet();
      throw new IOException("nothing runs here");
    }

    @Override
    public void start(Listener listener) {}

    @Override
    public void observe(AgentId agent) {}

    @Override
    public void launch(ContainerSpec spec) {
      started.incrementAndGet();
    }

    @Override
    public void go(ContainerId container) {}

    @Override
    public void adopt(ContainerSpec spec) {
      started.incrementAndGet();
    }

    @Override
    public void kill(ContainerId container, Duration grace) {}

    @Override
    public void update(ContainerId container, TaskInfo sized) {}

    @Override
    public void remove(ContainerId container) {}

    @Override
    public void close() {}
  }

  @Test
  void everyRequestIsRefusedWithAReasonAndNothingElseHappens() throws Exception {
    // Nobody leads at that address: the agent has no master, and needs none to answer.
    AgentOptions options = new AgentOptions().master("127.0.0.1:9").port(0).workDir(workDir);
    try (Agent agent = Agent.start(options, (o, fetcher) -> new CountingContainerizer())) {
      run(agent.port(), LongStream.range(0, REQUESTS / 5));
      long before = usedBytes();
      run(agent.port(), LongStream.range(REQUESTS / 5, REQUESTS));
      assertThat(wrong).isEmpty();
      assertThat(usedBytes() - before).isLessThan(MAX_GROWTH_BYTES);
      assertThat(started.get()).isZero();
      assertThat(RawClient.get(agent.port(), "/health").status()).isEqualTo(200);
      // Were all refused for one and the same reason, little would have been tried.
      assertThat(answers.keySet()).contains(400, 404, 406, 415, 501);
    }
  }

  private void run(int port, LongStream seeds) throws InterruptedException {
    AtomicLong next = new AtomicLong();
    long[] all = seeds.toArray();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long at = next.getAndIncrement();
                    at < all.length;
                    at = next.getAndIncrement()) {
                  send(port, all[(int) at]);
                }
              }));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private void send(int port, long seed) {
    byte[] request = new FuzzedCalls(seed).next();
    try (RawClient client = new RawClient(port)) {
      client.send(request);
      client.socket().shutdownOutput();
      RawClient.Answer answer = client.readHead();
      answers.computeIfAbsent(answer.status(), status -> new AtomicInteger()).incrementAndGet();
      boolean expected = answer.status() < 500 || answer.status() == 501 || answer.status() == 503;
      if (!expected) {
        wrong.add(answer.status() + " for seed " + seed + ": " + shown(request));
      }
    } catch (EOFException e) {
      // The request was cut off: there is nobody to answer.
      answers.computeIfAbsent(0, none -> new AtomicInteger()).incrementAndGet();
    } catch (IOException e) {
      wrong.add(e + " for seed " + seed + ": " + shown(request));
    }
  }

  private static String shown(byte[] request) {
    return HexFormat.of().formatHex(request, 0, Math.min(request.length, 500));
  }

  /** After everything that nobody holds has been given back. */
  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
