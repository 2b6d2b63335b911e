package io.meseta.agent.core;

import io.meseta.agent.core.AgentEvent.CheckAnswered;
import io.meseta.agent.core.AgentEvent.ConfigurationChanged;
import io.meseta.agent.core.AgentEvent.ContainerExited;
import io.meseta.agent.core.AgentEvent.ContainerLaunchFailed;
import io.meseta.agent.core.AgentEvent.ContainerPrepared;
import io.meseta.agent.core.AgentEvent.ContainerProgressed;
import io.meseta.agent.core.AgentEvent.ContainerStarted;
import io.meseta.agent.core.AgentEvent.ContainersObserved;
import io.meseta.agent.core.AgentEvent.DiskLimitExceeded;
import io.meseta.agent.core.AgentEvent.EngineHealthChanged;
import io.meseta.agent.core.AgentEvent.ExecutorCalled;
import io.meseta.agent.core.AgentEvent.ExecutorDisconnected;
import io.meseta.agent.core.AgentEvent.JournalFailed;
import io.meseta.agent.core.AgentEvent.JournalRecovered;
import io.meseta.agent.core.AgentEvent.JournalWritten;
import io.meseta.agent.core.AgentEvent.LeaderChanged;
import io.meseta.agent.core.AgentEvent.LinkClosed;
import io.meseta.agent.core.AgentEvent.LinkOpened;
import io.meseta.agent.core.AgentEvent.MasterMessageReceived;
import io.meseta.agent.core.AgentEvent.StopOrdered;
import io.meseta.agent.core.AgentEvent.TimerFired;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.StateMachine;
import io.meseta.common.runtime.Transition;
import io.meseta.common.runtime.TransitionListener;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's logic: what has happened in, what is to be done out.
 *
 * <p>This class only routes; each rule is in the slice that it concerns ({@link MasterLink}, {@link
 * Launches}, {@link Containers}, {@link Kills}, {@link StatusUpdateStreams}, {@link Recovery}, …).
 * Nothing is told to the master, and no container launched, before its record is durable: see
 * {@link JournalWriter}.
 *
 * <p>Threads: {@link #handle} and {@link #view} by one thread at a time, the loop's. The first
 * event is {@link JournalRecovered}, and it comes once.
 */
public final class AgentCore implements StateMachine<AgentEvent, AgentEffect> {

  private static final Logger log = LoggerFactory.getLogger(AgentCore.class);

  private final AgentSettings settings;
  private final Turn turn = new Turn();
  private final Counters counters = new Counters();
  private final IdMint ids = new IdMint();
  private final CoreContext context;
  private final AgentSlices slices;
  private final MasterMessages messages;
  private boolean recovered;

  public AgentCore(AgentSettings settings) {
    this(settings, TransitionListener.NONE);
  }

  /**
   * @param transitions is told each step of a task and of its container
   */
  public AgentCore(AgentSettings settings, TransitionListener transitions) {
    this.settings = settings;
    JournalWriter journal = new JournalWriter(turn, counters, settings.journalRetry());
    AgentIdentity identity = new AgentIdentity(settings.agent(), journal);
    Statuses statuses = new Statuses(turn, ids, identity);
    this.context = new CoreContext(turn, counters, journal, identity, statuses, transitions);
    this.slices = AgentSlices.wire(context, ids, settings);
    this.messages = new MasterMessages(context, slices);
  }

  /** Every step that {@link TransitionListener} can be told of. */
  public static List<Transition> transitions() {
    List<Transition> all = new ArrayList<>(TaskTransitions.TABLE.transitions());
    all.addAll(ExecutorTaskTransitions.TABLE.transitions());
    all.addAll(ContainerLifecycle.TABLE.transitions());
    all.addAll(ExecutorLifecycle.TABLE.transitions());
    return all;
  }

  @Override
  public List<AgentEffect> handle(AgentEvent event) {
    if (recovered == event instanceof JournalRecovered) {
      throw new IllegalStateException("The journal is recovered first, and once: " + event);
    }
    turn.begin(event.at());
    route(event);
    slices.retirement().maybeFinish();
    slices.stopping().maybeFinish();
    context.journal().flush();
    slices.condition().maybeTell();
    return turn.effects();
  }

  private void route(AgentEvent event) {
    switch (event) {
      case JournalRecovered e -> recover(e);
      case JournalWritten e -> context.journal().written(e.sequence());
      case JournalFailed e -> context.journal().failed(e.sequence(), e.reason());
      case LeaderChanged e -> slices.link().leaderChanged(e.leader());
      case LinkOpened e -> linkOpened(e.linkId());
      case LinkClosed e -> linkClosed(e);
      case MasterMessageReceived e -> masterSpoke(e);
      case ContainersObserved e -> slices.recovery().observed(e.kinds(), e.containers());
      case ContainerProgressed e -> progressed(e);
      case ContainerPrepared e -> slices.containers().prepared(e.container());
      case ContainerStarted e -> started(e);
      case ContainerLaunchFailed e -> launchFailed(e);
      case ContainerExited e -> exited(e);
      case CheckAnswered e ->
          slices.checks().answered(e.container(), e.kind(), e.attempt(), e.answer());
      case EngineHealthChanged e -> engineHealthChanged(e);
      case TimerFired e -> timerFired(e.timer());
      case ConfigurationChanged e -> slices.reconfiguration().change(e);
      case StopOrdered e -> slices.stopping().begin(e);
      case DiskLimitExceeded e -> diskLimitExceeded(e);
      case ExecutorCalled e -> slices.executorCalls().handle(e.call(), e.message());
      case ExecutorDisconnected e -> slices.executorCalls().disconnected(e.connection());
    }
  }

  // News of a container: an executor's or a task's.

  private void diskLimitExceeded(DiskLimitExceeded e) {
    if (slices.executorContainers().isOne(e.container())) {
      slices
          .executorSlices()
          .shutdowns()
          .diskLimitExceeded(e.container(), e.usedBytes(), e.limitBytes());
    } else {
      slices.kills().diskLimitExceeded(e.container(), e.usedBytes(), e.limitBytes());
    }
  }

  private void progressed(ContainerProgressed e) {
    if (!slices.executorContainers().isOne(e.container())) {
      slices.containers().progressed(e.container(), e.phase(), e.detail());
    }
  }

  private void started(ContainerStarted e) {
    if (slices.executorContainers().isOne(e.container())) {
      slices.executorContainers().started(e.container(), e.started());
    } else {
      slices.containers().started(e.container(), e.started());
    }
  }

  private void launchFailed(ContainerLaunchFailed e) {
    if (slices.executorContainers().isOne(e.container())) {
      slices.executorContainers().launchFailed(e.container(), e.phase(), e.reason());
    } else {
      slices.containers().launchFailed(e.container(), e.phase(), e.reason());
    }
  }

  private void exited(ContainerExited e) {
    if (slices.executorContainers().isOne(e.container())) {
      slices.executorContainers().exited(e.container(), e.exit());
    } else {
      slices.containers().exited(e.container(), e.exit());
    }
  }

  private void timerFired(AgentTimer timer) {
    switch (timer) {
      case AgentTimer.Reconnect t -> slices.link().reconnect();
      case AgentTimer.MasterSilent t -> slices.link().silent(t.linkId());
      case AgentTimer.ResendUpdate t ->
          slices
              .tasks()
              .find(new TaskKey(t.framework(), t.task()))
              .ifPresent(slices.streams()::resend);
      case AgentTimer.ResendOperation t -> slices.operations().resend(t.operation());
      case AgentTimer.ObserveContainers t -> slices.recovery().observe();
      case AgentTimer.CompletionTimeReached t ->
          slices.kills().completionTimeReached(t.container());
      case AgentTimer.CheckDue t -> slices.checks().due(t.container(), t.kind());
      case AgentTimer.RetryJournal t -> context.journal().retry();
      case AgentTimer.ExecutorOverdue t ->
          slices.executorSlices().shutdowns().overdue(t.container());
      case AgentTimer.ExecutorHeartbeat t -> slices.executorCalls().heartbeat(t.container());
      case AgentTimer.ExecutorDrainOverdue t ->
          slices.executorSlices().shutdowns().drainOverdue(t.container());
      case AgentTimer.TaskTimeReached t ->
          slices
              .tasks()
              .find(new TaskKey(t.framework(), t.task()))
              .ifPresent(slices.executorSlices().deliveries()::completionTimeReached);
    }
  }

  private void recover(JournalRecovered event) {
    recovered = true;
    ids.begin(event.runId());
    context.identity().begin(event.runId(), event.bootId());
    slices.recovery().recover(event.journal());
  }

  private void linkOpened(long linkId) {
    if (!slices.link().isCurrent(linkId)) {
      return;
    }
    slices.link().opened();
    if (context.identity().isBeingWritten()) {
      context.journal().whenDurable(() -> register(linkId));
    } else {
      register(linkId);
    }
  }

  private void register(long linkId) {
    if (slices.link().isRegistering() && slices.link().linkId() == linkId) {
      slices.link().send(Registration.message(context.identity(), settings, slices));
    }
  }

  private void linkClosed(LinkClosed event) {
    if (slices.link().isCurrent(event.linkId())) {
      slices.link().closed(event.reason());
    }
  }

  private void masterSpoke(MasterMessageReceived event) {
    if (slices.link().isCurrent(event.linkId())) {
      messages.take(event.message());
    }
  }

  private void engineHealthChanged(EngineHealthChanged event) {
    if (event.healthy()) {
      log.info("The container engine answers");
      slices.condition().engineAnswers();
    } else {
      log.warn(
          "The container engine does not answer: {}. Running tasks are taken to run on; launches"
              + " wait.",
          event.detail());
      slices.condition().engineFails(event.detail());
    }
  }

  /** All that the agent has, as operations have changed it: loop thread only. */
  public Resources total() {
    return slices.operations().total();
  }

  /** The agent as it is now: cheap, a small object per task. */
  public AgentView view() {
    return new AgentView(
        context.identity().info(),
        slices.link().state(),
        slices.link().leader(),
        context.journal().failure(),
        slices.condition().engineFailure(),
        slices.retirement().reason(),
        slices.draining().isUnderWay(),
        slices.frameworks().all().stream().map(AgentFramework::info).toList(),
        slices.tasks().all().stream().map(TaskView::of).toList(),
        counters.snapshot(),
        slices.executors().all().stream().map(ExecutorView::of).toList(),
        slices.draining().view(),
        slices.operations().total(),
        slices.operations().pending(),
        slices.tasks().history().view());
  }
}
