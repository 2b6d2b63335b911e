package io.meseta.scheduler.internal;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.runtime.StateMachine;
import io.meseta.scheduler.internal.SchedulerEffect.CancelTimer;
import io.meseta.scheduler.internal.SchedulerEffect.CloseStream;
import io.meseta.scheduler.internal.SchedulerEffect.Deliver;
import io.meseta.scheduler.internal.SchedulerEffect.OpenStream;
import io.meseta.scheduler.internal.SchedulerEffect.SetTimer;
import io.meseta.scheduler.internal.SchedulerEffect.Terminate;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bookkeeping of a framework's driver: who leads, whether we are subscribed, which calls are
 * under way, which tasks are to be reconciled.
 *
 * <pre>
 *            Started            leader known             SUBSCRIBED
 *   NEW ───────────► SEEKING ───────────────► SUBSCRIBING ─────────► SUBSCRIBED
 *                       ▲                      ▲       │ refused,        │ lost
 *                       │        back-off over │       ▼ ended, late     ▼
 *                       └── no leader known ─── BACKING_OFF ◄────────────┘
 *
 *   each of them ── ERROR, refused for good, stopped, torn down ──► ENDED
 * </pre>
 *
 * <p>This class keeps the connection; {@link CallDesk} keeps the calls.
 */
public final class SchedulerCore implements StateMachine<SchedulerEvent, SchedulerEffect> {

  private static final Logger log = LoggerFactory.getLogger(SchedulerCore.class);

  /** What masters use, and what is assumed when one does not say. */
  private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

  private enum Phase {
    NEW,
    SEEKING,
    BACKING_OFF,
    SUBSCRIBING,
    SUBSCRIBED,
    ENDED
  }

  private final CoreOptions options;
  private final Subscription subscription;
  private final MasterFinder finder;
  private final Backoff backoff;
  private final CallDesk calls;
  private final List<SchedulerEffect> effects = new ArrayList<>();

  private Phase phase = Phase.NEW;
  private boolean subscribedBefore;
  private boolean stopping;

  /** Names the current stream, or the last one. */
  private long attempt;

  private Optional<MasterAddress> master = Optional.empty();
  private Optional<String> streamId = Optional.empty();
  private Duration silenceLimit = DEFAULT_HEARTBEAT;
  private Instant subscribedAt = Instant.MIN;
  private String whyNotConnected = "the driver has not been started";

  public SchedulerCore(Subscription subscription, CoreOptions options) {
    this.options = options;
    this.subscription = subscription;
    this.finder = new MasterFinder(options.masters());
    CoreOptions.Timing timing = options.timing();
    this.backoff = new Backoff(timing.backoffMin(), timing.backoffMax(), options.jitterSeed());
    this.calls = new CallDesk(subscription, options, effects::add);
  }

  @Override
  public List<SchedulerEffect> handle(SchedulerEvent event) {
    effects.clear();
    if (phase != Phase.ENDED) {
      route(event);
      endIfDone();
    } else if (event instanceof SchedulerEvent.CallRequested late) {
      calls.refuse(late.callId(), whyNotConnected);
    }
    return List.copyOf(effects);
  }

  private void route(SchedulerEvent event) {
    if (event instanceof SchedulerEvent.Started) {
      handleStarted();
    } else if (event instanceof SchedulerEvent.LeaderChanged changed) {
      handleLeaderChanged(changed.leader());
    } else if (event instanceof SchedulerEvent.StreamOpened opened) {
      handleStreamOpened(opened);
    } else if (event instanceof SchedulerEvent.StreamRefused refused) {
      handleStreamRefused(refused);
    } else if (event instanceof SchedulerEvent.EventReceived received) {
      handleEventReceived(received);
    } else if (event instanceof SchedulerEvent.StreamEnded ended) {
      handleStreamEnded(ended);
    } else if (event instanceof SchedulerEvent.CallRequested requested) {
      handleCallRequested(requested);
    } else if (event instanceof SchedulerEvent.CallAnswered answered) {
      handleCallAnswered(answered);
    } else if (event instanceof SchedulerEvent.CallUnanswered unanswered) {
      calls.unanswered(unanswered);
      resumeAfterTeardown(unanswered.at());
    } else if (event instanceof SchedulerEvent.UpdateHandled handled) {
      handleUpdateHandled(handled.status());
    } else if (event instanceof SchedulerEvent.StopRequested) {
      handleStopRequested();
    } else if (event instanceof SchedulerEvent.TimerFired fired) {
      handleTimerFired(fired);
    } else {
      throw new IllegalStateException("no handler for " + event);
    }
  }

