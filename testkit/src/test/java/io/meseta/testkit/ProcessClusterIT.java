package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of tasks that are plain processes, through real sockets. */
@Timeout(240)
class ProcessClusterIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void tasksRunAndAreReported() throws Exception {
    try (MesetaCluster cluster = ready();
        Runner framework = new Runner(cluster, "exit 0", "exit 3", "exec tail /dev/zero")) {
      assertThat(framework.awaitEnd("task-0").getState()).isEqualTo(TaskState.TASK_FINISHED);
      assertThat(framework.awaitEnd("task-1").getMessage()).contains("status 3");
      assertThat(framework.awaitEnd("task-2").getReason())
          .isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }
  }

  @Test
  void theyOutliveTheirAgentAndTheirTrueEndIsTold() throws Exception {
    String command = "until [ -f " + directory + "/go ]; do sleep 0.05; done; exit ";
    try (MesetaCluster cluster = ready();
        Runner framework = new Runner(cluster, command + 7, "exec sleep 1000")) {
      framework.await("task-0", TaskState.TASK_RUNNING);
      framework.await("task-1", TaskState.TASK_RUNNING);

      cluster.agent(0).stop();
      Files.createFile(directory.resolve("go"));
      cluster.agent(0).start();

      assertThat(framework.awaitEnd("task-0").getMessage()).contains("status 7");
      framework.kill("task-1");
      assertThat(framework.awaitEnd("task-1").getState()).isEqualTo(TaskState.TASK_KILLED);
    }
  }

  private static MesetaCluster ready() throws Exception {
    MesetaCluster cluster =
        MesetaCluster.builder()
            .processes()
            .masterOptions(master -> master.allocationInterval(Duration.ofMillis(100)))
            .start();
    try {
      cluster.awaitReady(LIMIT);
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** A framework that runs a shell command per task. */
  private static final class Runner implements Scheduler, AutoCloseable {

    private final BlockingQueue<TaskStatus> updates = new LinkedBlockingQueue<>();
    private final Deque<String> left = new ArrayDeque<>();
    private final SchedulerDriver driver;
    private int launched;

    Runner(MesetaCluster cluster, String... commands) {
      left.addAll(List.of(commands));
      FrameworkInfo info = Frameworks.surviving("processes", Duration.ofMinutes(1)).build();
      driver = SchedulerDriver.builder(info, this).master(cluster.zk()).build().start();
    }

    TaskStatus awaitEnd(String task) throws InterruptedException {
      return await(
          task,
          TaskState.TASK_FINISHED,
          TaskState.TASK_FAILED,
          TaskState.TASK_KILLED,
          TaskState.TASK_GONE,
          TaskState.TASK_DROPPED,
          TaskState.TASK_ERROR);
    }

    /** What is told of others meanwhile is kept. */
    TaskStatus await(String task, TaskState... states) throws InterruptedException {
      Deque<TaskStatus> others = new ArrayDeque<>();
      long deadlineNs = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        TaskStatus status = updates.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(status).as("%s in time, not only %s", List.of(states), others).isNotNull();
        if (status.getTaskId().getValue().equals(task)
            && List.of(states).contains(status.getState())) {
          updates.addAll(others);
          return status;
        }
        others.add(status);
      }
    }

    void kill(String task) {
      driver.kill(io.meseta.api.v1.TaskID.newBuilder().setValue(task).build());
    }

    @Override
    public void subscribed(SchedulerDriver with, FrameworkID frameworkId, MasterInfo master) {}

    @Override
    public void offers(SchedulerDriver with, List<Offer> offers) {
      for (Offer offer : offers) {
        OfferBudget budget = OfferBudget.of(offer);
        while (!left.isEmpty()) {
          budget.add(
              Tasks.process(left.removeFirst())
                  .name("process")
                  .id("task-" + launched++)
                  .cpus(0.1)
                  .memoryMiB(32));
        }
        with.launch(budget);
      }
    }

    @Override
    public void statusUpdate(SchedulerDriver with, TaskStatus status) {
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
