package io.meseta.scheduler.internal;

import static io.meseta.scheduler.internal.CoreContext.A;
import static io.meseta.scheduler.internal.CoreContext.B;
import static io.meseta.scheduler.internal.CoreContext.answer;
import static io.meseta.scheduler.internal.CoreContext.calls;
import static io.meseta.scheduler.internal.CoreContext.kill;
import static io.meseta.scheduler.internal.CoreContext.launch;
import static io.meseta.scheduler.internal.CoreContext.only;
import static io.meseta.scheduler.internal.CoreContext.opening;
import static io.meseta.scheduler.internal.CoreContext.ours;
import static io.meseta.scheduler.internal.CoreContext.sent;
import static io.meseta.scheduler.internal.CoreContext.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.internal.SchedulerEffect.CloseStream;
import io.meseta.scheduler.internal.SchedulerEffect.CompleteCall;
import io.meseta.scheduler.internal.SchedulerEffect.Deliver;
import io.meseta.scheduler.internal.SchedulerEffect.FailCall;
import io.meseta.scheduler.internal.SchedulerEffect.SendCall;
import io.meseta.scheduler.internal.SchedulerEffect.SetTimer;
import io.meseta.scheduler.internal.SchedulerEffect.Terminate;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Calls, acknowledgements, teardown and stop. */
class SchedulerCoreCallsTest {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final CoreContext core = new CoreContext();

  @Test
  void aCallIsSentOnTheStreamWithTheFrameworksId() {
    core.connected();

    assertThat(core.called(kill("t1")))
        .containsExactly(new SendCall(core.lastCallId(), A, "stream-1", ours(kill("t1")), LIMIT));
    assertThat(core.answered(core.lastCallId(), 202))
        .containsExactly(new CompleteCall(core.lastCallId()));
  }

  @Test
  void aCallWaitsForTheAnswerToTheOneBefore() {
    core.connected();
    core.called(launch("t1"));
    long launch = core.lastCallId();

    assertThat(core.called(kill("t1"))).isEmpty();
    assertThat(core.answered(launch, 202))
        .containsExactly(
            new CompleteCall(launch),
            new SendCall(core.lastCallId(), A, "stream-1", ours(kill("t1")), LIMIT));
  }

  @Test
  void aRefusalTellsTheMastersReasonAndLetsTheNextCallGo() {
    core.connected();
    core.called(kill("t1"));
    long first = core.lastCallId();
    core.called(kill("t2"));

    assertThat(core.answered(first, Answer.of(400, "no such thing\n")))
        .containsExactly(
            new FailCall(
                first, new CallFailure(CallFailure.Kind.REFUSED, 400, "HTTP 400: no such thing")),
            new SendCall(core.lastCallId(), A, "stream-1", ours(kill("t2")), LIMIT));
  }

  @Test
  void withoutAnAnswerTheOutcomeIsUnknown() {
    core.connected();
    core.called(kill("t1"));

    assertThat(core.unanswered(core.lastCallId()))
        .containsExactly(new FailCall(core.lastCallId(), CallFailure.unknown("no answer")));
  }

  @Test
  void aCallThatCouldNotBeSentHasHadNoEffect() {
    core.connected();
    core.called(kill("t1"));

    assertThat(core.neverSent(core.lastCallId()))
        .containsExactly(
            new FailCall(core.lastCallId(), CallFailure.notConnected("cannot connect")));
  }

  @Test
  void callsFailAtOnceWhileNotConnected() {
    assertThat(core.called(kill("t1"))).containsExactly(failed("the driver has not been started"));
    core.started();
    core.ended(1);
    assertThat(core.called(kill("t1"))).containsExactly(failed("10.0.0.1:5050: connection reset"));
  }

  @Test
  void callsThatWaitFailWhenTheStreamIsLost() {
    core.connected();
    core.called(kill("t1"));
    long underWay = core.lastCallId();
    core.called(kill("t2"));

    assertThat(only(core.ended(1), FailCall.class))
        .containsExactly(failed("10.0.0.1:5050: connection reset"));
    assertThat(core.answered(underWay, 202)).containsExactly(new CompleteCall(underWay));
  }

  @Test
  void aCallThatHangsFromAnEarlierStreamHoldsNothingUp() {
    core.connected();
    core.called(kill("t1"));
    long hanging = core.lastCallId();
    core.ended(1);

    assertThat(calls(core.resubscribes(2))).containsExactly(CoreContext.reconcile());
    assertThat(core.unanswered(hanging))
        .containsExactly(new FailCall(hanging, CallFailure.unknown("no answer")));
  }