  // ---------------------------------------------------------------- finding a master

  private void handleStarted() {
    if (phase != Phase.NEW) {
      throw new IllegalStateException("started twice");
    }
    subscribe();
  }

  private void handleLeaderChanged(Optional<MasterAddress> leader) {
    finder.detected(leader);
    if (leader.isEmpty()) {
      // A stream that works is worth more than a detector that has lost its own connection.
      return;
    }
    backoff.reset();
    switch (phase) {
      case SEEKING -> subscribe();
      case BACKING_OFF -> {
        effects.add(new CancelTimer(SchedulerTimer.RECONNECT));
        subscribe();
      }
      case SUBSCRIBING, SUBSCRIBED -> {
        if (!leader.equals(master)) {
          leaveStream("another master leads now: " + leader.get());
          subscribe();
        }
      }
      case NEW, ENDED -> {
        // Kept for when the driver is started.
      }
    }
  }

  private void subscribe() {
    if (calls.isTearingDown()) {
      // Whether the framework still exists is what the answer to TEARDOWN will say.
      return;
    }
    master = finder.target();
    if (master.isEmpty()) {
      phase = Phase.SEEKING;
      whyNotConnected = "no leading master is known";
      log.info("No leading master is known yet; waiting for one");
      return;
    }
    attempt++;
    phase = Phase.SUBSCRIBING;
    log.info("Subscribing to the master at {}", master.get());
    effects.add(new OpenStream(attempt, master.get(), subscription.subscribeCall()));
    effects.add(new SetTimer(SchedulerTimer.SUBSCRIBE_LIMIT, options.timing().requestLimit()));
  }

  // ---------------------------------------------------------------- the stream

  private void handleStreamOpened(SchedulerEvent.StreamOpened opened) {
    if (!isCurrent(opened.attempt()) || phase != Phase.SUBSCRIBING) {
      return;
    }
    streamId = opened.streamId();
    if (streamId.isEmpty()) {
      lose(opened.at(), master() + " answered SUBSCRIBE without a Mesos-Stream-Id: no master?");
    }
  }

  private void handleStreamRefused(SchedulerEvent.StreamRefused refused) {
    if (!isCurrent(refused.attempt())) {
      return;
    }
    Answer answer = refused.answer();
    Optional<MasterAddress> leader = answer.location().flatMap(MasterAddress::ofLocation);
    if (answer.isRedirect() && leader.isPresent() && finder.redirectedTo(leader.get())) {
      log.info("The master at {} says that {} leads", master(), leader.get());
      effects.add(new CancelTimer(SchedulerTimer.SUBSCRIBE_LIMIT));
      subscribe();
    } else if (isWorthRetrying(answer.status())) {
      lose(refused.at(), master() + " does not take subscriptions now: " + answer.describe());
    } else {
      fail("the master at " + master() + " refuses the subscription: " + answer.describe());
    }
  }

  /** Says whether time can heal it: not elected, recovering, no route yet, overloaded. */
  private static boolean isWorthRetrying(int status) {
    return status < 400 || status == 404 || status == 408 || status == 429 || status >= 500;
  }

  private void handleStreamEnded(SchedulerEvent.StreamEnded ended) {
    if (isCurrent(ended.attempt())) {
      lose(ended.at(), master() + ": " + ended.reason());
    }
  }

