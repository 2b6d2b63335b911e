package io.meseta.cli.bench;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A framework that notes when it hears of which state of which task. */
final class TaskTimes implements Scheduler {

  private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
  private final Map<String, Map<TaskState, Long>> times = new ConcurrentHashMap<>();
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private volatile CountDownLatch ends = new CountDownLatch(0);

  /** Waits until it can make calls. */
  void awaitSubscribed(long limitSeconds) throws InterruptedException {
    if (!subscribed.await(limitSeconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException("not subscribed within " + limitSeconds + " s");
    }
  }

  /** Waits until all that is offered is enough for so many CPUs, and takes it. */
  List<Offer> takeOffers(double cpus, long limitSeconds) throws InterruptedException {
    List<Offer> taken = new ArrayList<>();
    while (cpusOf(taken) < cpus) {
      Offer offer = offers.poll(limitSeconds, TimeUnit.SECONDS);
      if (offer == null) {
        throw new IllegalStateException(
            "offers of " + cpus + " CPUs did not come within " + limitSeconds + " s");
      }
      taken.add(offer);
      offers.drainTo(taken);
    }
    return taken;
  }

  private static double cpusOf(List<Offer> offers) {
    return offers.stream()
        .flatMap(offer -> offer.getResourcesList().stream())
        .filter(resource -> resource.getName().equals("cpus"))
        .mapToDouble(resource -> resource.getScalar().getValue())
        .sum();
  }

  /** These tasks are about to be launched. */
  void expect(List<String> tasks) {
    ends = new CountDownLatch(tasks.size());
    tasks.forEach(task -> times.put(task, new EnumMap<>(TaskState.class)));
  }

  /** Waits until all that were expected have finished. */
  void awaitEnds(long limitSeconds) throws InterruptedException {
    if (!ends.await(limitSeconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          ends.getCount() + " tasks have not ended within " + limitSeconds + " s");
    }
  }

  /** {@link System#nanoTime} at which this state of a task was heard of, once it has ended. */
  long at(String task, TaskState state) {
    Map<TaskState, Long> known = times.get(task);
    Long at = known == null ? null : known.get(state);
    if (at == null) {
      throw new IllegalStateException("task " + task + " was never told " + state + ": " + known);
    }
    return at;
  }

  @Override
  public void subscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
    subscribed.countDown();
  }

  @Override
  public void offers(SchedulerDriver driver, List<Offer> newOffers) {
    offers.addAll(newOffers);
  }

  @Override
  public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
    long now = System.nanoTime();
    Map<TaskState, Long> known = times.get(status.getTaskId().getValue());
    if (known == null || known.putIfAbsent(status.getState(), now) != null) {
      return;
    }
    switch (status.getState()) {
      case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> {}
      case TASK_FINISHED -> ends.countDown();
      default -> throw new IllegalStateException("a task that does nothing failed: " + status);
    }
  }

  @Override
  public void error(SchedulerDriver driver, String message) {
    throw new IllegalStateException(message);
  }
}