  @Test
  void tooManyWaitingCallsAreRefused() {
    core.queueLimit(2).connected();
    for (int i = 0; i < 3; i++) {
      assertThat(only(core.called(kill("t" + i)), FailCall.class)).isEmpty();
    }

    assertThat(core.called(kill("one too many")))
        .containsExactly(failed("more than 2 calls are waiting to be sent"));
  }

  @Test
  void aMasterThatTakesUsForDisconnectedIsSubscribedToAgain() {
    core.connected();
    core.called(kill("t1"));

    List<SchedulerEffect> effects =
        core.answered(core.lastCallId(), Answer.of(403, "Framework is not connected"));

    assertThat(effects).contains(new CloseStream(1));
    assertThat(opening(core.fires(SchedulerTimer.RECONNECT))).isPresent();
  }

  @Test
  void aMasterThatLeadsNoMoreIsLeft() {
    core.connected();
    core.called(kill("t1"));

    assertThat(
            core.answered(core.lastCallId(), new Answer(307, "", Optional.of("//10.0.0.2:5050/x"))))
        .contains(new CloseStream(1));
    assertThat(core.timers()).containsOnlyKeys(SchedulerTimer.RECONNECT);
  }

  @Test
  void aForbiddenUpdateOfTheFrameworkConcernsNothingElse() {
    core.connected();
    core.called(Calls.updateFramework(framework("web"), List.of()));

    List<SchedulerEffect> effects = core.answered(core.lastCallId(), 403);

    assertThat(effects).hasSize(1).allMatch(FailCall.class::isInstance);
  }

  // ---------------------------------------------------------------- what a new leader is told

  @Test
  void suppressedRolesStaySuppressedAfterAReconnect() {
    core.connected();
    core.called(Calls.suppress(List.of()));
    core.answered(core.lastCallId(), 202);

    assertThat(suppressedAfterReconnect(2)).containsExactly("web");

    core.called(Calls.revive(List.of("web")));
    core.answered(core.lastCallId(), 202);
    assertThat(suppressedAfterReconnect(3)).isEmpty();
  }

  @Test
  void withoutMultiRoleTheFrameworksOneRoleIsSuppressed() {
    core.framework(FrameworkInfo.newBuilder().setUser("root").setName("test").build());
    core.connected();
    core.called(Calls.suppress(List.of()));
    core.answered(core.lastCallId(), 202);

    assertThat(suppressedAfterReconnect(2)).containsExactly("*");
  }

  @Test
  void aRefusedSuppressIsNotRemembered() {
    core.connected();
    core.called(Calls.suppress(List.of("no such role")));
    core.answered(core.lastCallId(), 400);

    assertThat(suppressedAfterReconnect(2)).isEmpty();
  }

  private List<String> suppressedAfterReconnect(long attempt) {
    core.ended(attempt - 1);
    Call subscribe = opening(core.fires(SchedulerTimer.RECONNECT)).orElseThrow().subscribe();
    core.opened(attempt);
    core.answerOwn(core.subscribed(attempt));
    return subscribe.getSubscribe().getSuppressedRolesList();
  }

  @Test
  void anUpdatedFrameworkSubscribesAsUpdated() {
    core.connected();

    List<SchedulerEffect> effects =
        core.called(Calls.updateFramework(framework("other"), List.of("other")));
    assertThat(calls(effects).get(0).getUpdateFramework().getFrameworkInfo().getId())
        .isEqualTo(CoreContext.ID);
    core.answered(core.lastCallId(), 200);
    core.ended(1);

    Call.Subscribe again =
        opening(core.fires(SchedulerTimer.RECONNECT)).orElseThrow().subscribe().getSubscribe();
    assertThat(again.getFrameworkInfo().getRolesList()).containsExactly("other");
    assertThat(again.getFrameworkInfo().getId()).isEqualTo(CoreContext.ID);
    assertThat(again.getSuppressedRolesList()).containsExactly("other");
  }

  // ---------------------------------------------------------------- acknowledgement

  @Test
  void anUpdateIsAcknowledgedWhenItsCallbackHasReturned() {
    core.connected();
    TaskStatus running = status("t1", TaskState.TASK_RUNNING);

    assertThat(calls(core.updated(1, running))).isEmpty();
    assertThat(calls(core.handled(running)))
        .containsExactly(ours(Calls.acknowledge(running).orElseThrow()));
  }

  @Test
  void theSameUpdateAgainIsDeliveredAgain() {
    core.connected();
    TaskStatus running = status("t1", TaskState.TASK_RUNNING);
    core.updated(1, running);

    assertThat(core.updated(1, running))
        .contains(new Deliver(new Notice.Received(CoreContext.updateEvent(running))));
  }

