package io.meseta.cli.it;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.NotConnectedException;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.TaskBuilder;
import io.meseta.scheduler.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A framework that launches what it is given, in that order, as offers allow, and remembers all
 * that it is told. A launch that was never sent is made again with the next offers; any other is
 * not.
 */
final class Recorder implements Scheduler, AutoCloseable {

  /** An update as it came. */
  record Seen(Instant at, TaskStatus status) {}

  /** A subscription. */
  record Subscribed(Instant at, String framework) {}

  /** A task to be launched, on a certain agent or on any. */
  record Wanted(String id, Optional<String> agent, TaskBuilder description) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Wanted> waiting = new ArrayList<>();
  private final Set<String> launched = new LinkedHashSet<>();
  private final Map<String, List<Seen>> updates = new LinkedHashMap<>();
  private final List<Subscribed> subscriptions = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final SchedulerDriver driver;

  private Recorder(String zk) {
    driver =
        SchedulerDriver.builder(Frameworks.surviving("it", Duration.ofHours(1)).build(), this)
            .master(zk)
            .build();
  }

  /** Connects; returns when it is subscribed. */
  static Recorder connect(String zk) throws InterruptedException {
    Recorder recorder = new Recorder(zk);
    recorder.driver.start();
    recorder.await(
        "the framework is subscribed",
        Duration.ofSeconds(30),
        () -> !recorder.subscriptions.isEmpty());
    return recorder;
  }

  /** A task of a shell command that takes little. */
  static Wanted shell(String id, String command) {
    return new Wanted(
        id,
        Optional.empty(),
        Tasks.docker(Docker.IMAGE)
            .id(id)
            .name(id)
            .command(command)
            .killGrace(Duration.ofSeconds(2))
            .cpus(0.1)
            .memoryMiB(32));
  }

  static Wanted shellOn(String agent, String id, String command) {
    return new Wanted(id, Optional.of(agent), shell(id, command).description());
  }

  // ---- what the test orders ----

  void submit(Collection<Wanted> tasks) {
    locked(() -> waiting.addAll(tasks));
    driver.revive(); // While there is no connection this fails; the next one begins with offers.
  }

  void kill(String task) {
    driver.kill(Tasks.id(task));
  }

  /** Ends the framework and with it all its tasks. */
  void teardown() throws InterruptedException {
    driver.teardown();
    if (!driver.awaitTermination(Duration.ofSeconds(30))) {
      throw new AssertionError("the framework is not torn down");
    }
  }

  // ---- what the driver tells ----

  @Override
  public void subscribed(SchedulerDriver from, FrameworkID id, MasterInfo master) {
    locked(() -> subscriptions.add(new Subscribed(Instant.now(), id.getValue())));
  }

  @Override
  public void resubscribed(SchedulerDriver from, FrameworkID id, MasterInfo master) {
    subscribed(from, id, master);
  }

  @Override
  public void offers(SchedulerDriver from, List<Offer> offers) {
    for (Offer offer : offers) {
      OfferBudget budget = OfferBudget.of(offer);
      List<Wanted> taken = new ArrayList<>();
      locked(() -> {
        take(offer, budget, taken);
        taken.forEach(task -> launched.add(task.id()));
      });
      from.launch(budget)
          .whenComplete((accepted, failure) -> {
            if (failure instanceof NotConnectedException) {
              locked(() -> waiting.addAll(0, taken));
            }
          });
    }
  }

  private void take(Offer offer, OfferBudget budget, List<Wanted> taken) {
    for (Wanted task : waiting) {
      boolean here = task.agent().filter(id -> !id.equals(offer.getAgentId().getValue())).isEmpty();
      if (here && budget.fits(task.description())) {
        budget.add(task.description());
        taken.add(task);
      }
    }
    waiting.removeAll(taken);
  }

  @Override
  public void statusUpdate(SchedulerDriver from, TaskStatus status) {
    locked(() ->
        updates
            .computeIfAbsent(status.getTaskId().getValue(), id -> new ArrayList<>())
            .add(new Seen(Instant.now(), status)));
  }

  @Override
  public void error(SchedulerDriver from, String message) {
    locked(() -> errors.add(message));
  }

  // ---- what the test asks ----

  List<Subscribed> subscriptions() {
    return reading(() -> List.copyOf(subscriptions));
  }

  List<Seen> updatesOf(String task) {
    return reading(() -> List.copyOf(updates.getOrDefault(task, List.of())));
  }

  /** The last update of a task, which must have ended. */
  TaskStatus lastOf(String task) {
    List<Seen> seen = updatesOf(task);
    return seen.get(seen.size() - 1).status();
  }

  /** All terminal states that were told of a task: one, if all is well. */
  Set<TaskState> endsOf(String task) {
    Set<TaskState> ends = EnumSet.noneOf(TaskState.class);
    for (Seen seen : updatesOf(task)) {
      if (Tasks.isTerminal(seen.status().getState())) {
        ends.add(seen.status().getState());
      }
    }
    return ends;
  }

  /** The terminal update that the agent itself sent, as opposed to answers to reconciliation. */
  Optional<Seen> endUpdateOf(String task) {
    return updatesOf(task).stream()
        .filter(seen -> Tasks.isTerminal(seen.status().getState()) && seen.status().hasUuid())
        .findFirst();
  }

  void awaitSubscriptions(int count, Duration limit) throws InterruptedException {
    await(count + " subscriptions", limit, () -> subscriptions.size() >= count);
  }

  /** Waits until the driver has been given the launch of a task. */
  void awaitLaunched(String task, Duration limit) throws InterruptedException {
    await("the launch of " + task, limit, () -> launched.contains(task));
  }

  /** Waits for the first update of a task: its agent has written it down. */
  void awaitUpdate(String task, Duration limit) throws InterruptedException {
    await("an update of " + task, limit, () -> updates.containsKey(task));
  }

  void awaitRunning(Collection<String> tasks, Duration limit) throws InterruptedException {
    for (String task : tasks) {
      await(
          "TASK_RUNNING of " + task,
          limit,
          () ->
              updatesOf(task).stream()
                  .anyMatch(seen -> seen.status().getState() == TaskState.TASK_RUNNING));
    }
  }

  void awaitEnds(Collection<String> tasks, Duration limit) throws InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    for (String task : tasks) {
      await(
          "the end of " + task,
          Duration.ofNanos(deadlineNs - System.nanoTime()),
          () -> !endsOf(task).isEmpty());
    }
  }

  void awaitEndUpdate(String task, Duration limit) throws InterruptedException {
    await("the agent's update of the end of " + task, limit, () -> endUpdateOf(task).isPresent());
  }

  private void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    lock.lock();
    try {
      long leftNs = limit.toNanos();
      while (!condition.getAsBoolean()) {
        if (leftNs <= 0) {
          throw new AssertionError("Still missing after " + limit + ": " + what + "\n" + told());
        }
        leftNs = changed.awaitNanos(leftNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /** All that was told, a line per task. */
  private String told() {
    StringBuilder text = new StringBuilder("errors: " + errors + ", waiting: " + waiting.size());
    updates.forEach((task, seen) -> {
      text.append('\n').append(task).append(':');
      for (Seen each : seen) {
        text.append(' ').append(each.at()).append(' ').append(each.status().getState());
        text.append(each.status().hasUuid() ? "" : "(" + each.status().getReason() + ")");
      }
    });
    return text.toString();
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T reading(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    driver.close();
  }
}