  private void handleEventReceived(SchedulerEvent.EventReceived received) {
    if (!isCurrent(received.attempt())) {
      return;
    }
    Event event = received.event();
    if (event.getType() == Event.Type.ERROR) {
      fail(event.getError().getMessage());
      return;
    }
    Optional<String> fault = EventRules.fault(event);
    boolean first = phase == Phase.SUBSCRIBING;
    if (fault.isEmpty() && first != (event.getType() == Event.Type.SUBSCRIBED)) {
      fault = Optional.of(first ? "an event came before SUBSCRIBED" : "SUBSCRIBED came twice");
    }
    if (fault.isPresent()) {
      lose(received.at(), master() + " broke the protocol: " + fault.get());
    } else if (first) {
      subscribed(received.at(), event.getSubscribed());
    } else {
      effects.add(new SetTimer(SchedulerTimer.HEARTBEAT, silenceLimit));
      take(event);
    }
  }

  private void subscribed(Instant at, Event.Subscribed event) {
    FrameworkID id = event.getFrameworkId();
    Optional<FrameworkID> ours = subscription.frameworkId();
    if (ours.isPresent() && !ours.get().equals(id)) {
      lose(at, master() + " calls us " + id.getValue() + " instead of " + ours.get().getValue());
      return;
    }
    if (streamId.isEmpty()) {
      throw new IllegalStateException("an event came on a stream that was not opened");
    }
    subscription.named(id);
    phase = Phase.SUBSCRIBED;
    subscribedAt = at;
    silenceLimit = heartbeat(event).multipliedBy(options.timing().heartbeatMisses());
    finder.subscribed();
    log.info("Subscribed to the master at {} as framework {}", master(), id.getValue());
    effects.add(new CancelTimer(SchedulerTimer.SUBSCRIBE_LIMIT));
    effects.add(new SetTimer(SchedulerTimer.HEARTBEAT, silenceLimit));
    effects.add(
        new Deliver(
            subscribedBefore
                ? new Notice.Resubscribed(id, event.getMasterInfo())
                : new Notice.Subscribed(id, event.getMasterInfo())));
    subscribedBefore = true;
    calls.open(new CallDesk.Route(attempt, master.orElseThrow(), streamId.get()));
  }

  private static Duration heartbeat(Event.Subscribed event) {
    double seconds = event.getHeartbeatIntervalSeconds();
    // Not a number, nothing, or more than a day: no interval that a master means.
    return seconds > 0 && seconds <= Duration.ofDays(1).toSeconds()
        ? Duration.ofNanos((long) (seconds * 1e9))
        : DEFAULT_HEARTBEAT;
  }

  private void take(Event event) {
    switch (event.getType()) {
      case HEARTBEAT -> {
        // That it came is all that it says.
      }
      case UNKNOWN -> log.debug("Ignoring an event of a type that is not known here: {}", event);
      case UPDATE -> {
        calls.updated(event.getUpdate().getStatus());
        effects.add(new Deliver(new Notice.Received(event)));
      }
      default -> effects.add(new Deliver(new Notice.Received(event)));
    }
  }

  // ---------------------------------------------------------------- calls

  private void handleCallRequested(SchedulerEvent.CallRequested requested) {
    if (stopping) {
      calls.refuse(requested.callId(), "the driver has been stopped");
    } else if (phase != Phase.SUBSCRIBED) {
      calls.refuse(requested.callId(), whyNotConnected);
    } else {
      calls.request(requested.callId(), requested.call());
    }
  }

  private void handleCallAnswered(SchedulerEvent.CallAnswered answered) {
    switch (calls.answered(answered.callId(), answered.answer())) {
      case SETTLED -> resumeAfterTeardown(answered.at());
      case TORN_DOWN -> {
        log.info("The framework is torn down");
        end(Optional.empty());
      }
      case NOT_OUR_MASTER -> {
        Answer answer = answered.answer();
        lose(answered.at(), master() + " does not take our calls: " + answer.describe());
      }
    }
  }

  /** A TEARDOWN that failed has kept us from connecting again. */
  private void resumeAfterTeardown(Instant at) {
    if (phase == Phase.SEEKING && !calls.isTearingDown() && finder.target().isPresent()) {
      lose(at, whyNotConnected);
    }
  }

