package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A framework with executors of its own, on a cluster of one agent. It remembers all that it is
 * told.
 */
final class ExecutorFramework implements Scheduler, AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(60);

  private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
  private final List<TaskStatus> updates = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final Map<String, Integer> exits = new ConcurrentHashMap<>();
  private final SchedulerDriver driver;

  private ExecutorFramework(String zk) {
    driver =
        SchedulerDriver.builder(
                Frameworks.surviving("executors", Duration.ofHours(1)).build(), this)
            .master(zk)
            .build();
  }

  static ExecutorFramework connect(String zk) {
    ExecutorFramework framework = new ExecutorFramework(zk);
    framework.driver.start();
    return framework;
  }

  /** What a task of an executor is to do; see {@link io.meseta.examples.ThreadsExecutor}. */
  static TaskInfo task(String id, String what) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(Tasks.id(id))
        .setAgentId(AgentID.newBuilder().setValue("set at its launch"))
        .addAllResources(Resources.of("cpus:0.1;mem:32").toProto(ReservationFormat.REFINED))
        .setData(ByteString.copyFromUtf8(what))
        .build();
  }

  // ---- what it orders ----

  /** Launches tasks under one executor; gives the agent. */
  AgentID launch(ExecutorInfo executor, TaskInfo... tasks) throws Exception {
    List<Offer> taken = offersFor(executor, tasks);
    AgentID agent = taken.get(0).getAgentId();
    Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
    for (TaskInfo task : tasks) {
      launch.addTaskInfos(task.toBuilder().setAgentId(agent).setExecutor(executor).build());
    }
    accept(
        taken, Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH).setLaunch(launch));
    return agent;
  }

  void launchGroup(ExecutorInfo executor, TaskInfo... tasks) throws Exception {
    List<Offer> taken = offersFor(executor, tasks);
    TaskGroupInfo.Builder group = TaskGroupInfo.newBuilder();
    for (TaskInfo task : tasks) {
      group.addTasks(task.toBuilder().setAgentId(taken.get(0).getAgentId()));
    }
    accept(
        taken,
        Offer.Operation.newBuilder()
            .setType(Offer.Operation.Type.LAUNCH_GROUP)
            .setLaunchGroup(
                Offer.Operation.LaunchGroup.newBuilder()
                    .setExecutor(executor)
                    .setTaskGroup(group)));
  }

  /** What has become free bit by bit is offered bit by bit: as many offers as it takes. */
  private List<Offer> offersFor(ExecutorInfo executor, TaskInfo... tasks)
      throws InterruptedException, ResourceException {
    Resources needed = Resources.fromProto(executor.getResourcesList());
    for (TaskInfo task : tasks) {
      needed = needed.plus(Resources.fromProto(task.getResourcesList()));
    }
    List<Offer> taken = new ArrayList<>();
    Resources sum = Resources.EMPTY;
    while (!sum.contains(needed)) {
      Offer offer = offers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (offer == null) {
        throw new AssertionError(needed + " are needed, and no more is offered than " + sum);
      }
      taken.add(offer);
      sum = sum.plus(Resources.fromProto(offer.getResourcesList()));
    }
    return taken;
  }

  private void accept(List<Offer> taken, Offer.Operation.Builder operation) {
    driver
        .accept(
            taken.stream().map(Offer::getId).toList(),
            List.of(operation.build()),
            Filters.newBuilder().setRefuseSeconds(0).build())
        .toCompletableFuture()
        .join();
  }

  void kill(String task) {
    driver.kill(Tasks.id(task));
  }

  void message(ExecutorInfo executor, AgentID agent, String text) {
    driver.message(executor.getExecutorId(), agent, text.getBytes(StandardCharsets.UTF_8));
  }

  void shutDown(ExecutorInfo executor, AgentID agent) {
    driver.shutdownExecutor(executor.getExecutorId(), agent);
  }

  // ---- what it is told ----

  @Override
  public void subscribed(SchedulerDriver from, FrameworkID id, MasterInfo master) {}

  @Override
  public void offers(SchedulerDriver from, List<Offer> offered) {
    offers.addAll(offered);
  }

  @Override
  public void offerRescinded(SchedulerDriver from, OfferID gone) {
    offers.removeIf(offer -> offer.getId().equals(gone));
  }

  @Override
  public void statusUpdate(SchedulerDriver from, TaskStatus status) {
    updates.add(status);
  }

  @Override
  public void message(SchedulerDriver from, ExecutorID executor, AgentID agent, byte[] message) {
    messages.add(executor.getValue() + ": " + new String(message, StandardCharsets.UTF_8));
  }

  @Override
  public void executorExited(SchedulerDriver from, ExecutorID executor, AgentID agent, int status) {
    exits.put(executor.getValue(), status);
  }

  @Override
  public void error(SchedulerDriver from, String message) {
    throw new AssertionError(message);
  }

  // ---- what the test asks ----

  /**
   * What was told of a task, each once: an update comes again until it is acknowledged. What the
   * master says of itself, without an uuid, counts only where it is news.
   */
  List<TaskStatus> updatesOf(String task) {
    List<TaskStatus> found = new ArrayList<>();
    for (TaskStatus status : updates) {
      if (status.getTaskId().equals(Tasks.id(task))
          && found.stream().noneMatch(each -> isSame(each, status))) {
        found.add(status);
      }
    }
    return found;
  }

  private static boolean isSame(TaskStatus earlier, TaskStatus later) {
    return later.hasUuid()
        ? earlier.getUuid().equals(later.getUuid())
        : earlier.getState() == later.getState();
  }

  List<TaskState> statesOf(String task) {
    return updatesOf(task).stream().map(TaskStatus::getState).toList();
  }

  TaskStatus lastOf(String task) {
    List<TaskStatus> all = updatesOf(task);
    return all.get(all.size() - 1);
  }

  void awaitState(TaskState state, String... tasks) {
    for (String task : tasks) {
      await(task + " is " + state)
          .atMost(LIMIT)
          .until(() -> statesOf(task), states -> states.contains(state));
    }
  }

  void awaitEnd(String task) {
    await(task + " has ended")
        .atMost(LIMIT)
        .until(() -> statesOf(task).stream().anyMatch(Tasks::isTerminal));
  }

  /** Waits for FAILURE; the answer is its status. */
  int awaitExit(ExecutorInfo executor) {
    String id = executor.getExecutorId().getValue();
    await("the exit of " + id).atMost(LIMIT).until(() -> exits.containsKey(id));
    return Objects.requireNonNull(exits.get(id));
  }

  String awaitMessage() throws InterruptedException {
    String message = messages.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message");
    }
    return message;
  }

  @Override
  public void close() {
    driver.teardown().toCompletableFuture().join();
    driver.close();
  }
}
