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
import io.meseta.scheduler.SchedulerDriverBuilder;
import io.meseta.scheduler.TaskBuilder;
import io.meseta.scheduler.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A framework that launches one task and notes what it is told. */
final class OneTask implements Scheduler, AutoCloseable {

  private final BlockingQueue<TaskStatus> updates = new LinkedBlockingQueue<>();
  private final SchedulerDriver driver;
  private boolean launched;

  OneTask(MesetaCluster cluster) {
    this(cluster, driver -> driver);
  }

  /** One whose driver is told more. */
  OneTask(MesetaCluster cluster, UnaryOperator<SchedulerDriverBuilder> change) {
    FrameworkInfo info = Frameworks.surviving("one-task", Duration.ofMinutes(1)).build();
    driver = change.apply(SchedulerDriver.builder(info, this).master(cluster.zk())).build().start();
  }

  TaskStatus awaitState(TaskState state) throws InterruptedException {
    long deadlineNs = System.nanoTime() + MesetaClusterTest.LIMIT.toNanos();
    while (true) {
      TaskStatus status = updates.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertThat(status).as("an update to %s in time", state).isNotNull();
      if (status.getState() == state) {
        return status;
      }
    }
  }

  @Override
  public void subscribed(SchedulerDriver with, FrameworkID frameworkId, MasterInfo master) {}

  @Override
  public void offers(SchedulerDriver with, List<Offer> offers) {
    TaskBuilder task =
        Tasks.docker("scripted").name("one").id("one").command("-").cpus(1).memoryMiB(64);
    for (Offer offer : offers) {
      OfferBudget budget = OfferBudget.of(offer);
      if (!launched) {
        budget.add(task);
        launched = true;
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
