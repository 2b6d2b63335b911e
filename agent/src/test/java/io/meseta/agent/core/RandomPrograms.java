package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.agent.core.AgentEvent.ExecutorCalled;
import io.meseta.agent.core.AgentEvent.ExecutorDisconnected;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The programs inside the containers of executors: they subscribe, lose their connections, run what
 * they are told to and say how it goes, as a random source has it. They outlive the agent's
 * process.
 */
final class RandomPrograms {

  /** One executor's memory. */
  private static final class Program {
    private final Map<String, TaskInfo> unacknowledgedTasks = new LinkedHashMap<>();
    private final Map<String, TaskState> tasks = new LinkedHashMap<>();
    private final Map<ByteString, TaskStatus> unacknowledged = new LinkedHashMap<>();
    private final Set<String> toKill = new LinkedHashSet<>();
    private final Set<String> everLaunched = new LinkedHashSet<>();
    private long connection;
    private boolean shutDown;
  }

  private final Random random;
  private final RandomEngine engine;
  private final Map<ContainerId, Program> programs = new LinkedHashMap<>();
  private long calls;
  private int updates;

  RandomPrograms(Random random, RandomEngine engine) {
    this.random = random;
    this.engine = engine;
  }

  /** The agent's process is gone, and all connections with it. */
  void agentDied() {
    programs.values().forEach(program -> program.connection = 0);
  }

  void opened(long call) {
    assertThat(at(call)).as("a stream is opened for a subscription under way").isPresent();
  }

  void closed(long connection) {
    at(connection).ifPresent(program -> program.connection = 0);
  }

  private Optional<Program> at(long connection) {
    return programs.values().stream().filter(p -> p.connection == connection).findFirst();
  }

  void hears(long connection, Event event, JournalSnapshot durable) {
    Optional<Program> found = at(connection);
    if (found.isEmpty()) {
      return;
    }
    Program program = found.get();
    switch (event.getType()) {
      case LAUNCH -> launch(program, event.getLaunch().getTask(), durable);
      case KILL -> program.toKill.add(event.getKill().getTaskId().getValue());
      case ACKNOWLEDGED -> acknowledged(program, event.getAcknowledged(), durable);
      case SHUTDOWN -> program.shutDown = true;
      case SUBSCRIBED, HEARTBEAT, MESSAGE -> {}
      case LAUNCH_GROUP ->
          event
              .getLaunchGroup()
              .getTaskGroup()
              .getTasksList()
              .forEach(task -> launch(program, task, durable));
      case ERROR, UNKNOWN -> throw new AssertionError("Unexpected: " + event);
    }
  }

  private static void launch(Program program, TaskInfo task, JournalSnapshot durable) {
    String id = task.getTaskId().getValue();
    assertThat(program.everLaunched.add(id)).as("task %s is delivered once", id).isTrue();
    assertThat(record(id, durable).map(TaskRecord::getDelivered))
        .as("its delivery is durable before it happens")
        .contains(true);
    program.unacknowledgedTasks.put(id, task);
    program.tasks.put(id, TaskState.TASK_STAGING);
  }

  private static void acknowledged(
      Program program, Event.Acknowledged ack, JournalSnapshot durable) {
    record(ack.getTaskId().getValue(), durable)
        .filter(record -> !record.getContainerEnded())
        .ifPresent(record ->
            assertThat(record.getTakenUpdatesList())
                .as("an update is durable before it is acknowledged")
                .contains(ack.getUuid()));
    program.unacknowledged.remove(ack.getUuid());
    program.unacknowledgedTasks.remove(ack.getTaskId().getValue());
  }

  private static Optional<TaskRecord> record(String task, JournalSnapshot durable) {
    return durable.tasks().stream()
        .filter(record -> record.getTask().getTaskId().getValue().equals(task))
        .findFirst();
  }

  /** Lets one of them do something; empty if it does nothing that the agent is told. */
  Optional<AgentEvent> step(Instant now, List<ExecutorView> executors) {
    List<ExecutorView> running =
        executors.stream().filter(view -> engine.runs(view.container())).toList();
    if (running.isEmpty()) {
      return Optional.empty();
    }
    ExecutorView view = running.get(random.nextInt(running.size()));
    Program program = programs.computeIfAbsent(view.container(), id -> new Program());
    if (program.shutDown) {
      engine.endSoon(view.container());
      return Optional.empty();
    }
    if (program.connection == 0) {
      program.connection = ++calls;
      return Optional.of(new ExecutorCalled(now, program.connection, subscribe(view, program)));
    }
    if (random.nextInt(40) == 0) {
      long lost = program.connection;
      program.connection = 0;
      return Optional.of(new ExecutorDisconnected(now, lost));
    }
    return update(program).map(status -> new ExecutorCalled(now, ++calls, updateOf(view, status)));
  }

  private static Call.Builder call(ExecutorView view, Call.Type type) {
    return Call.newBuilder()
        .setType(type)
        .setFrameworkId(view.framework().toProto())
        .setExecutorId(view.info().getExecutorId());
  }

  private static Call subscribe(ExecutorView view, Program program) {
    Call.Subscribe.Builder subscribe =
        Call.Subscribe.newBuilder().addAllUnacknowledgedTasks(program.unacknowledgedTasks.values());
    program
        .unacknowledged
        .values()
        .forEach(status ->
            subscribe.addUnacknowledgedUpdates(Call.Update.newBuilder().setStatus(status)));
    return call(view, Call.Type.SUBSCRIBE).setSubscribe(subscribe).build();
  }

  private static Call updateOf(ExecutorView view, TaskStatus status) {
    return call(view, Call.Type.UPDATE)
        .setUpdate(Call.Update.newBuilder().setStatus(status))
        .build();
  }

  /** The next thing to say of one of its tasks, or something said before. */
  private Optional<TaskStatus> update(Program program) {
    if (random.nextInt(10) == 0 && !program.unacknowledged.isEmpty()) {
      return program.unacknowledged.values().stream().findFirst();
    }
    if (program.tasks.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(program.tasks.keySet());
    String name = names.get(random.nextInt(names.size()));
    TaskState next = next(program, name);
    program.tasks.put(name, next);
    if (TaskTransitions.terminal(next)) {
      program.tasks.remove(name);
    }
    TaskStatus status =
        TaskStatus.newBuilder()
            .setTaskId(io.meseta.api.v1.TaskID.newBuilder().setValue(name))
            .setState(next)
            .setUuid(ByteString.copyFromUtf8(String.format("%-16d", updates++)))
            .build();
    program.unacknowledged.put(status.getUuid(), status);
    return Optional.of(status);
  }

  private TaskState next(Program program, String name) {
    if (program.toKill.contains(name)) {
      return TaskState.TASK_KILLED;
    }
    return switch (random.nextInt(10)) {
      case 0 -> TaskState.TASK_FINISHED;
      case 1 -> TaskState.TASK_FAILED;
      default -> TaskState.TASK_RUNNING;
    };
  }
}