  @Test
  void whatHasNoUuidIsNotAcknowledged() {
    core.connected();
    TaskStatus told = answer("t1", TaskState.TASK_RUNNING);
    core.updated(1, told);

    assertThat(core.handled(told)).isEmpty();
  }

  @Test
  void withManualAcknowledgementTheDriverDoesNotAcknowledge() {
    core.manualAcknowledgement().connected();
    TaskStatus running = status("t1", TaskState.TASK_RUNNING);
    core.updated(1, running);

    assertThat(core.handled(running)).isEmpty();
    assertThat(calls(core.called(Calls.acknowledge(running).orElseThrow()))).hasSize(1);
  }

  @Test
  void acknowledgementsDoNotWaitForOtherCalls() {
    core.connected();
    core.called(kill("t1"));
    for (int i = 0; i < Outbox.ACKNOWLEDGEMENT_WINDOW; i++) {
      assertThat(sent(core.handled(status("a" + i, TaskState.TASK_RUNNING)))).hasSize(1);
    }

    assertThat(core.handled(status("later", TaskState.TASK_RUNNING))).isEmpty();
    assertThat(calls(core.answered(-2, 202)))
        .containsExactly(
            ours(Calls.acknowledge(status("later", TaskState.TASK_RUNNING)).orElseThrow()));
  }

  @Test
  void anUpdateHandledAfterTheLossIsLeftToTheAgentsRetry() {
    core.connected();
    core.updated(1, status("t1", TaskState.TASK_RUNNING));
    core.ended(1);

    assertThat(core.handled(status("t1", TaskState.TASK_RUNNING))).isEmpty();
  }

  // ---------------------------------------------------------------- the end

  @Test
  void anAcceptedTeardownEndsTheDriver() {
    core.connected();
    core.called(Calls.teardown());
    long teardown = core.lastCallId();

    assertThat(core.called(kill("t1"))).containsExactly(failed("the framework is being torn down"));
    assertThat(core.answered(teardown, 202))
        .startsWith(new CompleteCall(teardown), new CloseStream(1))
        .endsWith(new Terminate(Optional.empty()));
    assertThat(core.timers()).isEmpty();
  }

  @Test
  void aStreamThatEndsBeforeTheAnswerToTeardownIsNotMadeAnew() {
    core.connected();
    core.called(Calls.teardown());

    assertThat(core.ended(1)).contains(new CloseStream(1));
    assertThat(core.timers()).isEmpty();
    assertThat(core.answered(core.lastCallId(), 202)).endsWith(new Terminate(Optional.empty()));
  }

  @Test
  void aTeardownWithoutAnAnswerLeavesTheDriverGoing() {
    core.connected();
    core.called(Calls.teardown());
    core.ended(1);

    assertThat(core.unanswered(core.lastCallId()))
        .contains(new FailCall(core.lastCallId(), CallFailure.unknown("no answer")));
    assertThat(opening(core.fires(SchedulerTimer.RECONNECT))).isPresent();
  }

  @Test
  void stoppedItEndsAtOnceWhenNothingWaits() {
    core.connected();

    assertThat(core.stopped())
        .contains(new CloseStream(1))
        .endsWith(new Terminate(Optional.empty()));
    assertThat(core.called(kill("t1"))).containsExactly(failed("the driver ended"));
  }

  @Test
  void stoppedItSendsFirstWhatWaits() {
    core.connected();
    core.called(kill("t1"));
    long first = core.lastCallId();
    core.called(kill("t2"));
    long second = core.lastCallId();

    assertThat(core.stopped()).containsExactly(new SetTimer(SchedulerTimer.STOP_LIMIT, LIMIT));
    assertThat(core.called(kill("t3"))).containsExactly(failed("the driver has been stopped"));
    assertThat(only(core.answered(first, 202), Terminate.class)).isEmpty();
    assertThat(core.answered(second, 202)).endsWith(new Terminate(Optional.empty()));
  }

  @Test
  void stoppedItDoesNotWaitForEver() {
    core.connected();
    core.called(kill("t1"));
    core.stopped();

    assertThat(core.fires(SchedulerTimer.STOP_LIMIT))
        .contains(new FailCall(core.lastCallId(), CallFailure.unknown("the driver ended")))
        .endsWith(new Terminate(Optional.empty()));
  }

  @Test
  void stoppedWithoutASubscriptionItEndsAtOnce() {
    core.masters(B);
    core.started();
    core.ended(1);

    assertThat(core.stopped()).endsWith(new Terminate(Optional.empty()));
  }

  private FailCall failed(String reason) {
    return new FailCall(core.lastCallId(), CallFailure.notConnected(reason));
  }

  private static FrameworkInfo framework(String role) {
    return FrameworkInfo.newBuilder().setUser("root").setName("test").addRoles(role).build();
  }
}
