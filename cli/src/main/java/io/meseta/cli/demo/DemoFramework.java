package io.meseta.cli.demo;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.engine.DockerEngine;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Offers;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.TaskBuilder;
import io.meseta.scheduler.Tasks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The demo's framework: launches each task once, wherever there is room, and writes down what it is
 * told. It is written against the author's API only, as any framework is.
 */
final class DemoFramework implements Scheduler {

  /** So that no agent gets all of them, and the table shows that there are two. */
  private static final int TASKS_PER_OFFER = 4;

  private static final Duration KILL_GRACE = Duration.ofSeconds(1);

  private final Queue<DemoTask> waiting;
  private final Board board;

  DemoFramework(List<DemoTask> tasks, Board board) {
    this.waiting = new ArrayDeque<>(tasks);
    this.board = board;
  }

  @Override
  public void subscribed(SchedulerDriver driver, FrameworkID frameworkId, MasterInfo master) {}

  @Override
  public void offers(SchedulerDriver driver, List<Offer> offers) {
    for (Offer offer : offers) {
      board.offered(offer.getHostname(), Offers.describe(offer));
      OfferBudget budget = OfferBudget.of(offer);
      while (budget.tasks().size() < TASKS_PER_OFFER && fitsNext(budget)) {
        DemoTask task = waiting.remove();
        budget.add(builder(task));
        board.launched(task, offer.getHostname());
      }
      driver.launch(budget);
    }
    if (waiting.isEmpty()) {
      driver.suppress();
    }
  }

  private boolean fitsNext(OfferBudget budget) {
    DemoTask next = waiting.peek();
    return next != null && budget.fits(builder(next));
  }

  private static TaskBuilder builder(DemoTask task) {
    return Tasks.docker(DockerEngine.IMAGE)
        .name(task.name())
        .id(task.name())
        .command(task.command())
        .cpus(task.cpus())
        .memoryMiB(task.memoryMiB())
        .killGrace(KILL_GRACE);
  }

  @Override
  public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
    board.updated(status);
  }

  @Override
  public void error(SchedulerDriver driver, String message) {
    board.ended(message);
  }
}
