package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.AdoptContainer;
import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.CloseLink;
import io.meseta.agent.core.AgentEffect.KillContainer;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.agent.core.AgentEffect.ObserveContainers;
import io.meseta.agent.core.AgentEffect.OpenLink;
import io.meseta.agent.core.AgentEffect.RemoveContainer;
import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentEffect.Terminate;
import io.meseta.agent.core.AgentEffect.WriteJournal;
import io.meseta.agent.core.AgentEvent.JournalRecovered;
import io.meseta.agent.core.AgentEvent.LeaderChanged;
import io.meseta.agent.core.AgentEvent.LinkClosed;
import io.meseta.agent.core.AgentEvent.LinkOpened;
import io.meseta.agent.core.AgentEvent.MasterMessageReceived;
import io.meseta.agent.core.AgentEvent.TimerFired;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckRequest;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.runtime.StateMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * An agent's life as a seed draws it: tasks, kills, acknowledgements, lost links, full disks and
 * crashes in any order. What must always hold is checked at each effect; {@link #calmDown} then
 * stops the faults, and all that is pending must finish.
 */
final class RandomHistory {

  private final Random random;
  private final RandomEngine engine;
  private final RandomJournal journal;
  private final RandomMaster master;
  private final RandomPrograms programs;
  private final List<AgentEffect> trace = new ArrayList<>();
  private final Map<AgentTimer, Instant> timers = new LinkedHashMap<>();
  private final List<CheckRequest> asked = new ArrayList<>();
  private final Function<AgentCore, StateMachine<AgentEvent, AgentEffect>> around;
  private AgentCore core;

  /** What is driven: the core, or something around it. */
  private StateMachine<AgentEvent, AgentEffect> machine;

  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private int runs;
  private long openLink;
  private boolean linkIsOpen;
  private int failuresInHundred = 5;

  RandomHistory(long seed) {
    this(seed, core -> core);
  }

  /**
   * @param around what is to be driven for each core; an agent that crashes has a new one
   */
  RandomHistory(long seed, Function<AgentCore, StateMachine<AgentEvent, AgentEffect>> around) {
    this.around = around;
    random = new Random(seed);
    engine = new RandomEngine(random);
    journal = new RandomJournal(random);
    master = new RandomMaster(random);
    programs = new RandomPrograms(random, engine);
    core = newCore();
    machine = around.apply(core);
    start();
  }

  private static AgentCore newCore() {
    return new AgentCore(
        AgentSettings.defaults(
            Messages.AGENT.toBuilder().addResources(Messages.scalar("disk", 100)).build(), "1.0"));
  }

  private void start() {
    runs++;
    handle(new JournalRecovered(now, "run" + runs, "boot1", journal.durable()));
    handle(new LeaderChanged(now, Optional.of(AgentCoreTestContext.LEADER)));
  }

  private void crash() {
    engine.agentDied();
    programs.agentDied();
    journal.agentDied();
    timers.clear();
    asked.clear();
    linkIsOpen = false;
    core = newCore();
    machine = around.apply(core);
    start();
  }

  void step() {
    now = now.plusMillis(random.nextInt(200));
    int choice = random.nextInt(1000);
    if (choice < 3) {
      crash();
    } else if (choice < 15) {
      loseLink();
    } else if (choice < 300) {
      journal.step(now, failuresInHundred).ifPresent(this::handle);
    } else if (choice < 600) {
      engine.step(now).ifPresent(this::handle);
    } else if (choice < 630) {
      answerACheck();
    } else if (choice < 690) {
      programs.step(now, core.view().executors()).ifPresent(this::handle);
    } else if (choice < 750) {
      fireATimer();
    } else {
      masterSpeaks();
    }
  }

  private void loseLink() {
    if (openLink == 0) {
      return;
    }
    linkIsOpen = false;
    if (random.nextBoolean()) {
      handle(new LinkClosed(now, openLink, "reset by peer"));
    } else {
      handle(new LeaderChanged(now, Optional.empty()));
      handle(new LeaderChanged(now, Optional.of(AgentCoreTestContext.LEADER)));
    }
  }

  /** Any of those that were asked, also one whose container has ended meanwhile. */
  private void answerACheck() {
    if (asked.isEmpty()) {
      return;
    }
    CheckRequest request = asked.remove(random.nextInt(asked.size()));
    CheckAnswer answer =
        switch (random.nextInt(3)) {
          case 0 -> new CheckAnswer.Connected();
          case 1 -> new CheckAnswer.Refused("nobody listens");
          default -> new CheckAnswer.None("no answer");
        };
    handle(
        new AgentEvent.CheckAnswered(
            now, request.container(), request.kind(), request.attempt(), answer));
  }

  /** The next one that is due, to which time jumps. */
  private void fireATimer() {
    Optional<Map.Entry<AgentTimer, Instant>> next =
        timers.entrySet().stream().min(Map.Entry.comparingByValue());
    if (next.isPresent()) {
      AgentTimer timer = next.get().getKey();
      Instant due = next.get().getValue();
      now = due.isAfter(now) ? due : now;
      timers.remove(timer);
      handle(new TimerFired(now, timer));
    }
  }

  private void masterSpeaks() {
    if (!linkIsOpen) {
      return;
    }
    switch (core.view().link()) {
      case OPENING -> {
        master.linkOpened();
        handle(new LinkOpened(now, openLink));
      }
      case REGISTERING -> say(Messages.registered("A0"));
      case REGISTERED -> say(master.says(core.view()));
      case NO_LEADER, WAITING, LEAVING, RETIRED -> {}
    }
  }

  private void say(MasterMessage message) {
    handle(new MasterMessageReceived(now, openLink, message));
  }

  private void handle(AgentEvent event) {
    List<AgentEffect> effects = machine.handle(event);
    trace.addAll(effects);
    effects.forEach(this::run);
    assertThat(core.view().journalFailure().isEmpty() || mayGoOn())
        .as("a failed write is retried")
        .isTrue();
  }

  private boolean mayGoOn() {
    return journal.hasWrites() || timers.containsKey(new AgentTimer.RetryJournal());
  }

  private void run(AgentEffect effect) {
    switch (effect) {
      case OpenLink open -> {
        openLink = open.linkId();
        linkIsOpen = true;
      }
      case CloseLink c -> linkIsOpen = false;
      case SendToMaster send -> {
        assertThat(send.linkId()).as("only the open link is spoken on").isEqualTo(openLink);
        master.hears(send.message(), journal.durable());
      }
      case WriteJournal write -> journal.write(write);
      case ObserveContainers o -> engine.observe();
      case LaunchContainer launch -> launch(launch.spec());
      case AgentEffect.StartContainer start -> engine.go(start.container());
      case AdoptContainer adopt -> engine.adopt(adopt.spec().container());
      case KillContainer kill -> engine.kill(kill.container());
      // Files are not part of these histories.
      case AgentEffect.CreateVolumes e -> {}
      case AgentEffect.RemoveVolumes e -> {}
      case AgentEffect.KeepVolumes e -> {}
      case RemoveContainer remove -> remove(remove.container());
      case AgentEffect.RunCheck ask -> asked.add(ask.request());
      case SetTimer set -> timers.put(set.timer(), now.plus(set.after()));
      case CancelTimer cancel -> timers.remove(cancel.timer());
      case AgentEffect.UpdateContainer e ->
          assertThat(core.view().executors())
              .as("only the containers of executors change their size")
              .anyMatch(executor -> executor.container().equals(e.container()));
      case AgentEffect.AnswerExecutor e -> {}
      case AgentEffect.OpenExecutor e -> programs.opened(e.call());
      case AgentEffect.SendToExecutor e ->
          programs.hears(e.connection(), e.event(), journal.durable());
      case AgentEffect.CloseExecutor e -> programs.closed(e.connection());
      case Terminate t -> throw new AssertionError("Nobody refused this agent: " + t);
    }
  }

  private void launch(ContainerSpec spec) {
    ContainerId container = spec.container();
    assertThat(
            journal.durable().tasks().stream()
                    .anyMatch(record -> ContainerId.of(record.getContainerId()).equals(container))
                && journal.durable().executors().stream()
                        .map(record -> ContainerId.of(record.getContainerId()))
                        .filter(container::equals)
                        .count()
                    <= 1)
        .as("launched before its record is durable: %s", container)
        .isTrue();
    engine.launch(spec);
  }

  private void remove(ContainerId container) {
    if (engine.runs(container)) {
      assertThat(core.view().tasks())
          .as("a running container is removed under its task")
          .noneMatch(task -> task.container().equals(container));
    }
    engine.remove(container);
  }

  /** No more faults and no more tasks: kills what is there until nothing is left to be done. */
  void calmDown() {
    failuresInHundred = 0;
    for (int i = 0; i < 20_000 && !atRest(); i++) {
      now = now.plus(Duration.ofMillis(50));
      journal.step(now, 0).ifPresent(this::handle);
      engine.step(now).ifPresent(this::handle);
      programs.step(now, core.view().executors()).ifPresent(this::handle);
      if (i % 4 == 0) {
        fireATimer();
      }
      if (core.view().link() != LinkState.REGISTERED) {
        masterSpeaks();
      } else {
        switch (i % 8) {
          case 0 -> master.killAny(core.view()).ifPresent(this::say);
          case 4 -> master.shutDownAny(core.view()).ifPresent(this::say);
          default -> master.acknowledge().ifPresent(this::say);
        }
      }
    }
    assertThat(core.view().tasks()).as("every task ends and is forgotten").isEmpty();
    assertThat(journal.durable().tasks()).isEmpty();
    assertThat(core.view().executors()).as("every executor ends").isEmpty();
    assertThat(journal.durable().executors()).isEmpty();
    assertThat(journal.durable().frameworks()).isEmpty();
    assertThat(engine.isEmpty()).as("no container is left").isTrue();
  }

  private boolean atRest() {
    // While the journal fails, the core keeps writes back that nobody else knows of.
    return core.view().tasks().isEmpty()
        && core.view().executors().isEmpty()
        && engine.isEmpty()
        && !journal.hasWrites()
        && core.view().journalFailure().isEmpty();
  }

  List<AgentEffect> trace() {
    return trace;
  }

  RandomMaster master() {
    return master;
  }
}
