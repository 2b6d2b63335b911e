package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.testkit.simulation.world.Draw;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An executor in its container: it subscribes, runs tasks, says how they fare, and says again what
 * nobody has acknowledged when it comes back to its agent.
 */
final class ExecutorHost {
  private final ExecutorDesk desk;
  private final ContainerSpec spec;
  private final ExecutorScript script;
  private final Draw draw;

  /** Tasks that run, each with those of its group, itself included. */
  private final TreeMap<String, Set<String>> running = new TreeMap<>();

  private final Map<String, TaskInfo> unacknowledgedTasks = new LinkedHashMap<>();
  private final Map<ByteString, TaskStatus> unacknowledged = new LinkedHashMap<>();
  private boolean alive = true;
  private boolean ending;

  /** The SUBSCRIBE that waits for an answer, or the stream that it became; -1: neither. */
  private long stream = -1;

  private boolean open;

  ExecutorHost(ExecutorDesk desk, ContainerSpec spec, ExecutorScript script, Draw draw) {
    this.desk = desk;
    this.spec = spec;
    this.script = script;
    this.draw = draw;
  }

  String container() {
    return spec.container().value();
  }

  String framework() {
    return spec.framework().value();
  }

  boolean isAlive() {
    return alive;
  }

  /** Updates that its agent has not acknowledged. */
  int unacknowledged() {
    return unacknowledged.size();
  }

  // ---- process ----

  void started() {
    if (script.registers()) {
      after(script.firstWord(), this::subscribe);
    }
  }

  /** Its container has ended. */
  void ended() {
    alive = false;
    running.clear();
    if (stream >= 0) {
      desk.hangUp(stream);
    }
  }

  /** It ends by itself. */
  void die(int code) {
    desk.exit(this, code);
  }

  private void after(Duration delay, Runnable action) {
    desk.after(
        delay,
        () -> {
          if (alive) {
            action.run();
          }
        });
  }

  private void soon(Duration most, Runnable action) {
    after(Duration.ofNanos(draw.nanos(Duration.ofMillis(1), most)), action);
  }

  // ---- connection ----

  private void subscribe() {
    if (stream >= 0) {
      return;
    }
    Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder();
    unacknowledgedTasks.values().forEach(subscribe::addUnacknowledgedTasks);
    unacknowledged
        .values()
        .forEach(status ->
            subscribe.addUnacknowledgedUpdates(Call.Update.newBuilder().setStatus(status)));
    Call.Builder call = call(Call.Type.SUBSCRIBE).setSubscribe(subscribe);
    stream = desk.send(this, call.build());
    if (stream < 0) {
      soon(Duration.ofSeconds(1), this::subscribe);
    }
  }

  private Call.Builder call(Call.Type type) {
    return Call.newBuilder()
        .setType(type)
        .setFrameworkId(FrameworkID.newBuilder().setValue(framework()))
        .setExecutorId(ExecutorID.newBuilder().setValue(spec.executor().value()));
  }

  /** Its SUBSCRIBE has become this stream. */
  void opened(long call) {
    open = call == stream;
  }

  /** A call was refused. */
  void refused(long call) {
    if (call == stream) {
      disconnected(call);
    }
  }

  /** The stream has ended, or the SUBSCRIBE will not be answered. */
  void disconnected(long which) {
    if (alive && which == stream) {
      stream = -1;
      open = false;
      soon(script.away(), this::subscribe);
    }
  }

  /** Its connection breaks: the agent learns of it some time later. */
  void breakOff() {
    if (stream >= 0 && open) {
      desk.breakOff(stream);
      disconnected(stream);
    }
  }

  /**
   * Whether what is said on this stream gets to it; now and then the connection breaks just then.
   */
  boolean reads(long from) {
    boolean reads = alive && open && from == stream;
    if (reads && draw.chance(script.breaks())) {
      breakOff();
      return false;
    }
    return reads;
  }

  // ---- what it is told ----

  void told(Event event) {
    switch (event.getType()) {
      case LAUNCH -> launch(List.of(event.getLaunch().getTask()));
      case LAUNCH_GROUP -> launch(event.getLaunchGroup().getTaskGroup().getTasksList());
      case KILL -> kill(event.getKill().getTaskId().getValue());
      case ACKNOWLEDGED -> acknowledged(event.getAcknowledged());
      case SHUTDOWN -> shutDown();
      default -> {}
    }
  }

  private void launch(List<TaskInfo> batch) {
    Set<String> group = new TreeSet<>();
    batch.forEach(task -> group.add(task.getTaskId().getValue()));
    for (TaskInfo task : batch) {
      String id = task.getTaskId().getValue();
      desk.checks().arrived(framework(), id);
      running.put(id, group);
      unacknowledgedTasks.put(id, task);
      if (draw.chance(0.3)) {
        say(id, TaskState.TASK_STARTING);
      }
      soon(Duration.ofSeconds(1), () -> begin(task));
    }
  }

  private void begin(TaskInfo task) {
    String id = task.getTaskId().getValue();
    if (!running.containsKey(id)) {
      return;
    }
    say(id, TaskState.TASK_RUNNING);
    TaskState end = Workload.exitCode(task) == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
    after(Workload.sleeps(task), () -> end(id, end));
  }

  private void end(String id, TaskState state) {
    Set<String> group = running.remove(id);
    if (group == null) {
      return;
    }
    desk.checks().endedBy(container(), framework(), id, state);
    say(id, state);
    if (script.endsGroups() && state != TaskState.TASK_FINISHED) {
      group.forEach(other -> end(other, TaskState.TASK_KILLED));
    }
  }

  private void kill(String id) {
    if (!running.containsKey(id)) {
      return;
    }
    if (draw.chance(0.3)) {
      say(id, TaskState.TASK_KILLING);
    }
    soon(script.slowKill(), () -> end(id, TaskState.TASK_KILLED));
  }

  private void shutDown() {
    if (!script.obeysShutdown() || ending) {
      return;
    }
    ending = true;
    new ArrayList<>(running.keySet()).forEach(id -> end(id, TaskState.TASK_KILLED));
    soon(Duration.ofSeconds(1), () -> desk.exit(this, 0));
  }

  // ---- what it says ----

  private void say(String id, TaskState state) {
    ByteBuffer uuid = ByteBuffer.allocate(2 * Long.BYTES);
    uuid.putLong(draw.any()).putLong(draw.any()).flip();
    TaskStatus status =
        TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue(id))
            .setState(state)
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
            .setExecutorId(ExecutorID.newBuilder().setValue(spec.executor().value()))
            .setAgentId(AgentID.newBuilder().setValue(spec.agent().value()))
            .setUuid(ByteString.copyFrom(uuid))
            .build();
    unacknowledged.put(status.getUuid(), status);
    if (draw.chance(script.breaks())) {
      breakOff();
    } else if (open) {
      Call.Builder update =
          call(Call.Type.UPDATE).setUpdate(Call.Update.newBuilder().setStatus(status));
      desk.send(this, update.build());
    }
  }

  private void acknowledged(Event.Acknowledged of) {
    unacknowledged.remove(of.getUuid());
    unacknowledgedTasks.remove(of.getTaskId().getValue());
  }

  @Override
  public String toString() {
    return "executor " + spec.executor() + " in container " + container();
  }
}
