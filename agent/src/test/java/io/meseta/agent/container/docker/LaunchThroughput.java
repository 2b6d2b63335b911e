package io.meseta.agent.container.docker;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.common.ids.ContainerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * How many containers of {@code true} run to their end in a second, with 16 at the same time: by
 * the engine's API alone (create, start, wait, remove), and through the containerizer (launch to
 * removed). No test: run by hand, with the number of rounds and of containers in each.
 *
 * <p>The two take turns, so that what else the machine does falls on both.
 */
final class LaunchThroughput {

  private static final int PARALLEL = 16;

  private LaunchThroughput() {}

  /** Prints a line for each round, and the medians of the ratio. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    TestEngine.ensure();
    Path workDir = Files.createTempDirectory("meseta-throughput");
    DockerOptions options =
        DockerOptions.defaults(workDir, "127.0.0.1").withHost(TestEngine.host());
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      double direct = direct(options, count);
      double through = through(options, count);
      if (round > 0) {
        // The first is for warming up.
        ratios.add(through / direct);
        print("engine %.1f/s, containerizer %.1f/s, %.0f %%", direct, through, ratios.getLast());
      }
    }
    ratios.sort(null);
    System.out.println(
        String.format(Locale.ROOT, "median %.0f %%", 100 * ratios.get(ratios.size() / 2)));
    System.exit(0);
  }

  private static void print(String format, double direct, double through, double ratio) {
    System.out.println(String.format(Locale.ROOT, format, direct, through, 100 * ratio));
  }

  private static double direct(DockerOptions options, int count) throws Exception {
    try (EngineConnection connection = new EngineConnection(options.host());
        ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
      DockerClient docker = connection.docker();
      long begin = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(threads.submit(() -> runDirectly(docker)));
      }
      for (Future<?> each : all) {
        each.get();
      }
      return perSecond(count, begin);
    }
  }

  private static void runDirectly(DockerClient docker) {
    String id =
        docker
            .createContainerCmd(TestEngine.IMAGE)
            .withName("throughput-" + UUID.randomUUID())
            .withCmd("true")
            .withHostConfig(
                HostConfig.newHostConfig()
                    .withNetworkMode("host")
                    .withCpuQuota(50_000L)
                    .withCpuPeriod(100_000L)
                    .withMemory(64L << 20))
            .exec()
            .getId();
    docker.startContainerCmd(id).exec();
    docker.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode();
    docker.removeContainerCmd(id).exec();
  }

  private static double through(DockerOptions options, int count) throws Exception {
    try (DockerContainerizer containerizer = new DockerContainerizer(options)) {
      Ends ends = new Ends(count, containerizer);
      containerizer.start(ends);
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        ends.turns.acquire();
        ContainerSpec spec = TestTasks.spec(UUID.randomUUID().toString(), TestTasks.shell("true"));
        containerizer.launch(spec);
      }
      ends.all.await();
      awaitNone(options);
      return perSecond(count, begin);
    }
  }

  private static void awaitNone(DockerOptions options) throws Exception {
    EngineHealth health = new EngineHealth((healthy, detail) -> {});
    try (EngineClient client = new EngineClient(options, health)) {
      await("all are removed")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> client.list(Optional.of(TestTasks.AGENT)).isEmpty());
    }
  }

  private static double perSecond(int count, long beginNanos) {
    return count * 1e9 / (System.nanoTime() - beginNanos);
  }

  private static final class Ends implements Containerizer.Listener {

    private final CountDownLatch all;
    private final Semaphore turns = new Semaphore(PARALLEL);
    private final ConcurrentHashMap<ContainerId, Boolean> seen = new ConcurrentHashMap<>();
    private final DockerContainerizer containerizer;

    Ends(int count, DockerContainerizer containerizer) {
      this.containerizer = containerizer;
      this.all = new CountDownLatch(count);
    }

    @Override
    public void exited(ContainerId container, ContainerExit exit) {
      if (seen.put(container, true) == null) {
        containerizer.remove(container);
        turns.release();
        all.countDown();
      }
    }

    @Override
    public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
      throw new IllegalStateException(phase + ": " + reason);
    }

    @Override
    public void progressed(ContainerId container, ContainerPhase phase, String detail) {}

    @Override
    public void prepared(ContainerId container) {}

    @Override
    public void started(ContainerId container, StartedContainer started) {}

    @Override
    public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {}

    @Override
    public void engineHealth(boolean healthy, String detail) {}
  }
}
