package io.meseta.examples;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.NotConnectedException;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Offers;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.TaskBuilder;
import io.meseta.scheduler.Tasks;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs a number of small Docker containers to their end, and says what happens.
 *
 * <pre>HelloFramework zk://127.0.0.1:2181/mesos 3</pre>
 */
public final class HelloFramework implements Scheduler {

  private final int count;
  private final PrintStream out;
  private final TaskBuilder hello;

  private int launched;

  /** The ids of tasks that have ended: an update may come twice, and counts once. */
  private final Set<String> ended = new HashSet<>();

  private boolean allSucceeded = true;

  /**
   * @param image has {@code /bin/sh} and is on the agents, or where they pull from
   * @param count how many containers to run
   * @param out where to say what happens
   */
  public HelloFramework(String image, int count, PrintStream out) {
    this.count = count;
    this.out = out;
    this.hello =
        Tasks.docker(image)
            .name("hello")
            .command("echo Hello from $(hostname); sleep 2")
            .cpus(0.5)
            .memoryMiB(64);
  }

  @Override
  public void subscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
    out.println("subscribed as " + id.getValue());
  }

  @Override
  public void offers(SchedulerDriver driver, List<Offer> offers) {
    for (Offer offer : offers) {
      out.println("offer of " + Offers.describe(offer));
      OfferBudget budget = OfferBudget.of(offer);
      while (launched < count && budget.fits(hello)) {
        TaskInfo task = budget.add(hello);
        launched++;
        out.println("launching " + task.getTaskId().getValue());
      }
      launch(driver, budget);
    }
    if (launched == count) {
      driver.suppress(); // Offers that we do not need would be missing for others.
    }
  }

  private void launch(SchedulerDriver driver, OfferBudget budget) {
    driver
        .launch(budget) // Declines the offer when nothing was added.
        .whenCompleteAsync(
            (accepted, failure) -> {
              if (failure instanceof NotConnectedException) {
                launched -= budget.tasks().size(); // They never existed: the next offers serve.
              }
            },
            driver.callbackExecutor());
  }

  @Override
  public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
    String task = status.getTaskId().getValue();
    out.println(task + " " + status.getState() + " " + status.getMessage());
    if (!Tasks.isTerminal(status.getState()) || !ended.add(task)) {
      return;
    }
    allSucceeded &= status.getState() == TaskState.TASK_FINISHED;
    if (ended.size() == count) {
      out.println(allSucceeded ? "all have finished" : "all have ended, not all well");
      driver.teardown();
    }
  }

  @Override
  public void resubscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
    out.println("subscribed again");
    if (ended.size() == count) {
      driver.teardown(); // The first one did not get through.
    }
  }

  @Override
  public void disconnected(SchedulerDriver driver, String reason) {
    out.println("disconnected: " + reason);
  }

  @Override
  public void error(SchedulerDriver driver, String message) {
    out.println("error: " + message);
  }

  /**
   * To be asked after the driver has ended.
   *
   * @return whether every container ended with exit code 0
   */
  public boolean allSucceeded() {
    return allSucceeded && ended.size() == count;
  }

  /**
   * Runs the framework to its end.
   *
   * @param arguments the master, and how many containers to run
   * @throws InterruptedException when interrupted
   */
  public static void main(String[] arguments) throws InterruptedException {
    String master = arguments.length > 0 ? arguments[0] : "zk://127.0.0.1:2181/mesos";
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    HelloFramework framework = new HelloFramework("meseta/busybox:local", count, System.out);
    try (SchedulerDriver driver =
        SchedulerDriver.builder(Frameworks.named("hello").build(), framework)
            .master(master)
            .build()
            .start()) {
      driver.awaitTermination();
    }
    System.exit(framework.allSucceeded() ? 0 : 1);
  }
}
