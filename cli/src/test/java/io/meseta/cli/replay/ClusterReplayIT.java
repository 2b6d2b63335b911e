package io.meseta.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.config.Bytes;
import io.meseta.common.recording.RecordingFile;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import io.meseta.testkit.MesetaCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that works is recorded, master and agent, and both recordings happen again. */
@Timeout(180)
class ClusterReplayIT {

  private static final int TASKS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void whatAClusterDidHappensAgain() throws Exception {
    Path master = directory.resolve("master");
    Path agent = directory.resolve("agent");
    Instant running;
    try (MesetaCluster cluster =
        MesetaCluster.builder()
            .masterOptions(options -> options.record(master, Bytes.parse("16KB"), 100))
            .agentOptions((options, index) -> options.record(agent, Bytes.parse("16KB"), 100))
            .start()) {
      cluster.awaitReady(LIMIT);
      try (ShortTasks framework = new ShortTasks(cluster)) {
        for (int i = 0; i < TASKS; i++) {
          framework.awaitRunning("task-" + i);
          if (i == TASKS / 2) {
            cluster.agent(0).stop();
            cluster.agent(0).start();
            cluster.awaitReady(LIMIT);
          }
          cluster.agent(0).containers().exit("task-" + i, i % 2);
        }
        framework.awaitRunning("task-" + TASKS);
        running = Instant.now();
      }
    }

    for (Path recordings : List.of(master, agent)) {
      List<Path> files = RecordingFile.in(recordings);
      assertThat(files).as("files in %s", recordings).hasSizeGreaterThan(1);
      for (Path file : files) {
        Replayed replayed = Replayed.run(file);
        assertThat(replayed.exitCode())
            .as("%s: %s%s", file, replayed.out(), replayed.err())
            .isZero();
        assertThat(replayed.out()).contains("effects equal: yes");
      }
      Path last = files.get(files.size() - 1);
      assertThat(Replayed.run(last, "--until", running, "--show", "tasks").out())
          .as("the state when the last task ran, %s", last)
          .containsPattern("task-" + TASKS + " .*TASK_RUNNING");
    }
  }

  /** Launches one task after the other, each when the one before has ended. */
  private static final class ShortTasks implements Scheduler, AutoCloseable {

    private final BlockingQueue<TaskStatus> updates = new LinkedBlockingQueue<>();
    private final SchedulerDriver driver;
    private int launched;
    private boolean wanted = true;

    ShortTasks(MesetaCluster cluster) {
      driver =
          SchedulerDriver.builder(
                  Frameworks.surviving("short-tasks", Duration.ofMinutes(1)).build(), this)
              .master(cluster.zk())
              .build()
              .start();
    }

    void awaitRunning(String task) throws InterruptedException {
      long deadlineNs = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        TaskStatus status = updates.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(status).as("%s runs in time", task).isNotNull();
        if (status.getState() == TaskState.TASK_RUNNING
            && status.getTaskId().getValue().equals(task)) {
          return;
        }
      }
    }

    @Override
    public void subscribed(SchedulerDriver with, FrameworkID frameworkId, MasterInfo master) {}

    @Override
    public void offers(SchedulerDriver with, List<Offer> offers) {
      for (Offer offer : offers) {
        OfferBudget budget = OfferBudget.of(offer);
        if (wanted) {
          wanted = false;
          String id = "task-" + launched++;
          budget.add(Tasks.docker("scripted").name(id).id(id).command("-").cpus(1).memoryMiB(64));
        }
        with.launch(budget);
      }
    }

    @Override
    public void statusUpdate(SchedulerDriver with, TaskStatus status) {
      wanted |=
          status.getState() == TaskState.TASK_FINISHED
              || status.getState() == TaskState.TASK_FAILED;
      if (wanted) {
        with.revive();
      }
      updates.add(status);
    }

    @Override
    public void error(SchedulerDriver with, String message) {
      throw new AssertionError(message);
    }

    @Override
    public void close() {
      driver.close();
    }
  }
}
