package io.meseta.scheduler.internal;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.scheduler.internal.SchedulerEffect.CancelTimer;
import io.meseta.scheduler.internal.SchedulerEffect.OpenStream;
import io.meseta.scheduler.internal.SchedulerEffect.SendCall;
import io.meseta.scheduler.internal.SchedulerEffect.SetTimer;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A core, its clock and its timers, and the words to speak to it. */
final class CoreContext {

  static final MasterAddress A = new MasterAddress("10.0.0.1", 5050);
  static final MasterAddress B = new MasterAddress("10.0.0.2", 5050);
  static final FrameworkID ID = FrameworkID.newBuilder().setValue("fw-0001").build();
  static final MasterInfo MASTER =
      MasterInfo.newBuilder().setId("m").setIp(16_777_343).setPort(5050).build();
  static final FrameworkInfo FRAMEWORK =
      FrameworkInfo.newBuilder()
          .setUser("root")
          .setName("test")
          .addRoles("web")
          .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
          .build();
  static final AgentID AGENT = AgentID.newBuilder().setValue("S0").build();

  private List<MasterAddress> masters = List.of(A);
  private boolean automatic = true;
  private int queueLimit = 100;
  private FrameworkInfo framework = FRAMEWORK;

  private SchedulerCore core = build();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private final EnumMap<SchedulerTimer, Duration> timers = new EnumMap<>(SchedulerTimer.class);
  private long lastCallId = 100;

  CoreContext masters(MasterAddress... addresses) {
    masters = List.of(addresses);
    core = build();
    return this;
  }

  CoreContext manualAcknowledgement() {
    automatic = false;
    core = build();
    return this;
  }

  CoreContext queueLimit(int limit) {
    queueLimit = limit;
    core = build();
    return this;
  }

  CoreContext framework(FrameworkInfo info) {
    framework = info;
    core = build();
    return this;
  }

  private SchedulerCore build() {
    return new SchedulerCore(
        new Subscription(framework, List.of(), Optional.empty()),
        new CoreOptions(masters, automatic, CoreOptions.Timing.DEFAULTS, 7, queueLimit));
  }

  // ---------------------------------------------------------------- events

  List<SchedulerEffect> on(SchedulerEvent event) {
    List<SchedulerEffect> effects = core.handle(event);
    for (SchedulerEffect effect : effects) {
      if (effect instanceof SetTimer set) {
        timers.put(set.timer(), set.after());
      } else if (effect instanceof CancelTimer cancel) {
        timers.remove(cancel.timer());
      }
    }
    return effects;
  }

  List<SchedulerEffect> started() {
    return on(new SchedulerEvent.Started(now));
  }

  List<SchedulerEffect> leader(MasterAddress address) {
    return on(new SchedulerEvent.LeaderChanged(now, Optional.of(address)));
  }

  List<SchedulerEffect> noLeader() {
    return on(new SchedulerEvent.LeaderChanged(now, Optional.empty()));
  }

  List<SchedulerEffect> opened(long attempt) {
    return on(new SchedulerEvent.StreamOpened(now, attempt, Optional.of("stream-" + attempt)));
  }

  List<SchedulerEffect> refused(long attempt, Answer answer) {
    return on(new SchedulerEvent.StreamRefused(now, attempt, answer));
  }

  List<SchedulerEffect> ended(long attempt) {
    return on(new SchedulerEvent.StreamEnded(now, attempt, "connection reset"));
  }

  List<SchedulerEffect> received(long attempt, Event event) {
    return on(new SchedulerEvent.EventReceived(now, attempt, event));
  }

  List<SchedulerEffect> subscribed(long attempt) {
    return received(attempt, subscribedEvent());
  }

  List<SchedulerEffect> updated(long attempt, TaskStatus status) {
    return received(attempt, updateEvent(status));
  }

  List<SchedulerEffect> answered(long callId, int status) {
    return on(new SchedulerEvent.CallAnswered(now, callId, Answer.of(status, "")));
  }

  List<SchedulerEffect> answered(long callId, Answer answer) {
    return on(new SchedulerEvent.CallAnswered(now, callId, answer));
  }

  List<SchedulerEffect> unanswered(long callId) {
    return on(
        new SchedulerEvent.CallUnanswered(
            now, callId, SchedulerEvent.CallUnanswered.Sent.PERHAPS, "no answer"));
  }

  List<SchedulerEffect> neverSent(long callId) {
    return on(
        new SchedulerEvent.CallUnanswered(
            now, callId, SchedulerEvent.CallUnanswered.Sent.NO, "cannot connect"));
  }

  List<SchedulerEffect> handled(TaskStatus status) {
    return on(new SchedulerEvent.UpdateHandled(now, status));
  }

  List<SchedulerEffect> stopped() {
    return on(new SchedulerEvent.StopRequested(now));
  }

