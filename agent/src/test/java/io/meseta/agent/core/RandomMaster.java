package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.agent.core.TaskTransitionsTest.Step;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.FrameworkId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A master and its frameworks: says random things, and checks what the agent says. */
final class RandomMaster {

  private record Name(String framework, String task) {}

  private final Random random;

  /** The distinct updates that were heard of a task, in order. */
  private final Map<Name, List<TaskStatus>> heard = new LinkedHashMap<>();

  /** Tasks that came with an executor. */
  private final Set<Name> inExecutors = new LinkedHashSet<>();

  /** What waits for its acknowledgement on the link at hand. */
  private final Map<Name, ByteString> unacknowledged = new LinkedHashMap<>();

  /** Ends of operations that were heard: the status uuid of each. */
  private final Map<ByteString, ByteString> endedOperations = new LinkedHashMap<>();

  private int launches;
  private int operations;

  RandomMaster(Random random) {
    this.random = random;
  }

  /** A link is new: nothing that was said on the last one counts any more. */
  void linkOpened() {
    unacknowledged.clear();
  }

  void hears(AgentMessage message, JournalSnapshot durable) {
    if (message.hasStatusUpdate()) {
      hears(message.getStatusUpdate(), durable);
    } else if (message.hasOperationUpdate()) {
      hears(message.getOperationUpdate(), durable);
    }
  }

  private void hears(OperationUpdate update, JournalSnapshot durable) {
    if (!update.getStatus().hasUuid()) {
      return;
    }
    assertThat(durable.agent().orElseThrow().getOperationsList())
        .as("durable before it is told")
        .anyMatch(record ->
            record.getUuid().equals(update.getOperationUuid())
                && record.getStatus().equals(update.getStatus()));
    ByteString uuid = update.getStatus().getUuid().getValue();
    assertThat(endedOperations.put(update.getOperationUuid(), uuid))
        .as("one end of an operation")
        .isIn(null, uuid);
  }

  private void hears(StatusUpdate update, JournalSnapshot durable) {
    TaskStatus status = update.getStatus();
    Name name = new Name(update.getFrameworkId().getValue(), status.getTaskId().getValue());
    if (isOneShot(status, name, durable)) {
      return;
    }
    assertThat(isDurable(status, durable)).as("durable before it is told: %s", status).isTrue();
    ByteString before = unacknowledged.putIfAbsent(name, status.getUuid());
    assertThat(before == null || before.equals(status.getUuid()))
        .as("one update of %s on its way", name)
        .isTrue();
    List<TaskStatus> history = heard.computeIfAbsent(name, n -> new ArrayList<>());
    if (!history.contains(status)) {
      TaskState from = history.isEmpty() ? TaskState.TASK_STAGING : history.getLast().getState();
      assertThat(
              TaskTransitions.legal(from, status.getState())
                  || isNews(from, status)
                  || (inExecutors.contains(name)
                      && ExecutorTaskTransitions.mayFollow(from, status.getState())))
          .as("%s from %s to %s", name, from, status.getState())
          .isTrue();
      history.add(status);
    }
  }

  /** Something new of a task that stays in its state. */
  private static boolean isNews(TaskState from, TaskStatus status) {
    return from == TaskState.TASK_RUNNING && status.getState() == from && status.hasReason();
  }

  /** Told once and kept nowhere: a task that was never taken, or the end of a dead framework's. */
  private static boolean isOneShot(TaskStatus status, Name name, JournalSnapshot durable) {
    return TaskTransitions.terminal(status.getState())
        && durable.tasks().stream().noneMatch(record -> is(record, name));
  }

  private static boolean is(TaskRecord record, Name name) {
    return record.getFrameworkId().getValue().equals(name.framework())
        && record.getTask().getTaskId().getValue().equals(name.task());
  }

  private static boolean isDurable(TaskStatus status, JournalSnapshot durable) {
    return durable.tasks().stream().anyMatch(record -> record.getPendingList().contains(status));
  }

