package io.meseta.testkit.simulation.cluster;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentEffect;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.core.AgentTimer;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.LeaderAddress;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckRequest;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.resources.Resources;
import io.meseta.testkit.simulation.check.AgentChecks;
import io.meseta.testkit.simulation.world.Coordination;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.HostClock;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent: the real core with its links, its journal's disk and its containers played.
 *
 * <p>{@link #crash} ends the process and leaves the containers; {@link #powerOff} ends the machine.
 */
final class AgentHost extends Host<AgentEvent, AgentEffect, AgentTimer> {
  private static final Duration START_ANEW = Duration.ofMinutes(1);

  private final AgentPlan usual;
  private final Draw draw;
  private final Draw checkDraw;
  private final SimulatedJournal journal;
  private final AgentChecks checks;
  private final AgentLinks links;
  private final ExecutorDesk executors;
  private final Engine engine;
  private final VolumeDisk volumes;
  private final Coordination.Detector detector;
  private @Nullable AgentCore core;
  private String bootId;
  private Resources totalBefore = Resources.EMPTY;
  private boolean powered = true;

  /** How its next process is configured. */
  private AgentPlan plan;

  AgentHost(World world, HostClock clock, AgentPlan plan) {
    super(world, plan.hostname(), clock);
    this.usual = plan;
    this.plan = plan;
    this.draw = world.draws().of(name);
    this.checkDraw = world.draws().of(name + "/checks");
    this.bootId = draw.uuid();
    this.checks = new AgentChecks(name, world.ledger());
    this.journal =
        new SimulatedJournal(world.agenda(), world.draws().of(name + "/disk"), checks::durable);
    this.links = new AgentLinks(this);
    this.executors = new ExecutorDesk(this);
    this.engine = new Engine(world, name, checks, executors);
    this.volumes = new VolumeDisk(name);
    this.detector = world.coordination().detect(this::leaderPublished);
  }

  // ---- process ----

  void start() {
    AgentSettings settings = plan.settings();
    if (!checks.mayStartWith(plan.resources())) {
      checkThatItDoesNotStart(settings);
      return;
    }
    AgentCore newCore =
        new AgentCore(settings, taken -> world.tally().count(Transitions.ofAgent(taken)));
    core = newCore;
    begin(newCore);
    checks.processStarted(settings.agent());
    long then = process;
    JournalSnapshot snapshot =
        journal.open(
            new SimulatedJournal.Listener() {
              @Override
              public void written(long sequence) {
                postIf(then, new Written(sequence));
              }

              @Override
              public void failed(long sequence, String reason) {
                postIf(then, new FailedWrite(sequence, reason));
              }
            });
    String runId = draw.uuid();
    String boot = bootId;
    // What the containerizer says comes later, from the agenda: the journal stays the first event.
    engine.start(new Events(then));
    post(at -> new AgentEvent.JournalRecovered(at, runId, boot, snapshot));
    detector.restart();
    leaderPublished();
  }

  /** Its journal remembers more than it is configured with: its operator has to think again. */
  private void checkThatItDoesNotStart(AgentSettings settings) {
    world.note(name, "does not start with less than its journal remembers");
    world.tally().count("agents that do not start");
    AgentEvent read =
        new AgentEvent.JournalRecovered(clock.now(), draw.uuid(), bootId, journal.snapshot());
    try {
      new AgentCore(settings).handle(read);
    } catch (IllegalStateException e) {
      return;
    }
    throw new Violation(name + " starts with less than its journal remembers", name);
  }

  /** What the journal says, on its way to the core. */
  private sealed interface JournalNews {}

  private record Written(long sequence) implements JournalNews {}

  private record FailedWrite(long sequence, String reason) implements JournalNews {}

  private void postIf(long then, JournalNews news) {
    if (then != process) {
      return;
    }
    post(at ->
        switch (news) {
          case Written written -> new AgentEvent.JournalWritten(at, written.sequence);
          case FailedWrite failed ->
              new AgentEvent.JournalFailed(at, failed.sequence, failed.reason);
        });
  }

  /** As {@code kill -9} does: containers go on. */
  void crash() {
    leave();
    world.network().processDied(number);
  }

  /** The machine stops: its containers are gone, and nobody is told. */
  void powerOff() {
    if (isUp()) {
      leave();
    }
    world.network().machineDied(number);
    engine.powerOff();
    executors.powerOff();
    bootId = draw.uuid();
    powered = false;
  }

  private void leave() {
    end();
    core = null;
    journal.crash();
    engine.agentDied();
    executors.agentDied();
    links.forget();
    checks.processDied();
  }

  /** Starts what is not running. */
  void bringUp() {
    powered = true;
    if (!isUp()) {
      start();
    }
  }

  /** Its next process is configured otherwise. */
  void change(AgentPlan other) {
    world.note(name, "is to be started with " + other);
    plan = other;
  }

  AgentPlan plan() {
    return plan;
  }

  AgentPlan usual() {
    return usual;
  }

  /** Stops and starts as it is configured now. */
  void restart() {
    if (isUp()) {
      crash();
    }
    bringUp();
  }

  /** All that the running process has, as operations have changed it. */
  Optional<Resources> total() {
    AgentCore asked = core;
    return asked == null ? Optional.empty() : Optional.of(asked.total());
  }

  VolumeDisk volumes() {
    return volumes;
  }

  /** Whether its configuration covers all that runs here, and all that its journal remembers. */
  boolean coversItsTasks() {
    return checks.fitsInto(plan.resources());
  }

  Coordination.Detector detector() {
    return detector;
  }

  boolean isPowered() {
    return powered;
  }

  SimulatedJournal journal() {
    return journal;
  }

  Engine engine() {
    return engine;
  }

  ExecutorDesk executors() {
    return executors;
  }

  AgentChecks checks() {
    return checks;
  }

  Optional<AgentView> view() {
    AgentCore asked = core;
    return asked == null ? Optional.empty() : Optional.of(asked.view());
  }

  private void leaderPublished() {
    long then = process;
    world
        .agenda()
        .after(
            world.coordination().newsDelay(),
            () -> {
              if (then == process) {
                Optional<LeaderAddress> leader =
                    detector
                        .known()
                        .map(Leaders::parse)
                        .map(info ->
                            new LeaderAddress(info.getId(), info.getHostname(), info.getPort()));
                post(at -> new AgentEvent.LeaderChanged(at, leader));
              }
            });
  }

  // ---- the core ----

  @Override
  AgentEvent timerFired(Instant at, AgentTimer timer) {
    return new AgentEvent.TimerFired(at, timer);
  }

  @Override
  void beforeEvent(AgentEvent event) {
    totalBefore = total().orElse(Resources.EMPTY);
  }

  @Override
  void afterEvent(AgentEvent event, List<AgentEffect> effects) {
    Resources after = total().orElse(Resources.EMPTY);
    if (event instanceof AgentEvent.JournalRecovered) {
      checks.operations().recovered(after);
      return;
    }
    Optional<ApplyOperation> order =
        event instanceof AgentEvent.MasterMessageReceived received
                && received.message().hasApplyOperation()
            ? Optional.of(received.message().getApplyOperation())
            : Optional.empty();
    checks.operations().handled(order, totalBefore, after);
  }

  @Override
  void run(AgentEffect effect) {
    switch (effect) {
      case AgentEffect.OpenLink e -> links.open(e.linkId(), e.leader());
      case AgentEffect.CloseLink e -> links.close(e.linkId());
      case AgentEffect.SendToMaster e -> {
        checks.sends(e.message());
        links.send(e.linkId(), e.message());
      }
      case AgentEffect.WriteJournal e -> journal.write(e.sequence(), e.changes());
      case AgentEffect.ObserveContainers e -> engine.observe(e.agent());
      case AgentEffect.LaunchContainer e -> {
        checks.launches(e.spec());
        if (e.spec().kind() == ContainerSpec.Kind.TASK) {
          volumes.use(e.spec().task(), checks.operations());
        }
        engine.launch(e.spec());
      }
      case AgentEffect.StartContainer e -> engine.go(e.container());
      case AgentEffect.AdoptContainer e -> engine.adopt(e.spec());
      case AgentEffect.KillContainer e -> {
        checks.kills(e.container().value());
        engine.kill(e.container(), e.grace());
      }
      case AgentEffect.RemoveContainer e -> engine.remove(e.container());
      case AgentEffect.CreateVolumes e -> e.volumes().forEach(volumes::create);
      case AgentEffect.RemoveVolumes e -> e.volumes().forEach(volumes::remove);
      case AgentEffect.KeepVolumes e -> volumes.keep(e.agent().value(), e.volumes());
      case AgentEffect.RunCheck e -> ask(e.request());
      case AgentEffect.SetTimer e -> timers.set(e.timer(), e.after());
      case AgentEffect.CancelTimer e -> timers.cancel(e.timer());
      case AgentEffect.UpdateContainer e -> engine.update(e.container(), e.sized());
      case AgentEffect.AnswerExecutor e -> executors.answer(e.call(), e.status());
      case AgentEffect.OpenExecutor e -> executors.open(e.call());
      case AgentEffect.SendToExecutor e -> executors.send(e.connection(), e.event());
      case AgentEffect.CloseExecutor e -> executors.close(e.connection());
      case AgentEffect.Terminate e -> {
        world.note(name, "ends for good: " + e.reason());
        world.tally().count("agents retired");
        crash();
        startAnew();
      }
    }
  }

  /** A running task is asked; the answer takes a while. */
  private void ask(CheckRequest request) {
    checks.asks(request);
    long then = process;
    world
        .agenda()
        .after(
            checkDraw.nanos(Duration.ofMillis(1), Duration.ofSeconds(2)),
            () -> {
              if (then == process) {
                CheckAnswer answer = Workload.answer(checkDraw);
                checks.answered(request, answer);
                post(at ->
                    new AgentEvent.CheckAnswered(
                        at, request.container(), request.kind(), request.attempt(), answer));
              }
            });
  }

  /** Whoever supervises the process starts it again: that is a new agent. */
  private void startAnew() {
    long then = process;
    world
        .agenda()
        .after(
            draw.exponential(START_ANEW),
            () -> {
              if (then == process && powered) {
                bringUp();
              }
            });
  }

  /** What the containerizer says to the process that it was started by. */
  private final class Events implements Containerizer.Listener {
    private final long then;

    Events(long then) {
      this.then = then;
    }

    private boolean isStale() {
      return then != process;
    }

    @Override
    public void progressed(ContainerId container, ContainerPhase phase, String detail) {
      if (!isStale()) {
        post(at -> new AgentEvent.ContainerProgressed(at, container, phase, detail));
      }
    }

    @Override
    public void prepared(ContainerId container) {
      if (!isStale()) {
        post(at -> new AgentEvent.ContainerPrepared(at, container));
      }
    }

    @Override
    public void started(ContainerId container, StartedContainer started) {
      if (!isStale()) {
        post(at -> new AgentEvent.ContainerStarted(at, container, started));
      }
    }

    @Override
    public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
      if (!isStale()) {
        post(at -> new AgentEvent.ContainerLaunchFailed(at, container, phase, reason));
      }
    }

    @Override
    public void exited(ContainerId container, ContainerExit exit) {
      if (!isStale()) {
        post(at -> new AgentEvent.ContainerExited(at, container, exit));
      }
    }

    @Override
    public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
      if (!isStale()) {
        post(at -> new AgentEvent.ContainersObserved(at, kinds, containers));
      }
    }

    @Override
    public void engineHealth(boolean healthy, String detail) {
      if (!isStale()) {
        post(at -> new AgentEvent.EngineHealthChanged(at, healthy, detail));
      }
    }
  }

  /** The clock is set. */
  void jumpClock(Duration by) {
    clock.jump(by.toNanos());
  }
}
