package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentEffect.WriteJournal;
import io.meseta.agent.core.AgentEvent.ContainerExited;
import io.meseta.agent.core.AgentEvent.ContainerLaunchFailed;
import io.meseta.agent.core.AgentEvent.ContainerStarted;
import io.meseta.agent.core.AgentEvent.ContainersObserved;
import io.meseta.agent.core.AgentEvent.ExecutorCalled;
import io.meseta.agent.core.AgentEvent.JournalFailed;
import io.meseta.agent.core.AgentEvent.JournalRecovered;
import io.meseta.agent.core.AgentEvent.JournalWritten;
import io.meseta.agent.core.AgentEvent.LeaderChanged;
import io.meseta.agent.core.AgentEvent.LinkOpened;
import io.meseta.agent.core.AgentEvent.MasterMessageReceived;
import io.meseta.agent.core.AgentEvent.TimerFired;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.runtime.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * An agent's core with the world around it played by the test: each call is one event, {@link
 * #then} says exactly which effects it had.
 *
 * <p>Writes wait until the test says {@link #written} or {@link #settle}; timers wait until it says
 * {@link #fire}.
 */
final class AgentCoreTestContext {

  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final LeaderAddress LEADER = new LeaderAddress("m1", "127.0.0.1", 5050);
  static final FrameworkInfo FRAMEWORK = Messages.framework("f1");

  private final AgentCore core;
  private final InMemoryJournal durable;
  private final EffectText text;
  private final TreeMap<Long, WriteJournal> writes = new TreeMap<>();
  private final Map<AgentTimer, Duration> timers = new LinkedHashMap<>();
  private final List<AgentEffect> history = new ArrayList<>();
  private final Set<Transition> taken;
  private List<AgentEffect> last = List.of();
  private Instant now = START;
  private int runs = 1;

  private AgentCoreTestContext(
      AgentInfo agent, InMemoryJournal durable, EffectText text, Set<Transition> taken) {
    this.durable = durable;
    this.text = text;
    this.taken = taken;
    this.core = new AgentCore(AgentSettings.defaults(agent, "1.0"), taken::add);
  }

  /** A process that has started and knows nothing. */
  static AgentCoreTestContext fresh() {
    AgentCoreTestContext context =
        new AgentCoreTestContext(
            Messages.AGENT, new InMemoryJournal(), new EffectText(), new LinkedHashSet<>());
    context.recover(JournalSnapshot.EMPTY);
    return context;
  }

  /** An agent that is registered as A0 on link 1, with nothing under way. */
  static AgentCoreTestContext registered() {
    AgentCoreTestContext context = fresh();
    context.leader(Optional.of(LEADER));
    context.opened(1);
    context.says(1, Messages.registered("A0"));
    context.settle();
    return context;
  }

  /** Another process of the same agent, with what is durable now. */
  AgentCoreTestContext restarted() {
    return restarted(Messages.AGENT, "boot1");
  }

  /** Another process of the same agent, told something else of itself, or after a reboot. */
  AgentCoreTestContext restarted(AgentInfo configured, String bootId) {
    AgentCoreTestContext context = new AgentCoreTestContext(configured, durable, text, taken);
    context.now = now.plusSeconds(1);
    context.runs = runs + 1;
    context.handle(
        new JournalRecovered(context.now, "run" + context.runs, bootId, durable.snapshot()));
    return context;
  }

  private void recover(JournalSnapshot journal) {
    handle(new JournalRecovered(now, "run" + runs, "boot1", journal));
  }

  /** Every step of a lifecycle that this agent has taken, in all its runs. */
  Set<Transition> taken() {
    return taken;
  }

  // Events.

  AgentCoreTestContext handle(AgentEvent event) {
    last = core.handle(event);
    for (AgentEffect effect : last) {
      history.add(effect);
      text.learn(effect);
      switch (effect) {
        case WriteJournal write -> writes.put(write.sequence(), write);
        case SetTimer set -> timers.put(set.timer(), set.after());
        case CancelTimer cancel -> timers.remove(cancel.timer());
        default -> {}
      }
    }
    return this;
  }

  AgentCoreTestContext leader(Optional<LeaderAddress> leader) {
    return handle(new LeaderChanged(now, leader));
  }

  AgentCoreTestContext opened(long link) {
    return handle(new LinkOpened(now, link));
  }

  AgentCoreTestContext closed(long link) {
    return handle(new AgentEvent.LinkClosed(now, link, "reset by peer"));
  }

  AgentCoreTestContext says(long link, MasterMessage message) {
    return handle(new MasterMessageReceived(now, link, message));
  }

  /** The master says this on link 1. */
  AgentCoreTestContext says(MasterMessage message) {
    return says(1, message);
  }

  AgentCoreTestContext written() {
    WriteJournal write = Objects.requireNonNull(writes.pollFirstEntry(), "no write").getValue();
    durable.apply(write.changes());
    return handle(new JournalWritten(now, write.sequence()));
  }

  AgentCoreTestContext writeFails(long sequence) {
    writes.remove(sequence);
    return handle(new JournalFailed(now, sequence, "disk full"));
  }

  /** Makes everything durable; {@link #then} sees all that this brings about. */
  AgentCoreTestContext settle() {
    List<AgentEffect> all = new ArrayList<>();
    while (!writes.isEmpty()) {
      written();
      all.addAll(last);
    }
    last = all;
    return this;
  }

  AgentCoreTestContext started(String task) {
    StartedContainer facts = new StartedContainer(OptionalInt.of(4711), List.of("172.17.0.2"));
    return handle(new ContainerStarted(now, container(task), facts));
  }

  AgentCoreTestContext prepared(String task) {
    return handle(new AgentEvent.ContainerPrepared(now, container(task)));
  }

  AgentCoreTestContext exited(String task, int code) {
    return exited(task, exit(code));
  }

  AgentCoreTestContext exited(String task, ContainerExit exit) {
    return handle(new ContainerExited(now, container(task), exit));
  }

  AgentCoreTestContext launchFailed(String task) {
    return handle(
        new ContainerLaunchFailed(
            now, container(task), ContainerPhase.PULLING, "no such image: nix"));
  }

  /** All containerizers have answered. */
  AgentCoreTestContext observed(ObservedContainer... containers) {
    return handle(new ContainersObserved(now, ContainerizerKind.ALL, List.of(containers)));
  }

  /** One containerizer has answered. */
  AgentCoreTestContext observedBy(ContainerizerKind kind, ObservedContainer... containers) {
    return handle(new ContainersObserved(now, Set.of(kind), List.of(containers)));
  }

  AgentCoreTestContext after(Duration time) {
    now = now.plus(time);
    return this;
  }

  /** Lets a timer fire, which must be set. Time passes. */
  AgentCoreTestContext fire(AgentTimer timer) {
    now = now.plus(timer(timer));
    timers.remove(timer);
    return handle(new TimerFired(now, timer));
  }

  // Executors.

  AgentCoreTestContext calls(long call, Call message) {
    return handle(new ExecutorCalled(now, call, message));
  }

  /** The executor subscribes, and all that follows from it becomes durable. */
  AgentCoreTestContext subscribed(String executor, long call) {
    List<AgentEffect> first = calls(call, ExecutorMessages.subscribe(executor)).lastEffects();
    List<AgentEffect> all = new ArrayList<>(first);
    all.addAll(settle().lastEffects());
    last = all;
    return this;
  }

  /** Its container runs, and it has subscribed with this call; the task is delivered to it. */
  AgentCoreTestContext executorRuns(String executor, String task, long call) {
    launched(Messages.taskOf(executor, task));
    executorStarted(executor);
    return subscribed(executor, call);
  }

  AgentCoreTestContext executorStarted(String executor) {
    StartedContainer facts = new StartedContainer(OptionalInt.of(4712), List.of("172.17.0.3"));
    return handle(new ContainerStarted(now, executorContainer(executor), facts));
  }

  AgentCoreTestContext executorExited(String executor, ContainerExit exit) {
    return handle(new ContainerExited(now, executorContainer(executor), exit));
  }

  ContainerId executorContainer(String executor) {
    return core.view().executors().stream()
        .filter(view -> view.info().getExecutorId().getValue().equals(executor))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No executor " + executor))
        .container();
  }

  AgentTimer overdue(String executor) {
    return new AgentTimer.ExecutorOverdue(executorContainer(executor));
  }

  /** What is told to executors, oldest first. */
  List<AgentEffect.SendToExecutor> toldToExecutors() {
    return history.stream()
        .filter(AgentEffect.SendToExecutor.class::isInstance)
        .map(AgentEffect.SendToExecutor.class::cast)
        .toList();
  }

  // Whole stories.

  /** The task is accepted, and its launch ordered. */
  AgentCoreTestContext launched(TaskInfo task) {
    return launched(FRAMEWORK, task);
  }

  AgentCoreTestContext launched(FrameworkInfo framework, TaskInfo task) {
    return says(Messages.runTask(framework, task)).settle();
  }

  /** The task runs, and its framework has acknowledged everything. */
  AgentCoreTestContext running(String task) {
    return running(FRAMEWORK, Messages.task(task));
  }

  AgentCoreTestContext running(FrameworkInfo framework, TaskInfo info) {
    String task = info.getTaskId().getValue();
    launched(framework, info).acknowledged(task);
    started(task).settle();
    return acknowledged(task);
  }

  /** The update on the way is acknowledged, and the acknowledgement is durable. */
  AgentCoreTestContext acknowledged(String task) {
    return acknowledge(task).settle();
  }

  AgentCoreTestContext acknowledge(String task) {
    TaskStatus status = lastSent(task);
    return says(currentLink(), Messages.acknowledge(frameworkOf(task), task, status.getUuid()));
  }

  private FrameworkId frameworkOf(String task) {
    return core.view().tasks().stream()
        .filter(view -> view.info().getTaskId().getValue().equals(task))
        .findFirst()
        .orElseThrow()
        .framework();
  }

  // Questions.

  /** The effects of the last event, in short words; order matters. */
  void then(String... effects) {
    assertThat(text.of(last)).containsExactly(effects);
  }

  void thenNothing() {
    assertThat(text.of(last)).isEmpty();
  }

  /** The status of the update that was sent last for this task. */
  TaskStatus lastSent(String task) {
    return sent(task).getLast();
  }

  List<TaskStatus> sent(String task) {
    return sentMessages().stream()
        .filter(send -> send.message().hasStatusUpdate())
        .map(send -> send.message().getStatusUpdate().getStatus())
        .filter(status -> status.getTaskId().getValue().equals(task))
        .toList();
  }

  private List<SendToMaster> sentMessages() {
    return history.stream()
        .filter(SendToMaster.class::isInstance)
        .map(SendToMaster.class::cast)
        .toList();
  }

  private long currentLink() {
    return sentMessages().getLast().linkId();
  }

  List<AgentEffect> lastEffects() {
    return last;
  }

  <T extends AgentEffect> T only(Class<T> type) {
    List<T> found = last.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  Map<AgentTimer, Duration> timers() {
    return timers;
  }

  /** How long a timer was set for, which must be set. */
  Duration timer(AgentTimer timer) {
    return Optional.ofNullable(timers.get(timer))
        .orElseThrow(() -> new AssertionError("No timer " + timer + ", but " + timers));
  }

  ContainerId container(String task) {
    return core.view().tasks().stream()
        .filter(view -> view.info().getTaskId().getValue().equals(task))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No task " + task))
        .container();
  }

  AgentView view() {
    return core.view();
  }

  JournalSnapshot durable() {
    return durable.snapshot();
  }

  Instant now() {
    return now;
  }

  long counted(AgentCounter counter) {
    return core.view().counters().getOrDefault(counter, 0L);
  }

  // Facts about containers.

  static ContainerExit exit(int code) {
    return new ContainerExit(OptionalInt.of(code), false, OptionalLong.empty(), "");
  }

  static ContainerExit vanished() {
    return new ContainerExit(OptionalInt.empty(), false, OptionalLong.empty(), "removed by hand");
  }

  static ContainerExit outOfMemory(int code, long limitBytes) {
    return new ContainerExit(OptionalInt.of(code), true, OptionalLong.of(limitBytes), "");
  }

  static ObservedContainer running(ContainerId container) {
    return new ObservedContainer(
        container,
        Optional.of(new StartedContainer(OptionalInt.of(99), List.of("172.17.0.9"))),
        Optional.empty());
  }

  static ObservedContainer ended(ContainerId container, int code) {
    return new ObservedContainer(container, Optional.empty(), Optional.of(exit(code)));
  }

  static ObservedContainer created(ContainerId container) {
    return new ObservedContainer(container, Optional.empty(), Optional.empty());
  }

  static AgentTimer resend(String task) {
    return new AgentTimer.ResendUpdate(new FrameworkId("f1"), new TaskId(task));
  }
}
