package io.meseta.testkit;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Containers that exist only here: each "runs" until the test ends it or its framework kills it.
 * They outlive the agent that launched them, as those of a real engine do.
 *
 * <p>Any thread may call its methods. What a test does is told to the agent at once, in order.
 */
public final class ScriptedContainers implements AutoCloseable {

  /** As a shell reports a process that was ended by SIGTERM. */
  private static final int TERMINATED = 128 + 15;

  private static final StartedContainer STARTED =
      new StartedContainer(OptionalInt.empty(), List.of("127.0.0.1"));

  private final Map<ContainerId, Scripted> containers = new LinkedHashMap<>();
  private final InOrder deliveries = new InOrder("scripted-containers");
  private Function<ContainerSpec, Optional<String>> launchFailure = spec -> Optional.empty();
  private Containerizer.@Nullable Listener listener;

  private record Scripted(ContainerSpec spec, Optional<ContainerExit> exit) {
    boolean running() {
      return exit.isEmpty();
    }

    String task() {
      return spec.task().getTaskId().getValue();
    }
  }

  ScriptedContainers() {}

  /** The ids of the tasks whose containers run, in the order of their launch. */
  public synchronized List<String> runningTasks() {
    return containers.values().stream().filter(Scripted::running).map(Scripted::task).toList();
  }

  /**
   * Lets a task's container end with this exit code.
   *
   * @throws IllegalArgumentException when no container of the task runs
   */
  public void exit(String task, int code) {
    end(task, new ContainerExit(OptionalInt.of(code), false, OptionalLong.empty(), ""));
  }

  /**
   * Lets the kernel end a task's container because it wanted more memory than it has.
   *
   * @throws IllegalArgumentException when no container of the task runs
   */
  public void outOfMemory(String task) {
    end(task, new ContainerExit(OptionalInt.of(137), true, OptionalLong.empty(), ""));
  }

  /**
   * Lets launches fail from now on.
   *
   * @param reason gives a reason for those that are to fail, and nothing for the others
   */
  public synchronized void failLaunches(Function<ContainerSpec, Optional<String>> reason) {
    launchFailure = reason;
  }

  /** Says that the engine answers, or that it does not any more. */
  public void engineHealth(boolean healthy, String detail) {
    tell(to -> to.engineHealth(healthy, detail));
  }

  /** What an agent's process sees of these containers. */
  Containerizer open() {
    return new View();
  }

  @Override
  public void close() {
    deliveries.close();
  }

  private synchronized void end(String task, ContainerExit exit) {
    Scripted running =
        containers.values().stream()
            .filter(container -> container.running() && container.task().equals(task))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("no container of task " + task + " runs"));
    end(running, exit);
  }

  private synchronized void end(Scripted running, ContainerExit exit) {
    ContainerId id = running.spec().container();
    containers.put(id, new Scripted(running.spec(), Optional.of(exit)));
    tell(to -> to.exited(id, exit));
  }

  private synchronized void launch(ContainerSpec spec) {
    ContainerId id = spec.container();
    tell(to -> to.progressed(id, ContainerPhase.STARTING, ""));
    Optional<String> failure = launchFailure.apply(spec);
    if (failure.isPresent()) {
      tell(to -> to.launchFailed(id, ContainerPhase.STARTING, failure.get()));
      return;
    }
    containers.put(id, new Scripted(spec, Optional.empty()));
    tell(to -> to.started(id, STARTED));
  }

  private synchronized void adopt(ContainerSpec spec) {
    ContainerId id = spec.container();
    Scripted known = containers.get(id);
    ContainerExit exit =
        known == null
            ? new ContainerExit(OptionalInt.empty(), false, OptionalLong.empty(), "it vanished")
            : known.exit().orElse(null);
    tell(to -> tellAdopted(to, id, exit));
  }

  private static void tellAdopted(
      Containerizer.Listener to, ContainerId id, @Nullable ContainerExit exit) {
    if (exit == null) {
      to.started(id, STARTED);
    } else {
      to.exited(id, exit);
    }
  }

  private synchronized void kill(ContainerId id) {
    Scripted known = containers.get(id);
    if (known != null && known.running()) {
      end(
          known,
          new ContainerExit(OptionalInt.of(TERMINATED), false, OptionalLong.empty(), "killed"));
    }
  }

  private synchronized void remove(ContainerId id) {
    kill(id);
    containers.remove(id);
  }

  private synchronized void observe(AgentId agent) {
    List<ObservedContainer> seen =
        containers.values().stream()
            .filter(container -> container.spec().agent().equals(agent))
            .map(ScriptedContainers::observed)
            .toList();
    tell(to -> to.observed(seen));
  }

  private static ObservedContainer observed(Scripted container) {
    return new ObservedContainer(
        container.spec().container(),
        container.running() ? Optional.of(STARTED) : Optional.empty(),
        container.exit());
  }

  private synchronized void attach(Containerizer.Listener to) {
    listener = to;
    tell(known -> known.engineHealth(true, "scripted"));
  }

  private synchronized void detach() {
    listener = null;
  }

  /** Whoever listens now is told, if there is somebody; a stopped agent hears nothing. */
  private synchronized void tell(Consumer<Containerizer.Listener> message) {
    Containerizer.Listener to = listener;
    if (to != null) {
      deliveries.run(() -> message.accept(to));
    }
  }

  /** The port of an agent's core. */
  private final class View implements Containerizer {

    @Override
    public void start(Listener to) {
      attach(to);
    }

    @Override
    public void observe(AgentId agent) {
      ScriptedContainers.this.observe(agent);
    }

    @Override
    public void launch(ContainerSpec spec) {
      ScriptedContainers.this.launch(spec);
    }

    @Override
    public void adopt(ContainerSpec spec) {
      ScriptedContainers.this.adopt(spec);
    }

    @Override
    public void kill(ContainerId container, Duration grace) {
      ScriptedContainers.this.kill(container);
    }

    @Override
    public void remove(ContainerId container) {
      ScriptedContainers.this.remove(container);
    }

    @Override
    public void close() {
      detach();
    }
  }
}
