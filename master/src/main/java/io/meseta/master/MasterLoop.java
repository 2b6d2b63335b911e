package io.meseta.master;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.coordination.Term;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingStats;
import io.meseta.common.runtime.EffectRunner;
import io.meseta.common.runtime.EventLoop;
import io.meseta.common.runtime.StateMachine;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterCounter;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.core.MasterTimer;
import io.meseta.master.http.Connections;
import io.meseta.master.http.Inbox;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.view.MasterView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that drives the master's core, and the hands that carry out its orders.
 *
 * <p>A core that breaks an invariant is thrown away: the master steps down, and the next term, its
 * own or another master's, is built from the registry and the agents.
 */
final class MasterLoop implements Inbox, EffectRunner<MasterEffect>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MasterLoop.class);
  private static final int INBOX_LIMIT = 100_000;
  private static final int BATCH_LIMIT = 1_000;

  private volatile MasterSettings settings;
  private final Recording recording;
  private final Connections connections = new Connections(this);
  private volatile @Nullable Terms leadership;

  /** In which term the core believes to be. */
  private volatile @Nullable Term coreTerm;

  private volatile Running running;
  private volatile MasterView view = MasterView.notLeading();
  private volatile Consumer<MasterView> shownTo = unused -> {};
  private volatile Map<MasterCounter, Long> counts = Map.of();
  private final Occurrences occurrences = new Occurrences();
  private final Traffic traffic = new Traffic();
  private final MasterTimings timings;

  /** When the next allocation is due, by the JVM's clock. Loop thread only. */
  private long allocationDueNs;

  /**
   * What goes to others waits for the view: who has been told of a change finds it when he reads, a
   * framework itself after its SUBSCRIBED. Loop thread only.
   */
  private final List<MasterEffect> outgoing = new ArrayList<>();

  private volatile boolean closed;

  /** By loops whose core broke. */
  private final LongAdder handledBefore = new LongAdder();

  /** A core and the loop that drives it; both are replaced together, and with them the recorder. */
  private record Running(
      MasterCore core,
      EventLoop<MasterEvent, MasterEffect, MasterTimer> loop,
      Optional<Recorder<MasterEvent, MasterEffect>> recorder) {}

  /** Whether and how cores are recorded. */
  @FunctionalInterface
  interface Recording {
    Optional<Recorder<MasterEvent, MasterEffect>> of(MasterCore core);

    /** Nothing is recorded. */
    static Recording none() {
      return core -> Optional.empty();
    }
  }

  MasterLoop(MasterSettings settings, Recording recording, MasterTimings timings) {
    this.settings = settings;
    this.recording = recording;
    this.timings = timings;
    this.running = create();
  }

  private Running create() {
    MasterCore core = new MasterCore(settings, new DrfAllocators(settings.allocation()));
    Optional<Recorder<MasterEvent, MasterEffect>> recorder = recording.of(core);
    StateMachine<MasterEvent, MasterEffect> machine =
        recorder.<StateMachine<MasterEvent, MasterEffect>>map(r -> r).orElse(core);
    EventLoop<MasterEvent, MasterEffect, MasterTimer> loop =
        new EventLoop<>(
            event -> handle(machine, event),
            this,
            new EventLoop.LoopOptions<>(
                "master-loop",
                Clock.systemUTC(),
                INBOX_LIMIT,
                BATCH_LIMIT,
                MasterEvent.TimerFired::new,
                this::coreFailed));
    return new Running(core, loop, recorder);
  }

  /** Counts and measures what the core does; it does not know of it. */
  private List<MasterEffect> handle(
      StateMachine<MasterEvent, MasterEffect> machine, MasterEvent event) {
    traffic.came(event);
    if (!(event instanceof MasterEvent.TimerFired fired) || !isAllocation(fired.timer())) {
      return machine.handle(event);
    }
    long beganNs = System.nanoTime();
    timings.allocationLatency().record(Duration.ofNanos(Math.max(0, beganNs - allocationDueNs)));
    List<MasterEffect> effects = machine.handle(event);
    timings.allocation().record(Duration.ofNanos(System.nanoTime() - beganNs));
    return effects;
  }

  private static boolean isAllocation(MasterTimer timer) {
    return timer instanceof MasterTimer.AllocateNow
        || timer instanceof MasterTimer.AllocationInterval;
  }

  private void setTimer(MasterEffect.SetTimer order) {
    if (isAllocation(order.timer())) {
      allocationDueNs = System.nanoTime() + order.after().toNanos();
    }
    running.loop.setTimer(order.timer(), order.after());
  }

  void start() {
    running.loop.start();
  }

  /** To be called before the first event of leadership. */
  void leadBy(Terms newLeadership) {
    leadership = newLeadership;
  }

  /**
   * The core leads from now on, as soon as it has worked off what came before. Until then its
   * orders are those of an earlier term.
   */
  void lead(Term term, MasterInfo self, RegistrySnapshot registry) {
    post(at -> {
      coreTerm = term;
      return new MasterEvent.LeadershipGained(at, self, registry);
    });
  }

  /** Who may do what from now on, in this core and those that take its place. */
  void useLists(Authorizer authorizer) {
    settings = settings.withAuthorizer(authorizer);
    post(at -> new MasterEvent.AccessListsChanged(at, authorizer));
  }

  /** How the recording of the present core fares; empty if nothing is recorded. */
  Optional<RecordingStats> recording() {
    return running.recorder.map(Recorder::stats);
  }

  Connections connections() {
    return connections;
  }

  int backlog() {
    return running.loop.backlog();
  }

  long handled() {
    return handledBefore.sum() + running.loop.handled();
  }

  /** How often something happened, by the core at hand. */
  long count(MasterCounter counter) {
    return counts.getOrDefault(counter, 0L);
  }

  Occurrences occurrences() {
    return occurrences;
  }

  Traffic traffic() {
    return traffic;
  }

  MasterTimings timings() {
    return timings;
  }

  MasterView view() {
    return view;
  }

  /**
   * Who is told each view, in order, on the loop's thread: must not wait. To be called before
   * {@link #start}.
   */
  void showTo(Consumer<MasterView> listener) {
    shownTo = listener;
  }

  @Override
  public boolean offer(Function<Instant, MasterEvent> input) {
    return running.loop.offer(input);
  }

  @Override
  public void post(Function<Instant, MasterEvent> input) {
    running.loop.post(input);
  }

  // ---- orders ----

  @Override
  public void run(MasterEffect effect) {
    traffic.went(effect);
    switch (effect) {
      case MasterEffect.Reply e -> outgoing.add(e);
      case MasterEffect.TellExplanation e -> outgoing.add(e);
      case MasterEffect.OpenStream e -> outgoing.add(e);
      case MasterEffect.SendToFramework e -> outgoing.add(e);
      case MasterEffect.CloseStream e -> outgoing.add(e);
      case MasterEffect.SendToAgent e -> outgoing.add(e);
      case MasterEffect.CloseLink e -> outgoing.add(e);
      case MasterEffect.WriteRegistry e -> write(e);
      case MasterEffect.SetTimer e -> setTimer(e);
      case MasterEffect.CancelTimer e -> running.loop.cancelTimer(e.timer());
      case MasterEffect.PublishLeadership e -> inTerm((l, term) -> l.publish(term, e.self()));
      case MasterEffect.StepDown e -> inTerm((l, term) -> l.stepDown(term, e.reason()));
      case MasterEffect.DropEverything e -> {
        running.loop.cancelAllTimers();
        send();
        connections.dropEverything(e.reason());
        show(MasterView.notLeading());
      }
    }
  }

  /** Tells everybody what the batch was about; in the order of the orders. */
  private void send() {
    for (MasterEffect effect : outgoing) {
      send(effect);
    }
    outgoing.clear();
  }

  private void send(MasterEffect effect) {
    switch (effect) {
      case MasterEffect.Reply e -> connections.reply(e.exchange(), e.status(), e.message());
      case MasterEffect.TellExplanation e ->
          connections.explain(e.exchange(), e.at(), e.explained());
      case MasterEffect.OpenStream e -> connections.openStream(e.exchange(), e.streamId());
      case MasterEffect.SendToFramework e -> connections.sendToFramework(e.streamId(), e.event());
      case MasterEffect.CloseStream e -> connections.closeStream(e.streamId());
      case MasterEffect.SendToAgent e -> connections.sendToAgent(e.linkId(), e.message());
      case MasterEffect.CloseLink e -> connections.closeLink(e.linkId());
      case MasterEffect.WriteRegistry e -> throw notForAnybody(e);
      case MasterEffect.SetTimer e -> throw notForAnybody(e);
      case MasterEffect.CancelTimer e -> throw notForAnybody(e);
      case MasterEffect.PublishLeadership e -> throw notForAnybody(e);
      case MasterEffect.StepDown e -> throw notForAnybody(e);
      case MasterEffect.DropEverything e -> throw notForAnybody(e);
    }
  }

  private static IllegalStateException notForAnybody(MasterEffect effect) {
    return new IllegalStateException("this is not sent to anybody: " + effect);
  }

  private void show(MasterView newView) {
    view = newView;
    occurrences.count(newView.changes());
    traffic.forget(newView.changes());
    shownTo.accept(newView);
  }

  private interface Order {
    void to(Terms leadership, Term term);
  }

  private void inTerm(Order order) {
    Terms current = leadership;
    Term term = coreTerm;
    if (current == null || term == null) {
      throw new IllegalStateException("an order of a core that was never told to lead");
    }
    order.to(current, term);
  }

  private void write(MasterEffect.WriteRegistry write) {
    long beganNs = System.nanoTime();
    inTerm((l, term) ->
        l.write(
            term,
            write.writeId(),
            write.changes(),
            (writeId, outcome) -> {
              timings.registryStore().record(Duration.ofNanos(System.nanoTime() - beganNs));
              post(at -> new MasterEvent.RegistryWriteEnded(at, writeId, outcome));
            }));
  }

  @Override
  public void batchDone() {
    counts = running.core.counters();
    running.core.refreshView().ifPresent(this::show);
    send();
  }

  // ---- failure ----

  private void coreFailed(Throwable cause) {
    if (closed) {
      return;
    }
    log.error("The core is broken: a new one is made, and leadership is given back", cause);
    outgoing.clear();
    connections.dropEverything("an internal error");
    show(MasterView.notLeading());
    traffic.forgetAll();
    handledBefore.add(running.loop.handled());
    running.recorder.ifPresent(Recorder::end);
    running = create();
    running.loop.start();
    Terms current = leadership;
    if (current != null) {
      current.stepDown("an internal error");
    }
  }

  @Override
  public void close() {
    closed = true;
    running.loop.close();
    running.recorder.ifPresent(Recorder::close);
    connections.close();
  }
}
