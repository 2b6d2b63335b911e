package io.meseta.scheduler.internal;

import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.internal.Outbox.Entry;
import io.meseta.scheduler.internal.Outbox.Origin;
import io.meseta.scheduler.internal.SchedulerEffect.CompleteCall;
import io.meseta.scheduler.internal.SchedulerEffect.FailCall;
import io.meseta.scheduler.internal.SchedulerEffect.SendCall;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything that is said to the master on the way of a call: the author's calls, acknowledgements
 * and reconciliation; and what follows from the answers.
 */
final class CallDesk {

  /** Where calls go while subscribed. */
  record Route(long attempt, MasterAddress master, String streamId) {}

  /** What an answer means for the connection. */
  enum Verdict {
    SETTLED,
    /** The framework is no more. */
    TORN_DOWN,
    /** The master does not know our stream: it does not lead, or has counted us out. */
    NOT_OUR_MASTER
  }

  private final Subscription subscription;
  private final CoreOptions options;
  private final Consumer<SchedulerEffect> effects;
  private final Outbox outbox;
  private final KnownTasks known = new KnownTasks();
  private final Reconciler reconciler;
  private final FailedOwnCalls failedOwn = new FailedOwnCalls();
  private Optional<Route> route = Optional.empty();
  private boolean tearingDown;

  /** Our own calls count downwards from -1, so that they never meet an author's. */
  private long lastOwnCallId;

  CallDesk(Subscription subscription, CoreOptions options, Consumer<SchedulerEffect> effects) {
    this.subscription = subscription;
    this.options = options;
    this.effects = effects;
    this.outbox = new Outbox(options.queueLimit());
    this.reconciler =
        new Reconciler(known, options.timing().reconcileInterval(), this::sendOwn, effects);
  }

  void open(Route newRoute) {
    route = Optional.of(newRoute);
    outbox.begin(newRoute.attempt());
    reconciler.startRun();
  }

  /** The subscription is lost: what has not been sent will not be. */
  void close(String reason) {
    route = Optional.empty();
    reconciler.pause();
    for (Entry entry : outbox.removeWaiting()) {
      failed(entry, CallFailure.notConnected(reason));
    }
    tellFailuresIfLast();
  }

  void end(String reason) {
    close(reason);
    for (Entry entry : outbox.removeUnderWay()) {
      failed(entry, CallFailure.unknown(reason));
    }
    tellFailuresIfLast();
  }

  boolean isTearingDown() {
    return tearingDown;
  }

  boolean isIdle() {
    return outbox.isIdle();
  }

  // ---------------------------------------------------------------- calls out

  void refuse(long callId, String reason) {
    effects.accept(new FailCall(callId, CallFailure.notConnected(reason)));
  }

  void request(long callId, Call call) {
    if (tearingDown) {
      refuse(callId, "the framework is being torn down");
      return;
    }
    enqueue(callId, Origin.AUTHOR, call);
    if (call.getType() == Call.Type.RECONCILE) {
      reconciler.askedFor(call.getReconcile().getTasksList());
    }
  }

  void acknowledge(TaskStatus status) {
    Calls.acknowledge(status).ifPresent(this::sendOwn);
  }

  void reconcileDue() {
    if (route.isPresent()) {
      reconciler.startRun();
    }
  }

  void reconcileRetryDue() {
    if (route.isPresent()) {
      reconciler.retryDue();
    }
  }

  private void sendOwn(Call call) {
    enqueue(--lastOwnCallId, Origin.DRIVER, call);
  }

  private void enqueue(long callId, Origin origin, Call call) {
    Route current = route.orElseThrow(() -> new IllegalStateException("a call without a route"));
    Entry entry = new Entry(callId, origin, subscription.sign(call), current.attempt());
    if (!outbox.add(entry)) {
      String reason = "more than " + options.queueLimit() + " calls are waiting to be sent";
      failed(entry, CallFailure.notConnected(reason));
      tellFailuresIfLast();
      return;
    }
    if (call.getType() == Call.Type.TEARDOWN) {
      tearingDown = true;
    }
    sendReady();
  }

  private void sendReady() {
    if (route.isEmpty()) {
      return;
    }
    for (Optional<Entry> next = outbox.pollReady(); next.isPresent(); next = outbox.pollReady()) {
      Entry entry = next.get();
      known.launched(entry.callId(), entry.call());
      effects.accept(
          new SendCall(
              entry.callId(),
              route.get().master(),
              route.get().streamId(),
              entry.call(),
              options.timing().requestLimit()));
    }
  }

  // ---------------------------------------------------------------- answers in

  void updated(TaskStatus status) {
    known.updated(status);
    reconciler.answered(status.getTaskId().getValue());
  }

  Verdict answered(long callId, Answer answer) {
    Optional<Entry> settled = outbox.settled(callId);
    if (settled.isEmpty()) {
      return Verdict.SETTLED;
    }
    Verdict verdict =
        answer.isAccepted() ? accepted(settled.get()) : refused(settled.get(), answer);
    if (verdict == Verdict.SETTLED) {
      // Otherwise the connection is given up now, and the calls that wait fail with this one.
      tellFailuresIfLast();
    }
    return verdict;
  }

  private Verdict accepted(Entry entry) {
    subscription.accepted(entry.call());
    if (entry.origin() == Origin.AUTHOR) {
      effects.accept(new CompleteCall(entry.callId()));
    }
    if (entry.call().getType() == Call.Type.TEARDOWN) {
      return Verdict.TORN_DOWN;
    }
    sendReady();
    return Verdict.SETTLED;
  }

  private Verdict refused(Entry entry, Answer answer) {
    known.launchRefused(entry.callId(), entry.call());
    failed(entry, CallFailure.refused(answer));
    if (isCurrent(entry) && saysWeAreNotSubscribed(entry, answer)) {
      return Verdict.NOT_OUR_MASTER;
    }
    sendReady();
    return Verdict.SETTLED;
  }

  void unanswered(SchedulerEvent.CallUnanswered event) {
    Optional<Entry> settled = outbox.settled(event.callId());
    if (settled.isEmpty()) {
      return;
    }
    Entry entry = settled.get();
    if (event.sent() == SchedulerEvent.CallUnanswered.Sent.NO) {
      known.launchRefused(entry.callId(), entry.call());
      failed(entry, CallFailure.notConnected(event.reason()));
    } else {
      failed(entry, CallFailure.unknown(event.reason()));
    }
    sendReady();
    tellFailuresIfLast();
  }

  private boolean isCurrent(Entry entry) {
    return route.map(current -> current.attempt() == entry.attempt()).orElse(false);
  }

  /**
   * A redirect comes from a master that leads no more. 403 says that it takes us for disconnected,
   * except for UPDATE_FRAMEWORK, where it is about permission.
   */
  private static boolean saysWeAreNotSubscribed(Entry entry, Answer answer) {
    return answer.isRedirect()
        || (answer.status() == 403 && entry.call().getType() != Call.Type.UPDATE_FRAMEWORK);
  }

  private void failed(Entry entry, CallFailure failure) {
    if (entry.call().getType() == Call.Type.TEARDOWN) {
      tearingDown = false;
    }
    if (entry.origin() == Origin.AUTHOR) {
      effects.accept(new FailCall(entry.callId(), failure));
    } else {
      failedOwn.add(entry.call().getType(), failure);
    }
  }

  /**
   * Waits with the line until nothing is under way that may fail with the others: when a connection
   * breaks, the calls on it fail one by one, some before the loss is noticed and some after.
   */
  private void tellFailuresIfLast() {
    if (outbox.isNothingUnderWay()) {
      failedOwn.tell();
    }
  }
}
