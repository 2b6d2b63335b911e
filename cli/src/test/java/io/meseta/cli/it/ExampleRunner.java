package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A framework that runs examples, as many at once as fit, each once, and remembers the last word on
 * each.
 */
final class ExampleRunner implements Scheduler, AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
  private final Map<String, TaskStatus> ends = new ConcurrentHashMap<>();
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final Predicate<Example> begun;
  private final SchedulerDriver driver;

  /**
   * Connects.
   *
   * @param begun whether a running example that is to be killed has come far enough for that
   */
  ExampleRunner(String zk, Predicate<Example> begun) {
    this.begun = begun;
    driver =
        SchedulerDriver.builder(Frameworks.named("examples").build(), this)
            .master(zk)
            .build()
            .start();
  }

  /** Runs them all; returns when each has ended. */
  void run(List<Example> examples) throws Exception {
    List<Example> left = new ArrayList<>(examples);
    while (!left.isEmpty()) {
      Offer offer = offers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (offer == null) {
        throw new AssertionError("no offer for " + left);
      }
      List<Example> batch = fitting(left, offer);
      if (batch.isEmpty()) {
        throw new AssertionError(left.get(0).name() + " does not fit into " + offer);
      }
      left.removeAll(batch);
      launch(batch, offer);
      driver.revive().toCompletableFuture().join();
    }
  }

  private static List<Example> fitting(List<Example> examples, Offer offer)
      throws ResourceException, DecodeException {
    Resources free = Resources.fromProto(offer.getResourcesList());
    List<Example> batch = new ArrayList<>();
    for (Example example : examples) {
      Resources needed = example.resources(offer.getAgentId());
      if (free.contains(needed)) {
        free = free.minusOrThrow(needed);
        batch.add(example);
      }
    }
    return batch;
  }

  private void launch(List<Example> batch, Offer offer) throws DecodeException {
    List<TaskInfo> tasks = new ArrayList<>();
    for (Example example : batch) {
      tasks.add(example.task(offer.getAgentId()));
    }
    driver.launch(List.of(offer.getId()), tasks).toCompletableFuture().join();
    await("all of " + batch.stream().map(Example::name).toList() + " have ended")
        .atMost(LIMIT)
        .until(() -> {
          batch.forEach(this::killIfDue);
          return batch.stream().allMatch(example -> ends.containsKey(example.name()));
        });
  }

  private void killIfDue(Example example) {
    if (example.kill()
        && running.contains(example.name())
        && !ends.containsKey(example.name())
        && begun.test(example)) {
      running.remove(example.name());
      driver.kill(Tasks.id(example.name()));
    }
  }

  /** The last word on an example that has been run. */
  TaskStatus endOf(Example example) {
    TaskStatus status = ends.get(example.name());
    if (status == null) {
      throw new IllegalArgumentException(example.name() + " has not been run");
    }
    return status;
  }

  @Override
  public void subscribed(SchedulerDriver from, FrameworkID id, MasterInfo master) {
    // Offers come by themselves.
  }

  @Override
  public void offers(SchedulerDriver from, List<Offer> newOffers) {
    offers.addAll(newOffers);
  }

  @Override
  public void statusUpdate(SchedulerDriver from, TaskStatus status) {
    String task = status.getTaskId().getValue();
    if (status.getState() == TaskState.TASK_RUNNING) {
      running.add(task);
    }
    switch (status.getState()) {
      case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> {}
      default -> ends.put(task, status);
    }
  }

  @Override
  public void error(SchedulerDriver from, String message) {
    throw new IllegalStateException(message);
  }

  @Override
  public void close() {
    driver.teardown().toCompletableFuture().join();
  }
}
