package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentEvent.ContainerExited;
import io.meseta.agent.core.AgentEvent.ContainerLaunchFailed;
import io.meseta.agent.core.AgentEvent.ContainerStarted;
import io.meseta.agent.core.AgentEvent.ContainersObserved;
import io.meseta.common.ids.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/**
 * A container engine whose containers do what a random source says. It outlives the agent's
 * process; what that process has launched or adopted it forgets with it.
 */
final class RandomEngine {

  private enum State {
    QUEUED,
    CREATED,
    PREPARED,
    RUNNING,
    ENDED
  }

  private static final class Box {
    private final ContainerizerKind kind;
    private final boolean grouped;
    private State state = State.QUEUED;
    private boolean mayGo;
    private int exitCode;
    private boolean killed;

    Box(ContainerizerKind kind, boolean grouped) {
      this.kind = kind;
      this.grouped = grouped;
    }
  }

  private final Random random;
  private final Map<ContainerId, Box> boxes = new LinkedHashMap<>();
  private final Set<ContainerId> followed = new LinkedHashSet<>();
  private final Set<ContainerId> everLaunched = new LinkedHashSet<>();
  private final Set<ContainerizerKind> observationsDue = EnumSet.noneOf(ContainerizerKind.class);

  RandomEngine(Random random) {
    this.random = random;
  }

  void launch(ContainerSpec spec) {
    ContainerId container = spec.container();
    assertThat(everLaunched.add(container)).as("nothing is launched twice").isTrue();
    boxes.put(container, new Box(ContainerizerKind.of(spec.task()), spec.group().isPresent()));
    followed.add(container);
  }

  void adopt(ContainerId container) {
    assertThat(boxes).as("only what exists is adopted").containsKey(container);
    assertThat(followed.add(container)).as("nothing is adopted twice").isTrue();
  }

  void go(ContainerId container) {
    Box box = Objects.requireNonNull(boxes.get(container), "only what is prepared is started");
    assertThat(box.state).isEqualTo(State.PREPARED);
    assertThat(box.mayGo).as("nothing is started twice").isFalse();
    box.mayGo = true;
  }

  void kill(ContainerId container) {
    assertThat(followed).as("only what was launched or adopted is killed").contains(container);
    Box box = boxes.get(container);
    if (box != null) {
      box.killed = true;
    }
  }

  void remove(ContainerId container) {
    boxes.remove(container);
    followed.remove(container);
  }

  boolean runs(ContainerId container) {
    Box box = boxes.get(container);
    return box != null && box.state == State.RUNNING;
  }

  /** What runs in it has decided to end. */
  void endSoon(ContainerId container) {
    Box box = boxes.get(container);
    if (box != null) {
      box.killed = true;
    }
  }

  boolean isEmpty() {
    return boxes.isEmpty();
  }

  void observe() {
    observationsDue.addAll(ContainerizerKind.ALL);
  }

  /** The agent's process is gone: what was only planned never happens. */
  void agentDied() {
    boxes.values().removeIf(box -> box.state == State.QUEUED);
    followed.clear();
    observationsDue.clear();
  }

  /** Lets one thing happen; empty if nothing came of it that the agent is told. */
  Optional<AgentEvent> step(Instant now) {
    if (!observationsDue.isEmpty() && random.nextInt(4) == 0) {
      return Optional.of(observed(now));
    }
    if (boxes.isEmpty()) {
      return Optional.empty();
    }
    List<Map.Entry<ContainerId, Box>> all = new ArrayList<>(boxes.entrySet());
    Map.Entry<ContainerId, Box> chosen = all.get(random.nextInt(all.size()));
    ContainerId id = chosen.getKey();
    Box box = chosen.getValue();
    return followed.contains(id) ? stepFollowed(now, id, box) : stepAlone(box);
  }

  /** One of those that have not answered yet does. */
  private ContainersObserved observed(Instant now) {
    List<ContainerizerKind> due = List.copyOf(observationsDue);
    ContainerizerKind kind = due.get(random.nextInt(due.size()));
    observationsDue.remove(kind);
    return new ContainersObserved(now, Set.of(kind), observation(kind));
  }

  private List<ObservedContainer> observation(ContainerizerKind kind) {
    List<ObservedContainer> seen = new ArrayList<>();
    boxes.forEach((id, box) -> {
      if (box.kind != kind) {
        return;
      }
      switch (box.state) {
        case QUEUED -> {}
        case CREATED, PREPARED ->
            seen.add(new ObservedContainer(id, Optional.empty(), Optional.empty()));
        case RUNNING -> seen.add(new ObservedContainer(id, Optional.of(facts()), Optional.empty()));
        case ENDED -> seen.add(new ObservedContainer(id, Optional.empty(), Optional.of(exit(box))));
      }
    });
    return seen;
  }

  private static StartedContainer facts() {
    return new StartedContainer(OptionalInt.of(7), List.of());
  }

  private static ContainerExit exit(Box box) {
    return new ContainerExit(OptionalInt.of(box.exitCode), false, OptionalLong.empty(), "");
  }

  private Optional<AgentEvent> stepAlone(Box box) {
    if (box.state == State.RUNNING && random.nextInt(8) == 0) {
      box.state = State.ENDED;
      box.exitCode = random.nextInt(3);
    }
    return Optional.empty();
  }

  private Optional<AgentEvent> stepFollowed(Instant now, ContainerId id, Box box) {
    return switch (box.state) {
      case QUEUED, CREATED, PREPARED -> stepLaunch(now, id, box);
      case RUNNING -> stepRunning(now, id, box);
      case ENDED -> tellEnd(now, id, box);
    };
  }

  /** It had ended already when it was adopted. */
  private Optional<AgentEvent> tellEnd(Instant now, ContainerId id, Box box) {
    followed.remove(id);
    return Optional.of(new ContainerExited(now, id, exit(box)));
  }

  private Optional<AgentEvent> stepLaunch(Instant now, ContainerId id, Box box) {
    if (box.killed || random.nextInt(10) == 0) {
      remove(id);
      return Optional.of(
          new ContainerLaunchFailed(now, id, ContainerPhase.PULLING, "no such image"));
    }
    if (box.state == State.QUEUED) {
      box.state = State.CREATED;
      return Optional.empty();
    }
    if (box.grouped && box.state == State.CREATED) {
      box.state = State.PREPARED;
      return Optional.of(new AgentEvent.ContainerPrepared(now, id));
    }
    if (box.grouped && !box.mayGo) {
      return Optional.empty();
    }
    box.state = State.RUNNING;
    if (random.nextInt(10) == 0) {
      // Over before anybody saw it run.
      return end(now, id, box);
    }
    return Optional.of(new ContainerStarted(now, id, facts()));
  }

  private Optional<AgentEvent> stepRunning(Instant now, ContainerId id, Box box) {
    if (!box.killed && random.nextInt(8) != 0) {
      return Optional.empty();
    }
    return end(now, id, box);
  }

  private Optional<AgentEvent> end(Instant now, ContainerId id, Box box) {
    followed.remove(id);
    if (random.nextInt(4) == 0) {
      boxes.remove(id);
      return Optional.of(
          new ContainerExited(
              now,
              id,
              new ContainerExit(OptionalInt.empty(), false, OptionalLong.empty(), "vanished")));
    }
    box.state = State.ENDED;
    box.exitCode = box.killed ? 137 : random.nextInt(3);
    return Optional.of(new ContainerExited(now, id, exit(box)));
  }
}
