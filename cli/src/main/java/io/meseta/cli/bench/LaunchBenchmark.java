package io.meseta.cli.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.engine.DockerEngine;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import io.meseta.testkit.MesetaCluster;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How much later than by the engine's own API a container starts that a framework launches.
 *
 * <p>Measured from the call, ACCEPT here and create there, to the moment in which the container's
 * start is seen on the engine's event stream. Both kinds take turns in one run, with the same
 * image, command and limits, so that whatever else the machine does weighs on both.
 */
final class LaunchBenchmark {

  private static final String LABEL = "io.meseta.task";
  private static final String COMMAND = "sleep 600";
  private static final double CPUS = 0.1;
  private static final int MEMORY_MIB = 32;
  private static final long WAIT_SECONDS = 30;

  /**
   * What was measured, after the warm-up.
   *
   * @param overhead of each pair, whose two launches follow each other: what slows the machine for
   *     a while is in both and so not in the difference
   */
  record Result(Figures throughMeseta, Figures direct, Figures overhead) {
    double differenceOfMedians() {
      return throughMeseta.median() - direct.median();
    }
  }

  private final int launches;
  private final int warmUp;
  private final URI host;
  private final IntConsumer progress;
  private final List<String> directContainers = new ArrayList<>();

  /**
   * @param launches of each kind, the warm-up included
   * @param progress told how many pairs are done
   */
  LaunchBenchmark(int launches, int warmUp, URI host, IntConsumer progress) {
    this.launches = launches;
    this.warmUp = warmUp;
    this.host = host;
    this.progress = progress;
  }

  Result run() throws Exception {
    try (MesetaCluster cluster =
            MesetaCluster.builder()
                .docker(host)
                .masterOptions(options -> options.allocationInterval(Duration.ofMillis(100)))
                .agentResources(index -> "cpus:64;mem:65536;disk:1024")
                .start();
        DockerClient engine = EngineRate.connect(host);
        EngineStarts starts = new EngineStarts(engine, LABEL)) {
      cluster.awaitReady(Duration.ofSeconds(WAIT_SECONDS));
      return measure(cluster, engine, starts);
    }
  }

  private Result measure(MesetaCluster cluster, DockerClient engine, EngineStarts starts)
      throws Exception {
    OfferQueue framework = new OfferQueue();
    List<Long> ours = new ArrayList<>();
    List<Long> direct = new ArrayList<>();
    SchedulerDriver driver =
        SchedulerDriver.builder(Frameworks.named("bench").build(), framework)
            .master(cluster.zk())
            .build()
            .start();
    try {
      for (int i = 0; i < launches; i++) {
        // By turns the first of the pair: each kind follows the other's work as often.
        if (i % 2 == 0) {
          direct.add(createAndStart(engine, starts, "direct-" + i));
          ours.add(launch(driver, framework, starts));
        } else {
          ours.add(launch(driver, framework, starts));
          direct.add(createAndStart(engine, starts, "direct-" + i));
        }
        // What is left of the offer is hidden by the default filter; the next launch needs it now.
        driver.revive().toCompletableFuture().join();
        progress.accept(i + 1);
      }
    } finally {
      driver.teardown().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
      directContainers.forEach(id -> engine.removeContainerCmd(id).withForce(true).exec());
    }
    List<Long> overhead =
        IntStream.range(0, ours.size()).mapToObj(i -> ours.get(i) - direct.get(i)).toList();
    return new Result(
        new Figures(ours, warmUp), new Figures(direct, warmUp), new Figures(overhead, warmUp));
  }

  private static long launch(SchedulerDriver driver, OfferQueue framework, EngineStarts starts)
      throws Exception {
    Offer offer = framework.take();
    TaskInfo task =
        Tasks.docker(DockerEngine.IMAGE)
            .name("bench")
            .command(COMMAND)
            .cpus(CPUS)
            .memoryMiB(MEMORY_MIB)
            .build(offer);
    long startNs = System.nanoTime();
    driver.launch(List.of(offer.getId()), List.of(task)).toCompletableFuture().join();
    return starts.await(task.getTaskId().getValue()) - startNs;
  }

  private long createAndStart(DockerClient engine, EngineStarts starts, String name)
      throws Exception {
    long memory = (long) MEMORY_MIB << 20;
    HostConfig limits =
        HostConfig.newHostConfig()
            .withNetworkMode("host")
            .withMemory(memory)
            .withMemorySwap(memory)
            .withCpuPeriod(100_000L)
            .withCpuQuota((long) (CPUS * 100_000))
            .withCpuShares((int) (CPUS * 1024));
    long startNs = System.nanoTime();
    String id =
        engine
            .createContainerCmd(DockerEngine.IMAGE)
            .withEntrypoint("/bin/sh")
            .withCmd("-c", COMMAND)
            .withLabels(Map.of(LABEL, name))
            .withHostConfig(limits)
            .exec()
            .getId();
    directContainers.add(id);
    engine.startContainerCmd(id).exec();
    return starts.await(name) - startNs;
  }

  /** Keeps the newest offer. */
  private static final class OfferQueue implements Scheduler {
    private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();

    Offer take() throws InterruptedException {
      Offer offer = offers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (offer == null) {
        throw new IllegalStateException("no offer came within " + WAIT_SECONDS + " s");
      }
      return offer;
    }

    @Override
    public void subscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
      // Nothing to do before there is an offer.
    }

    @Override
    public void offers(SchedulerDriver driver, List<Offer> newOffers) {
      offers.addAll(newOffers);
    }

    @Override
    public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
      // The engine's event stream is what counts here.
    }

    @Override
    public void error(SchedulerDriver driver, String message) {
      throw new IllegalStateException(message);
    }
  }
}
