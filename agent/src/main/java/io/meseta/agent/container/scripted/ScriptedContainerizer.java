package io.meseta.agent.container.scripted;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Containers that follow scripts, on a clock moved by hand: {@link #advanceTo}. For tests and for
 * the simulation.
 *
 * <p>It plays engine and containerizer at once. {@link #close} is what {@code kill -9} of the agent
 * does: containers go on, their ends are kept, and a new {@link #start} with another listener is
 * the agent's return.
 *
 * <p>No threads: answers are given inside {@link #advanceTo} only, in the order of their time and
 * then of the calls. Not safe for use by several threads.
 */
public final class ScriptedContainerizer implements Containerizer {

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int FIRST_PID = 1000;
  private static final int TERMINATED = 143;
  private static final int KILLED = 137;

  /** Sees what really happens, whether or not an agent is there to be told. */
  public interface Onlooker {

    /** The container runs. */
    void started(ContainerSpec spec);

    /** The container has run, and has ended. */
    void ended(ContainerSpec spec, ContainerExit exit);

    /** The launch failed or was given up; the container never ran. */
    void neverStarted(ContainerSpec spec);
  }

  private static final Onlooker NOBODY =
      new Onlooker() {
        @Override
        public void started(ContainerSpec spec) {}

        @Override
        public void ended(ContainerSpec spec, ContainerExit exit) {}

        @Override
        public void neverStarted(ContainerSpec spec) {}
      };

  private final Function<ContainerSpec, ContainerScript> scripts;
  private final Onlooker onlooker;
  private final Map<ContainerId, Scripted> containers = new TreeMap<>();
  private final Map<Due, Runnable> agenda = new TreeMap<>();
  private @Nullable Listener listener;
  private Instant now;
  private long sequence;

  /** Counts the agents that have started. */
  private long session;

  private int pids = FIRST_PID;
  private boolean silent;

  /**
   * Starts a world with no containers.
   *
   * @param start the time
   * @param scripts asked once per launch
   */
  public ScriptedContainerizer(Instant start, Function<ContainerSpec, ContainerScript> scripts) {
    this(start, scripts, NOBODY);
  }

  /**
   * Starts a world with no containers.
   *
   * @param start the time
   * @param scripts asked once per launch
   * @param onlooker sees the truth, at the moment when it happens
   */
  public ScriptedContainerizer(
      Instant start, Function<ContainerSpec, ContainerScript> scripts, Onlooker onlooker) {
    this.now = start;
    this.scripts = scripts;
    this.onlooker = onlooker;
  }

  /** When something happens; what was decided first happens first. */
  private record Due(Instant at, long sequence) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private enum State {
    LAUNCHING,
    /** As one of a group it waits to be started with the others. */
    PREPARED,
    RUNNING,
    ENDED
  }

  /** One container. */
  private static final class Scripted {
    private ContainerSpec spec;
    private final ContainerScript script;
    private State state = State.LAUNCHING;
    private @Nullable StartedContainer started;
    private @Nullable ContainerExit exit;

    /** Whether the agent that runs now looks after it. */
    private boolean lookedAfter = true;

    /** Whether that agent has been told that it started, or need not be. */
    private boolean startTold;

    /** Whether that agent has been told its end. */
    private boolean endTold;

    Scripted(ContainerSpec spec, ContainerScript script) {
      this.spec = spec;
      this.script = script;
    }
  }

  /** Lets time pass; what is due is done, and told, on the way. */
  public void advanceTo(Instant time) {
    while (!agenda.isEmpty()) {
      Due next = agenda.keySet().iterator().next();
      if (next.at().isAfter(time)) {
        break;
      }
      now = next.at().isAfter(now) ? next.at() : now;
      Objects.requireNonNull(agenda.remove(next)).run();
    }
    now = time.isAfter(now) ? time : now;
  }

  /** When something happens next; empty if nothing will by itself. */
  public Optional<Instant> nextDue() {
    return agenda.isEmpty()
        ? Optional.empty()
        : Optional.of(agenda.keySet().iterator().next().at());
  }

  /** The engine stops answering: containers run and end, but nothing is told. */
  public void fallSilent() {
    if (!silent) {
      silent = true;
      schedule(told -> told.engineHealth(false, "scripted to be silent"));
    }
  }

  /** The engine answers again, and what happened meanwhile is told. */
  public void answerAgain() {
    if (silent) {
      silent = false;
      schedule(told -> told.engineHealth(true, "scripted to answer"));
      containers.values().forEach(this::tellNews);
    }
  }

  /** Ends a running container now, as if by itself. */
  public void exit(ContainerId container, int code) {
    Scripted scripted = containers.get(container);
    if (scripted != null && scripted.state == State.RUNNING) {
      end(scripted, exitOf(scripted, code, false, ""));
    }
  }

  /** The containers that run, in order of their ids. */
  public List<ContainerId> running() {
    return containers.values().stream()
        .filter(each -> each.state == State.RUNNING)
        .map(each -> each.spec.container())
        .toList();
  }

  @Override
  public void start(Listener newListener) {
    listener = newListener;
    session++;
    schedule(told -> told.engineHealth(!silent, "scripted"));
  }

  @Override
  public void observe(AgentId agent) {
    schedule(told -> {
      if (silent) {
        agenda.put(new Due(now.plus(RETRY), sequence++), () -> observe(agent));
      } else {
        told.observed(ContainerizerKind.ALL, observedOf(agent));
      }
    });
  }

  private List<ObservedContainer> observedOf(AgentId agent) {
    List<ObservedContainer> observed = new ArrayList<>();
    for (Scripted each : containers.values()) {
      if (each.spec.agent().equals(agent)) {
        observed.add(
            new ObservedContainer(
                each.spec.container(),
                each.state == State.RUNNING ? Optional.ofNullable(each.started) : Optional.empty(),
                Optional.ofNullable(each.exit)));
      }
    }
    return observed;
  }

  @Override
  public void launch(ContainerSpec spec) {
    if (containers.containsKey(spec.container())) {
      return;
    }
    Scripted scripted = new Scripted(spec, scripts.apply(spec));
    containers.put(spec.container(), scripted);
    schedule(told -> told.progressed(spec.container(), ContainerPhase.PREPARING, ""));
    scripted
        .script
        .startAfter()
        .ifPresent(
            after -> agenda.put(new Due(now.plus(after), sequence++), () -> startOrFail(scripted)));
  }

  private void startOrFail(Scripted scripted) {
    if (scripted.state != State.LAUNCHING) {
      return;
    }
    if (silent) {
      agenda.put(new Due(now.plus(RETRY), sequence++), () -> startOrFail(scripted));
      return;
    }
    Optional<String> failure = scripted.script.launchFailure();
    if (failure.isPresent()) {
      failLaunch(scripted, ContainerPhase.STARTING, failure.get());
      return;
    }
    if (scripted.spec.group().isPresent()) {
      scripted.state = State.PREPARED;
      schedule(told -> told.prepared(scripted.spec.container()));
    } else {
      run(scripted);
    }
  }

  @Override
  public void go(ContainerId container) {
    Scripted scripted = containers.get(container);
    if (scripted != null) {
      agenda.put(new Due(now, sequence++), () -> goOrWait(scripted));
    }
  }

  private void goOrWait(Scripted scripted) {
    if (scripted.state != State.PREPARED) {
      return;
    }
    if (silent) {
      agenda.put(new Due(now.plus(RETRY), sequence++), () -> goOrWait(scripted));
    } else {
      run(scripted);
    }
  }

  private void run(Scripted scripted) {
    scripted.state = State.RUNNING;
    onlooker.started(scripted.spec);
    scripted.started = new StartedContainer(OptionalInt.of(pids++), List.of("127.0.0.1"));
    tellNews(scripted);
    scripted
        .script
        .exitAfter()
        .ifPresent(after ->
            agenda.put(
                new Due(now.plus(after), sequence++),
                () -> {
                  if (scripted.state == State.RUNNING) {
                    end(
                        scripted,
                        exitOf(
                            scripted,
                            scripted.script.exitCode().orElse(0),
                            scripted.script.outOfMemory(),
                            ""));
                  }
                }));
  }

  private void failLaunch(Scripted scripted, ContainerPhase phase, String reason) {
    containers.remove(scripted.spec.container());
    scripted.state = State.ENDED;
    onlooker.neverStarted(scripted.spec);
    if (scripted.lookedAfter) {
      schedule(told -> told.launchFailed(scripted.spec.container(), phase, reason));
    }
  }

  @Override
  public void adopt(ContainerSpec spec) {
    Scripted scripted = containers.get(spec.container());
    if (scripted == null) {
      schedule(told ->
          told.exited(
              spec.container(),
              new ContainerExit(
                  OptionalInt.empty(), false, OptionalLong.empty(), "The container vanished")));
    } else if (!scripted.lookedAfter) {
      scripted.lookedAfter = true;
      scripted.startTold = scripted.exit != null;
      scripted.endTold = false;
      tellNews(scripted);
    }
  }

  @Override
  public void kill(ContainerId container, Duration grace) {
    Scripted scripted = containers.get(container);
    if (scripted == null || !scripted.lookedAfter) {
      return;
    }
    if (isLaunching(scripted)) {
      failLaunch(scripted, ContainerPhase.STARTING, "killed during launch");
      return;
    }
    boolean obeys = scripted.script.onKill() == ContainerScript.OnKill.OBEY;
    boolean asked = obeys && !grace.isZero();
    agenda.put(
        new Due(now.plus(obeys ? Duration.ZERO : grace), sequence++),
        () -> {
          if (scripted.state == State.RUNNING) {
            end(scripted, exitOf(scripted, asked ? TERMINATED : KILLED, false, ""));
          }
        });
  }

  @Override
  public void update(ContainerId container, TaskInfo sized) {
    Scripted scripted = containers.get(container);
    if (scripted != null && scripted.lookedAfter) {
      scripted.spec = scripted.spec.withTask(sized);
    }
  }

  /** What a container was launched with, or updated to; empty if there is no such container. */
  public Optional<ContainerSpec> specOf(ContainerId container) {
    return Optional.ofNullable(containers.get(container)).map(scripted -> scripted.spec);
  }

  @Override
  public void remove(ContainerId container) {
    Scripted scripted = containers.get(container);
    if (scripted == null) {
      return;
    }
    if (scripted.state == State.RUNNING) {
      end(scripted, exitOf(scripted, KILLED, false, ""));
    } else if (isLaunching(scripted)) {
      scripted.state = State.ENDED;
      onlooker.neverStarted(scripted.spec);
    }
    containers.remove(container);
  }

  /** The agent is gone: nothing is told any more, and what was being launched never starts. */
  @Override
  public void close() {
    listener = null;
    for (Scripted each : List.copyOf(containers.values())) {
      each.lookedAfter = false;
      if (isLaunching(each)) {
        each.state = State.ENDED;
        containers.remove(each.spec.container());
        onlooker.neverStarted(each.spec);
      }
    }
  }

  private static boolean isLaunching(Scripted scripted) {
    return scripted.state == State.LAUNCHING || scripted.state == State.PREPARED;
  }

  private void end(Scripted scripted, ContainerExit exit) {
    scripted.state = State.ENDED;
    scripted.exit = exit;
    onlooker.ended(scripted.spec, exit);
    tellNews(scripted);
  }

  /** Tells what has not been told, once. */
  private void tellNews(Scripted scripted) {
    if (!scripted.lookedAfter || silent) {
      return;
    }
    StartedContainer started = scripted.started;
    ContainerExit exit = scripted.exit;
    if (started != null && !scripted.startTold) {
      scripted.startTold = true;
      schedule(told -> told.started(scripted.spec.container(), started));
    }
    if (exit != null && !scripted.endTold) {
      scripted.endTold = true;
      schedule(told -> told.exited(scripted.spec.container(), exit));
    }
  }

  private static ContainerExit exitOf(
      Scripted scripted, int code, boolean outOfMemory, String detail) {
    OptionalLong limit =
        scripted.spec.task().getResourcesList().stream()
            .filter(resource -> resource.getName().equals("mem"))
            .mapToLong(resource -> (long) resource.getScalar().getValue() << 20)
            .reduce(Long::sum);
    return new ContainerExit(OptionalInt.of(code), outOfMemory, limit, detail);
  }

  private void schedule(Consumer<Listener> event) {
    long then = session;
    agenda.put(
        new Due(now, sequence++),
        () -> {
          // An answer for an agent that is gone is told to nobody, not to its successor.
          Listener told = listener;
          if (told != null && session == then) {
            event.accept(told);
          }
        });
  }
}