  private void handleUpdateHandled(TaskStatus status) {
    if (options.automaticAcknowledgement() && phase == Phase.SUBSCRIBED) {
      calls.acknowledge(status);
    }
  }

  // ---------------------------------------------------------------- timers

  private void handleTimerFired(SchedulerEvent.TimerFired fired) {
    switch (fired.timer()) {
      case RECONNECT -> {
        if (phase == Phase.BACKING_OFF) {
          subscribe();
        }
      }
      case SUBSCRIBE_LIMIT -> {
        if (phase == Phase.SUBSCRIBING) {
          lose(fired.at(), master() + " did not answer SUBSCRIBE within the time limit");
        }
      }
      case HEARTBEAT -> {
        if (phase == Phase.SUBSCRIBED) {
          lose(fired.at(), master() + " was silent for " + silenceLimit.toMillis() + " ms");
        }
      }
      case RECONCILE -> calls.reconcileDue();
      case RECONCILE_RETRY -> calls.reconcileRetryDue();
      case STOP_LIMIT -> end(Optional.empty());
    }
  }

  // ---------------------------------------------------------------- losing and ending

  /** The stream is of no use any more, or never was: try again after a delay. */
  private void lose(Instant at, String reason) {
    boolean heldForLong =
        phase == Phase.SUBSCRIBED
            && Duration.between(subscribedAt, at).compareTo(options.timing().backoffMax()) >= 0;
    if (heldForLong) {
      // Otherwise a master that takes us and drops us at once would be asked without pause.
      backoff.reset();
    }
    leaveStream(reason);
    finder.failed();
    if (calls.isTearingDown()) {
      phase = Phase.SEEKING;
      return;
    }
    Duration delay = backoff.next();
    phase = Phase.BACKING_OFF;
    log.warn("Not subscribed: {}. Trying again in {} ms", reason, delay.toMillis());
    effects.add(new SetTimer(SchedulerTimer.RECONNECT, delay));
  }

  private void leaveStream(String reason) {
    whyNotConnected = reason;
    if (phase == Phase.SUBSCRIBING || phase == Phase.SUBSCRIBED) {
      effects.add(new CloseStream(attempt));
      effects.add(new CancelTimer(SchedulerTimer.SUBSCRIBE_LIMIT));
      effects.add(new CancelTimer(SchedulerTimer.HEARTBEAT));
    }
    if (phase == Phase.SUBSCRIBED) {
      calls.close(reason);
      effects.add(new Deliver(new Notice.Disconnected(reason)));
    }
    streamId = Optional.empty();
  }

  private void handleStopRequested() {
    if (!stopping) {
      stopping = true;
      effects.add(new SetTimer(SchedulerTimer.STOP_LIMIT, options.timing().requestLimit()));
    }
  }

  private void endIfDone() {
    if (stopping && phase != Phase.ENDED && (phase != Phase.SUBSCRIBED || calls.isIdle())) {
      log.info("Stopped; the tasks stay for the framework's failover timeout");
      end(Optional.empty());
    }
  }

  private void fail(String error) {
    log.error("The driver ends: {}", error);
    effects.add(new Deliver(new Notice.Failed(error)));
    end(Optional.of(error));
  }

  private void end(Optional<String> error) {
    if (phase == Phase.SUBSCRIBING || phase == Phase.SUBSCRIBED) {
      effects.add(new CloseStream(attempt));
    }
    for (SchedulerTimer timer : SchedulerTimer.values()) {
      effects.add(new CancelTimer(timer));
    }
    whyNotConnected = error.map(text -> "the driver ended: " + text).orElse("the driver ended");
    calls.end(whyNotConnected);
    phase = Phase.ENDED;
    effects.add(new Terminate(error));
  }

  private boolean isCurrent(long ofAttempt) {
    return ofAttempt == attempt && (phase == Phase.SUBSCRIBING || phase == Phase.SUBSCRIBED);
  }

  private String master() {
    return master.map(MasterAddress::toString).orElse("(no master)");
  }
}