  MasterMessage says(AgentView view) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> runTask();
      case 3 -> kill(view);
      case 4 -> drain();
      case 5 -> shutDown(view);
      case 6 -> random.nextBoolean() ? operation() : Messages.update(framework(frameworkId()));
      case 7 ->
          Messages.acknowledge(
              new FrameworkId("f1"), "t1", ByteString.copyFromUtf8("a stale one here"));
      default -> acknowledge().orElse(Messages.ping());
    };
  }

  /** One that the agent can do, or not any more; or the acknowledgement of one. */
  private MasterMessage operation() {
    if (random.nextBoolean() && !endedOperations.isEmpty()) {
      List<Map.Entry<ByteString, ByteString>> all = new ArrayList<>(endedOperations.entrySet());
      Map.Entry<ByteString, ByteString> ended = all.get(random.nextInt(all.size()));
      return Messages.acknowledgeOperation(ended.getKey().toStringUtf8(), ended.getValue());
    }
    String id = "o" + operations++;
    Resource volume = Messages.volume(5, "v" + random.nextInt(3));
    return Messages.apply(
        id,
        switch (random.nextInt(3)) {
          case 0 ->
              Messages.reserve(
                  random.nextBoolean() ? Optional.of(id) : Optional.empty(),
                  Messages.scalar("disk", 5));
          case 1 -> Messages.create(volume);
          default -> Messages.destroy(volume);
        });
  }

  /** Drains last for a while: half of the time there is none. */
  private MasterMessage drain() {
    return switch (random.nextInt(40)) {
      case 0 -> Messages.drain();
      case 1 -> Messages.drain(Duration.ofSeconds(random.nextInt(10)));
      case 2, 3 -> Messages.stopDraining();
      case 4, 5 -> Messages.drainForGood();
      default -> Messages.ping();
    };
  }

  private MasterMessage shutDown(AgentView view) {
    return switch (random.nextInt(20)) {
      case 0 -> Messages.shutDown(frameworkId());
      case 1, 2 -> shutDownAny(view).orElse(Messages.ping());
      default -> Messages.ping();
    };
  }

  private String frameworkId() {
    return "f" + (1 + random.nextInt(3));
  }

  private FrameworkInfo framework(String id) {
    return switch (random.nextInt(4)) {
      case 0 -> Messages.framework(id, Capability.Type.PARTITION_AWARE);
      case 1 ->
          Messages.framework(
              id, Capability.Type.PARTITION_AWARE, Capability.Type.TASK_KILLING_STATE);
      case 2 -> Messages.framework(id, Capability.Type.TASK_KILLING_STATE);
      default -> Messages.framework(id);
    };
  }

  private MasterMessage runTask() {
    return random.nextInt(6) == 0 ? runGroup() : runOneTask();
  }

  /** Of processes, or of containers that share a network; or of tasks of a custom executor. */
  private MasterMessage runGroup() {
    FrameworkInfo framework = framework(frameworkId());
    boolean custom = random.nextInt(3) == 0;
    ExecutorInfo executor =
        custom
            ? Messages.executor("e" + random.nextInt(3))
            : Messages.executor("pod").toBuilder()
                .setType(ExecutorInfo.Type.DEFAULT)
                .clearCommand()
                .build();
    List<TaskInfo> tasks = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      TaskInfo.Builder task = Messages.task("t" + launches++).toBuilder();
      if (random.nextBoolean()) {
        task.getContainerBuilder()
            .getDockerBuilder()
            .setImage("image")
            .setNetwork(ContainerInfo.DockerInfo.Network.BRIDGE);
      }
      tasks.add(task.build());
      if (custom) {
        inExecutors.add(new Name(framework.getId().getValue(), task.getTaskId().getValue()));
      }
    }
    MasterMessage.Builder order =
        Messages.runGroup(executor, tasks.toArray(TaskInfo[]::new)).toBuilder();
    order.getRunTaskGroupBuilder().setFramework(framework);
    return order.build();
  }

  private MasterMessage runOneTask() {
    TaskInfo.Builder task = Messages.task("t" + launches++).toBuilder();
    if (random.nextInt(4) == 0) {
      task.setMaxCompletionTime(Messages.duration(Duration.ofSeconds(random.nextInt(100))));
    }
    if (random.nextInt(3) == 0) {
      task.setHealthCheck(
          HealthCheck.newBuilder()
              .setType(HealthCheck.Type.TCP)
              .setTcp(HealthCheck.TCPCheckInfo.newBuilder().setPort(80))
              .setDelaySeconds(random.nextInt(3))
              .setIntervalSeconds(0.5)
              .setGracePeriodSeconds(random.nextInt(3)));
    }
    if (random.nextInt(20) == 0) {
      task.getAgentIdBuilder().setValue("another");
    }
    FrameworkInfo framework = framework(frameworkId());
    if (random.nextInt(3) == 0) {
      String executor = "e" + random.nextInt(3);
      task.setExecutor(Messages.executor(executor)).clearContainer();
      inExecutors.add(new Name(framework.getId().getValue(), task.getTaskId().getValue()));
    }
    return Messages.runTask(framework, task.build());
  }

  /** Ends an executor, if one is there. */
  Optional<MasterMessage> shutDownAny(AgentView view) {
    if (view.executors().isEmpty()) {
      return Optional.empty();
    }
    ExecutorView executor = view.executors().get(random.nextInt(view.executors().size()));
    return Optional.of(
        Messages.shutDownExecutor(
            executor.framework().value(), executor.info().getExecutorId().getValue()));
  }

  private MasterMessage kill(AgentView view) {
    if (view.tasks().isEmpty()) {
      return Messages.kill("nobody");
    }
    TaskView task = view.tasks().get(random.nextInt(view.tasks().size()));
    MasterMessage.Builder message =
        Messages.kill(task.info().getTaskId().getValue(), Duration.ofSeconds(random.nextInt(20)))
            .toBuilder();
    message.getKillTaskBuilder().setFrameworkId(task.framework().toProto());
    return message.build();
  }

  /** Kills a task that is there, if one is. */
  Optional<MasterMessage> killAny(AgentView view) {
    return view.tasks().isEmpty() ? Optional.empty() : Optional.of(kill(view));
  }

  Optional<MasterMessage> acknowledge() {
    if (unacknowledged.isEmpty()) {
      return Optional.empty();
    }
    List<Map.Entry<Name, ByteString>> all = new ArrayList<>(unacknowledged.entrySet());
    Map.Entry<Name, ByteString> chosen = all.get(random.nextInt(all.size()));
    Name name = chosen.getKey();
    ByteString uuid = chosen.getValue();
    unacknowledged.remove(name);
    return Optional.of(Messages.acknowledge(new FrameworkId(name.framework()), name.task(), uuid));
  }

  int tasksHeardOf() {
    return heard.size();
  }

  /** Every step that a task without an executor of its own was ever heard to take. */
  Set<Step> stepsHeard() {
    Set<Step> steps = new LinkedHashSet<>();
    for (Map.Entry<Name, List<TaskStatus>> told : heard.entrySet()) {
      if (inExecutors.contains(told.getKey())) {
        continue;
      }
      List<TaskStatus> history = told.getValue();
      TaskState from = TaskState.TASK_STAGING;
      for (TaskStatus status : history) {
        if (from != status.getState()) {
          steps.add(new Step(from, status.getState()));
        }
        from = status.getState();
      }
    }
    return steps;
  }
}
