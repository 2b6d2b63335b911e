package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.it.Example.Expected;
import io.meseta.cli.it.Example.Step;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A framework that runs examples, as many at once as fit, each once, and remembers the last word on
 * each of their tasks.
 */
final class ExampleRunner implements Scheduler, AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
  private final Map<String, TaskStatus> ends = new ConcurrentHashMap<>();
  private final Map<String, TaskStatus> running = new ConcurrentHashMap<>();

  /** What was told of executors: the id, the event and its content. */
  private final Set<String> heard = ConcurrentHashMap.newKeySet();

  private final Map<String, Integer> stepsTaken = new HashMap<>();
  private final Set<String> killed = ConcurrentHashMap.newKeySet();
  private final BiPredicate<Expected, TaskStatus> begun;
  private final SchedulerDriver driver;

  /**
   * Connects.
   *
   * @param begun whether a running task that is to be killed has come far enough for that
   */
  ExampleRunner(String zk, BiPredicate<Expected, TaskStatus> begun) {
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
    List<Offer.Operation> operations = new ArrayList<>();
    for (Example example : batch) {
      operations.add(example.operation(offer.getAgentId()));
    }
    driver
        .accept(List.of(offer.getId()), operations, Filters.getDefaultInstance())
        .toCompletableFuture()
        .join();
    List<Example> open = new ArrayList<>(batch);
    try {
      await("all examples have ended")
          .atMost(LIMIT)
          .until(() -> {
            for (Example example : open) {
              advance(example, offer.getAgentId());
            }
            open.removeIf(this::isOver);
            return open.isEmpty();
          });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not over: " + open + "; told of executors: " + heard, e);
    }
  }

  /** Takes the next step if it is due; kills what is to be killed after the last one. */
  private void advance(Example example, AgentID agent) throws DecodeException {
    if (!example.expected().stream()
        .map(Expected::task)
        .allMatch(task -> running.containsKey(task) || ends.containsKey(task))) {
      return;
    }
    int taken = stepsTaken.getOrDefault(example.name(), 0);
    if (taken < example.steps().size() && wereHeard(example, taken)) {
      Step step = example.steps().get(taken);
      if (step.call().isPresent()) {
        driver.call(step.call(agent)).toCompletableFuture().join();
      }
      stepsTaken.put(example.name(), taken + 1);
    }
    example.expected().forEach(this::killIfDue);
  }

  /** Whether the first steps are over. */
  private boolean wereHeard(Example example, int steps) {
    return example.steps().subList(0, steps).stream()
        .allMatch(step -> heard.contains(example.executor() + " " + step.event()));
  }

  private boolean isOver(Example example) {
    return example.expected().stream().allMatch(task -> ends.containsKey(task.task()))
        && stepsTaken.getOrDefault(example.name(), 0) == example.steps().size()
        && wereHeard(example, example.steps().size());
  }

  private void killIfDue(Expected task) {
    if (task.kill()
        && running.containsKey(task.task())
        && !ends.containsKey(task.task())
        && begun.test(task, running.get(task.task()))
        && killed.add(task.task())) {
      driver.kill(Tasks.id(task.task()));
    }
  }

  /** The last word on a task that has been run. */
  TaskStatus endOf(Expected task) {
    TaskStatus status = ends.get(task.task());
    if (status == null) {
      throw new IllegalArgumentException(task.task() + " has not been run");
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
    switch (status.getState()) {
      case TASK_STAGING, TASK_STARTING, TASK_KILLING -> {}
      case TASK_RUNNING -> running.put(task, status);
      default -> ends.put(task, status);
    }
  }

  @Override
  public void message(SchedulerDriver from, ExecutorID executor, AgentID agent, byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    heard.add(executor.getValue() + " MESSAGE " + text);
  }

  @Override
  public void executorExited(SchedulerDriver from, ExecutorID executor, AgentID agent, int status) {
    heard.add(executor.getValue() + " FAILURE " + status);
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