  /** Makes a call; its id is {@link #lastCallId}. */
  List<SchedulerEffect> called(Call call) {
    lastCallId++;
    return on(new SchedulerEvent.CallRequested(now, lastCallId, call));
  }

  long lastCallId() {
    return lastCallId;
  }

  void timePasses(Duration time) {
    now = now.plus(time);
  }

  /** Lets a timer fire that is set, at its time. */
  List<SchedulerEffect> fires(SchedulerTimer timer) {
    now = now.plus(timer(timer));
    timers.remove(timer);
    return on(new SchedulerEvent.TimerFired(now, timer));
  }

  /** Lets a timer fire although it was cancelled: it may be under way already. */
  List<SchedulerEffect> firesLate(SchedulerTimer timer) {
    return on(new SchedulerEvent.TimerFired(now, timer));
  }

  /** What the timer, which must be set, is set to. */
  Duration timer(SchedulerTimer timer) {
    Duration after = timers.get(timer);
    if (after == null) {
      throw new AssertionError(timer + " is not set, only " + timers);
    }
    return after;
  }

  Map<SchedulerTimer, Duration> timers() {
    return timers;
  }

  // ---------------------------------------------------------------- short ways

  /** Started, subscribed with stream 1, and the reconciliation that follows is answered. */
  CoreContext connected() {
    started();
    opened(1);
    answerOwn(subscribed(1));
    return this;
  }

  /** Lets the master accept every call of the driver's own, those that follow too. */
  void answerOwn(List<SchedulerEffect> effects) {
    for (SendCall call : sent(effects)) {
      answerOwn(answered(call.callId(), 202));
    }
  }

  /** Takes the driver, subscribed once, to its next subscription, on stream {@code attempt}. */
  List<SchedulerEffect> resubscribes(long attempt) {
    fires(SchedulerTimer.RECONNECT);
    opened(attempt);
    return subscribed(attempt);
  }

  static List<SendCall> sent(List<SchedulerEffect> effects) {
    return only(effects, SendCall.class);
  }

  static List<Call> calls(List<SchedulerEffect> effects) {
    return sent(effects).stream().map(SendCall::call).toList();
  }

  static Optional<OpenStream> opening(List<SchedulerEffect> effects) {
    return only(effects, OpenStream.class).stream().findFirst();
  }

  static <T> List<T> only(List<SchedulerEffect> effects, Class<T> type) {
    List<T> found = new ArrayList<>();
    for (SchedulerEffect effect : effects) {
      if (type.isInstance(effect)) {
        found.add(type.cast(effect));
      }
    }
    return found;
  }

  // ---------------------------------------------------------------- messages

  static Event subscribedEvent() {
    return Event.newBuilder()
        .setType(Event.Type.SUBSCRIBED)
        .setSubscribed(
            Event.Subscribed.newBuilder()
                .setFrameworkId(ID)
                .setHeartbeatIntervalSeconds(10)
                .setMasterInfo(MASTER))
        .build();
  }

  static Event updateEvent(TaskStatus status) {
    return Event.newBuilder()
        .setType(Event.Type.UPDATE)
        .setUpdate(Event.Update.newBuilder().setStatus(status))
        .build();
  }

  static Event event(Event.Type type) {
    return Event.newBuilder().setType(type).build();
  }

  static Event errorEvent(String message) {
    return Event.newBuilder()
        .setType(Event.Type.ERROR)
        .setError(Event.Error.newBuilder().setMessage(message))
        .build();
  }

  /** As an agent sends it. */
  static TaskStatus status(String task, TaskState state) {
    return answer(task, state).toBuilder()
        .setUuid(ByteString.copyFromUtf8("0123456789abcdef"))
        .build();
  }

  /** As a master answers to reconciliation: without uuid. */
  static TaskStatus answer(String task, TaskState state) {
    return TaskStatus.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task))
        .setAgentId(AGENT)
        .setState(state)
        .build();
  }

  static Call launch(String... tasks) {
    List<TaskInfo> infos = new ArrayList<>();
    for (String task : tasks) {
      infos.add(
          TaskInfo.newBuilder()
              .setName(task)
              .setTaskId(TaskID.newBuilder().setValue(task))
              .setAgentId(AGENT)
              .build());
    }
    return Calls.accept(
        List.of(OfferID.newBuilder().setValue("O1").build()),
        List.of(Calls.launch(infos)),
        io.meseta.api.v1.Filters.getDefaultInstance());
  }

  static Call kill(String task) {
    return Calls.kill(TaskID.newBuilder().setValue(task).build());
  }

  static Call.Reconcile.Task question(String task) {
    return Call.Reconcile.Task.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task))
        .setAgentId(AGENT)
        .build();
  }

  static Call reconcile(Call.Reconcile.Task... tasks) {
    return ours(Calls.reconcile(List.of(tasks)));
  }

  /** The call as it is sent: with the framework's id. */
  static Call ours(Call call) {
    return call.toBuilder().setFrameworkId(ID).build();
  }
}
