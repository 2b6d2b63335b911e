package io.meseta.cli.bench;

import com.github.dockerjava.api.DockerClient;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.cli.engine.DockerEngine;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import io.meseta.testkit.MesetaCluster;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How fast one agent runs tasks that do nothing, the work of benchmarks.md's second results: one
 * master, one agent and the framework in this process, updates acknowledged.
 */
final class TasksBenchmark {

  private static final int RUNS = 3;
  private static final long WAIT_SECONDS = 120;
  private static final double CPUS = 0.1;
  private static final String SMALL = "cpus:" + CPUS + ";mem:32";

  /**
   * How much is done.
   *
   * @param single processes one after the other
   * @param processes in one ACCEPT
   * @param containers in one ACCEPT, and by the engine alone
   */
  record Amounts(int single, int processes, int containers) {}

  /** What was measured. */
  record Result(
      Figures starting,
      Figures running,
      Figures finished,
      Rates processRate,
      Rates containerRate,
      Rates engineRate) {

    double shareOfEngine() {
      return containerRate.median() / engineRate.median();
    }
  }

  private final Amounts amounts;
  private final URI host;
  private final Consumer<String> progress;
  private int made;

  TasksBenchmark(Amounts amounts, URI host, Consumer<String> progress) {
    this.amounts = amounts;
    this.host = host;
    this.progress = progress;
  }

  Result run() throws Exception {
    try (MesetaCluster cluster =
            MesetaCluster.builder()
                .docker(host)
                .masterOptions(options -> options.allocationInterval(Duration.ofMillis(100)))
                .agentResources(index -> "cpus:128;mem:131072;disk:1024")
                .start();
        DockerClient engine = EngineRate.connect(host)) {
      cluster.awaitReady(Duration.ofSeconds(WAIT_SECONDS));
      TaskTimes times = new TaskTimes();
      SchedulerDriver driver =
          SchedulerDriver.builder(Frameworks.named("bench").build(), times)
              .master(cluster.zk())
              .build()
              .start();
      try {
        times.awaitSubscribed(WAIT_SECONDS);
        return measure(driver, times, new EngineRate(engine));
      } finally {
        driver.teardown().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private Result measure(SchedulerDriver driver, TaskTimes times, EngineRate engine)
      throws Exception {
    int warmUp = amounts.single() / 4;
    List<Long> starting = new ArrayList<>();
    List<Long> running = new ArrayList<>();
    List<Long> finished = new ArrayList<>();
    for (int i = 0; i < amounts.single(); i++) {
      List<Offer> offers = take(driver, times, 1);
      TaskInfo task = process(offers.get(0));
      long begin = launch(driver, times, offers, List.of(task));
      String id = task.getTaskId().getValue();
      starting.add(times.at(id, TaskState.TASK_STARTING) - begin);
      running.add(times.at(id, TaskState.TASK_RUNNING) - begin);
      finished.add(times.at(id, TaskState.TASK_FINISHED) - begin);
    }
    progress.accept("  " + amounts.single() + " processes one after the other: done");
    List<Double> processRate = new ArrayList<>();
    List<Double> containerRate = new ArrayList<>();
    List<Double> engineRate = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      processRate.add(rate(driver, times, amounts.processes(), this::process));
      engineRate.add(engine.run(amounts.containers()));
      containerRate.add(rate(driver, times, amounts.containers(), this::container));
      progress.accept("  round " + (i + 1) + " of " + RUNS + " of many at once: done");
    }
    return new Result(
        new Figures(starting, warmUp),
        new Figures(running, warmUp),
        new Figures(finished, warmUp),
        new Rates(processRate),
        new Rates(containerRate),
        new Rates(engineRate));
  }

  /** Makes a task for an offer. */
  private interface Maker {
    TaskInfo make(Offer offer);
  }

  private double rate(SchedulerDriver driver, TaskTimes times, int count, Maker maker)
      throws Exception {
    List<Offer> offers = take(driver, times, count);
    List<TaskInfo> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(maker.make(offers.get(0)));
    }
    long begin = launch(driver, times, offers, tasks);
    long end = begin;
    for (TaskInfo task : tasks) {
      end = Math.max(end, times.at(task.getTaskId().getValue(), TaskState.TASK_FINISHED));
    }
    return count / ((end - begin) / 1e9);
  }

  private static List<Offer> take(SchedulerDriver driver, TaskTimes times, int tasks)
      throws Exception {
    // What is left of the last offer is hidden by the default filter.
    driver.revive().toCompletableFuture().join();
    return times.takeOffers(tasks * CPUS, WAIT_SECONDS);
  }

  /** Returns when all have ended; what comes back is when the call was made. */
  private static long launch(
      SchedulerDriver driver, TaskTimes times, List<Offer> offers, List<TaskInfo> tasks)
      throws Exception {
    times.expect(tasks.stream().map(task -> task.getTaskId().getValue()).toList());
    long begin = System.nanoTime();
    List<OfferID> ids = offers.stream().map(Offer::getId).toList();
    driver.launch(ids, tasks).toCompletableFuture().join();
    times.awaitEnds(WAIT_SECONDS);
    return begin;
  }

  private TaskInfo process(Offer offer) {
    return TaskInfo.newBuilder()
        .setName("bench")
        .setTaskId(Tasks.id("process-" + made++))
        .setAgentId(offer.getAgentId())
        .setCommand(CommandInfo.newBuilder().setShell(false).setValue("true").addArguments("true"))
        .addAllResources(Resources.of(SMALL).toProto(ReservationFormat.REFINED))
        .build();
  }

  private TaskInfo container(Offer offer) {
    return Tasks.docker(DockerEngine.IMAGE)
        .id("container-" + made++)
        .name("bench")
        .command("true")
        .cpus(CPUS)
        .memoryMiB(32)
        .build(offer);
  }
}
