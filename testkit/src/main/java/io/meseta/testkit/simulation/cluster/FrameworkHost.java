package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.scheduler.internal.CoreOptions;
import io.meseta.scheduler.internal.MasterAddress;
import io.meseta.scheduler.internal.Notice;
import io.meseta.scheduler.internal.SchedulerCore;
import io.meseta.scheduler.internal.SchedulerEffect;
import io.meseta.scheduler.internal.SchedulerEvent;
import io.meseta.scheduler.internal.SchedulerTimer;
import io.meseta.scheduler.internal.Subscription;
import io.meseta.testkit.simulation.world.Coordination;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.HostClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One process of a framework: the real bookkeeping of the scheduler API, with a simulated author on
 * top and simulated connections below.
 */
final class FrameworkHost extends Host<SchedulerEvent, SchedulerEffect, SchedulerTimer> {
  private static final int QUEUE_LIMIT = 10_000;

  private final FrameworkOwner owner;
  private final Draw draw;
  private final FrameworkCalls calls;
  private final Coordination.Detector detector;
  private @Nullable Author author;
  private TreeMap<String, Integer> updatesSeen = new TreeMap<>();
  private String connectedAs = "";
  private FrameworkInfo info = FrameworkInfo.getDefaultInstance();
  private Duration authorsDelay = Duration.ofMillis(2);
  private long lastDeliveryNs;
  private boolean connected;
  private long nextCall;

  FrameworkHost(World world, String name, HostClock clock, FrameworkOwner owner) {
    super(world, name, clock);
    this.owner = owner;
    this.draw = world.draws().of(name);
    this.calls = new FrameworkCalls(this, owner.plan().type());
    this.detector = world.coordination().detect(this::leaderPublished);
  }

  // ---- process ----

  /** Starts with this description, and the memory of tasks that the owner has kept. */
  void start(FrameworkInfo described) {
    info = described;
    CoreOptions options =
        new CoreOptions(
            List.of(),
            owner.plan().acks() == AuthorPlan.Acks.AUTOMATIC,
            CoreOptions.Timing.DEFAULTS,
            draw.any(),
            QUEUE_LIMIT);
    begin(
        new SchedulerCore(
            new Subscription(info, List.of(), owner.plan().reach().constraints(info)), options));
    updatesSeen = new TreeMap<>();
    connected = false;
    connectedAs = info.getId().getValue();
    author = new Author(owner, this, world.draws().of(name + "/author/" + process));
    post(SchedulerEvent.Started::new);
    detector.restart();
    leaderPublished();
    author.begin();
  }

  void crash() {
    leave();
    world.network().processDied(number);
  }

  private void leave() {
    end();
    calls.forget();
    author = null;
    connected = false;
  }

  /** Until told otherwise its author takes so long for each thing that it is told. */
  void setAuthorsDelay(Duration delay) {
    authorsDelay = delay;
  }

  FrameworkCalls calls() {
    return calls;
  }

  boolean isConnected() {
    return connected;
  }

  /** What it has said of itself last, as far as it knows that a master took it. */
  FrameworkInfo info() {
    return info;
  }

  /** A master has taken another description. */
  void describedAs(FrameworkInfo described) {
    info = described;
    owner.describedAs(described);
  }

  /** The id under which its driver was subscribed last, or was to subscribe. */
  String connectedAs() {
    return connectedAs;
  }

  Optional<Author> author() {
    return Optional.ofNullable(author);
  }

  Coordination.Detector detector() {
    return detector;
  }

  private void leaderPublished() {
    long then = process;
    world
        .agenda()
        .after(
            world.coordination().newsDelay(),
            () -> {
              if (then == process) {
                Optional<MasterAddress> leader =
                    detector.known().map(Leaders::parse).flatMap(MasterAddress::of);
                post(at -> new SchedulerEvent.LeaderChanged(at, leader));
              }
            });
  }

  // ---- the core ----

  @Override
  SchedulerEvent timerFired(Instant at, SchedulerTimer timer) {
    return new SchedulerEvent.TimerFired(at, timer);
  }

  @Override
  void run(SchedulerEffect effect) {
    switch (effect) {
      case SchedulerEffect.OpenStream e -> calls.openStream(e);
      case SchedulerEffect.CloseStream e -> calls.closeStream(e.attempt());
      case SchedulerEffect.SendCall e -> {
        owner.sends(e.call());
        calls.send(e);
      }
      case SchedulerEffect.Deliver e -> deliver(e.notice());
      case SchedulerEffect.CompleteCall e -> toAuthor(a -> a.callAccepted(e.callId()));
      case SchedulerEffect.FailCall e -> toAuthor(a -> a.callFailed(e.callId(), e.failure()));
      case SchedulerEffect.SetTimer e -> timers.set(e.timer(), e.after());
      case SchedulerEffect.CancelTimer e -> timers.cancel(e.timer());
      case SchedulerEffect.Terminate e -> {
        leave();
        world.network().processDied(number);
        owner.terminated(this, e.error());
      }
    }
  }

  private interface Telling {
    void to(Author author);
  }

  private void toAuthor(Telling telling) {
    Author told = author;
    if (told != null) {
      telling.to(told);
    }
  }

  private void deliver(Notice notice) {
    switch (notice) {
      case Notice.Subscribed now -> subscribed(now.framework().getValue(), now.master());
      case Notice.Resubscribed again -> subscribed(again.framework().getValue(), again.master());
      case Notice.Disconnected lost -> connected = false;
      case Notice.Received received -> received(received.event());
      case Notice.Failed failed -> {}
    }
    // The author works on a thread of its own, one thing after the other.
    long when =
        Math.max(lastDeliveryNs, world.agenda().now() + draw.between(0, authorsDelay.toNanos()));
    lastDeliveryNs = when;
    long then = process;
    world
        .agenda()
        .at(
            when,
            () -> {
              if (then == process) {
                toAuthor(a -> a.told(notice));
              }
            });
  }

  private void subscribed(String id, MasterInfo master) {
    connected = true;
    connectedAs = id;
    world.ledger().frameworkIs(id, info);
    world.tell(name, () -> "is subscribed as " + id + " to " + master.getHostname());
  }

  private void received(Event event) {
    if (event.getType() == Event.Type.UPDATE) {
      TaskStatus status = event.getUpdate().getStatus();
      world.ledger().delivered(connectedAs, status, updatesSeen);
      world.tell(
          name, () -> "hears that " + status.getTaskId().getValue() + " is " + status.getState());
    } else if (event.getType() == Event.Type.UPDATE_OPERATION_STATUS) {
      OperationStatus status = event.getUpdateOperationStatus().getStatus();
      world.ledger().operations().delivered(connectedAs, status);
      world.tell(
          name,
          () -> "hears that " + status.getOperationId().getValue() + " is " + status.getState());
    }
  }

  // ---- for the author ----

  /** The id that the next call gets. */
  long nextCall() {
    return nextCall;
  }

  void call(Call call) {
    long id = nextCall++;
    post(at -> new SchedulerEvent.CallRequested(at, id, call));
  }

  void updateHandled(TaskStatus status) {
    post(at -> new SchedulerEvent.UpdateHandled(at, status));
  }

  void after(Duration delay, Runnable action) {
    long then = process;
    world
        .agenda()
        .after(
            clock.trueNanos(delay),
            () -> {
              if (then == process) {
                action.run();
              }
            });
  }
}
