package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import io.meseta.agent.core.AgentEvent;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.testkit.simulation.check.ExecutorChecks;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The executors of one machine and what goes to and fro between them and their agent: in order, on
 * loopback, until somebody is gone or a connection breaks.
 */
final class ExecutorDesk implements ScriptedContainerizer.Onlooker {
  private static final Duration LOOPBACK = Duration.ofMillis(3);
  private static final Duration BREAK_NOTICED = Duration.ofSeconds(30);

  private final AgentHost host;
  private final Draw draw;

  /** Executors whose containers run, by container. */
  private final TreeMap<String, ExecutorHost> executors = new TreeMap<>();

  /** Who has made a call that is to become a stream, or has the stream. */
  private final TreeMap<Long, ExecutorHost> streams = new TreeMap<>();

  private long nextCall;
  private long lastArrivalNs;
  private long agentProcess;

  ExecutorDesk(AgentHost host) {
    this.host = host;
    this.draw = host.world.draws().of(host.name + "/executors");
  }

  ExecutorChecks checks() {
    return host.checks().executors();
  }

  void after(Duration delay, Runnable action) {
    host.world.agenda().after(delay.toNanos(), action);
  }

  // ---- containers ----

  @Override
  public void started(ContainerSpec spec) {
    if (spec.kind() == ContainerSpec.Kind.EXECUTOR) {
      double trouble = host.world.faults().of(Fault.BROKEN_EXECUTORS);
      ExecutorHost executor =
          new ExecutorHost(this, spec, ExecutorScript.draw(draw, trouble), draw);
      executors.put(executor.container(), executor);
      executor.started();
    }
  }

  @Override
  public void ended(ContainerSpec spec, ContainerExit exit) {
    ExecutorHost executor = executors.remove(spec.container().value());
    if (executor != null) {
      executor.ended();
    }
  }

  @Override
  public void neverStarted(ContainerSpec spec) {
    // Nobody was there.
  }

  void powerOff() {
    executors.values().forEach(ExecutorHost::ended);
    executors.clear();
    streams.clear();
  }

  void exit(ExecutorHost executor, int code) {
    host.engine().exit(executor.container(), code);
  }

  /** All that runs. */
  List<ExecutorHost> executors() {
    return new ArrayList<>(executors.values());
  }

  // ---- to the agent ----

  /** The agent's process has ended, and with it all connections. */
  void agentDied() {
    agentProcess++;
    List<Long> all = new ArrayList<>(streams.keySet());
    all.forEach(this::closed);
  }

  private void closed(long stream) {
    ExecutorHost executor = streams.remove(stream);
    if (executor != null) {
      executor.disconnected(stream);
    }
  }

  /** Sends a call; its number, or -1 when there is no agent. */
  long send(ExecutorHost from, Call call) {
    if (!host.isUp()) {
      return -1;
    }
    long number = nextCall++;
    if (call.getType() == Call.Type.SUBSCRIBE) {
      streams.put(number, from);
    }
    byte[] bytes = call.toByteArray();
    inOrder(() -> {
      Call read = read(bytes);
      host.post(at -> new AgentEvent.ExecutorCalled(at, number, read));
    });
    return number;
  }

  private Call read(byte[] bytes) {
    try {
      return Call.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("an executor's call cannot be read", e, host.name);
    }
  }

  private void inOrder(Runnable arrival) {
    inOrder(arrival, () -> {});
  }

  /** The executor's side is gone. */
  void hangUp(long stream) {
    streams.remove(stream);
    inOrder(() -> host.post(at -> new AgentEvent.ExecutorDisconnected(at, stream)));
  }

  /** The connection is gone, which the agent learns when it writes, or later. */
  void breakOff(long stream) {
    streams.remove(stream);
    long then = agentProcess;
    after(
        Duration.ofNanos(draw.nanos(Duration.ZERO, BREAK_NOTICED)),
        () -> {
          if (then == agentProcess) {
            host.post(at -> new AgentEvent.ExecutorDisconnected(at, stream));
          }
        });
  }

  // ---- from the agent ----

  void answer(long call, int status) {
    inOrder(() -> {
      ExecutorHost waiting = streams.get(call);
      if (waiting != null && status >= 400) {
        streams.remove(call);
        waiting.refused(call);
      }
    });
  }

  void open(long call) {
    inOrder(() -> {
      ExecutorHost waiting = streams.get(call);
      if (waiting != null) {
        waiting.opened(call);
      }
    });
  }

  void close(long stream) {
    inOrder(() -> closed(stream));
  }

  void send(long stream, Event event) {
    List<TaskInfo> given = tasks(event);
    ExecutorHost to = streams.get(stream);
    if (!given.isEmpty()) {
      checks().delivers(to == null ? "" : to.container(), framework(given), given);
    }
    byte[] bytes = event.toByteArray();
    inOrder(
        () -> {
          if (to != null && to.reads(stream)) {
            to.told(readEvent(bytes));
          } else {
            lose(to, given);
          }
        },
        () -> lose(to, given));
  }

  private static String framework(List<TaskInfo> given) {
    return given.get(0).getExecutor().getFrameworkId().getValue();
  }

  private void lose(@Nullable ExecutorHost to, List<TaskInfo> given) {
    for (TaskInfo task : given) {
      checks()
          .lost(to == null ? "" : to.container(), framework(given), task.getTaskId().getValue());
    }
  }

  private static List<TaskInfo> tasks(Event event) {
    return switch (event.getType()) {
      case LAUNCH -> List.of(event.getLaunch().getTask());
      case LAUNCH_GROUP -> event.getLaunchGroup().getTaskGroup().getTasksList();
      default -> List.of();
    };
  }

  private Event readEvent(byte[] bytes) {
    try {
      return Event.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("an agent's message to an executor cannot be read", e, host.name);
    }
  }

  /** What is on its way when the agent dies is lost. */
  private void inOrder(Runnable arrival, Runnable otherwise) {
    long then = agentProcess;
    long when =
        Math.max(lastArrivalNs, host.world.agenda().now() + draw.nanos(Duration.ZERO, LOOPBACK));
    lastArrivalNs = when;
    host.world
        .agenda()
        .at(
            when,
            () -> {
              if (then == agentProcess) {
                arrival.run();
              } else {
                otherwise.run();
              }
            });
  }
}
