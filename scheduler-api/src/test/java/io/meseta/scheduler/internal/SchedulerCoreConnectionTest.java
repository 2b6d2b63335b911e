package io.meseta.scheduler.internal;

import static io.meseta.scheduler.internal.CoreContext.A;
import static io.meseta.scheduler.internal.CoreContext.B;
import static io.meseta.scheduler.internal.CoreContext.ID;
import static io.meseta.scheduler.internal.CoreContext.MASTER;
import static io.meseta.scheduler.internal.CoreContext.errorEvent;
import static io.meseta.scheduler.internal.CoreContext.event;
import static io.meseta.scheduler.internal.CoreContext.only;
import static io.meseta.scheduler.internal.CoreContext.opening;
import static io.meseta.scheduler.internal.CoreContext.subscribedEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.scheduler.internal.SchedulerEffect.CancelTimer;
import io.meseta.scheduler.internal.SchedulerEffect.CloseStream;
import io.meseta.scheduler.internal.SchedulerEffect.Deliver;
import io.meseta.scheduler.internal.SchedulerEffect.OpenStream;
import io.meseta.scheduler.internal.SchedulerEffect.SendCall;
import io.meseta.scheduler.internal.SchedulerEffect.SetTimer;
import io.meseta.scheduler.internal.SchedulerEffect.Terminate;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding a master, subscribing, losing it and coming back. */
class SchedulerCoreConnectionTest {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final CoreContext core = new CoreContext();

  @Test
  void startedWithAnAddressItSubscribesThere() {
    assertThat(core.started())
        .containsExactly(
            new OpenStream(1, A, subscribeCall()),
            new SetTimer(SchedulerTimer.SUBSCRIBE_LIMIT, LIMIT));
  }

  @Test
  void startedWithADetectorItWaitsForTheLeader() {
    core.masters();

    assertThat(core.started()).isEmpty();
    assertThat(core.leader(B))
        .containsExactly(
            new OpenStream(1, B, subscribeCall()),
            new SetTimer(SchedulerTimer.SUBSCRIBE_LIMIT, LIMIT));
  }

  @Test
  void aLeaderThatIsKnownBeforeTheStartIsRemembered() {
    core.masters();

    assertThat(core.leader(B)).isEmpty();
    assertThat(opening(core.started()).orElseThrow().master()).isEqualTo(B);
  }

  @Test
  void subscribedItTellsTheAuthorWatchesHeartbeatsAndReconciles() {
    core.started();
    assertThat(core.opened(1)).isEmpty();

    assertThat(core.subscribed(1))
        .containsExactly(
            new CancelTimer(SchedulerTimer.SUBSCRIBE_LIMIT),
            new SetTimer(SchedulerTimer.HEARTBEAT, Duration.ofSeconds(50)),
            new Deliver(new Notice.Subscribed(ID, MASTER)),
            new SendCall(-1, A, "stream-1", CoreContext.reconcile(), LIMIT),
            new SetTimer(SchedulerTimer.RECONCILE, Duration.ofMinutes(15)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e9})
  void aHeartbeatIntervalThatMeansNothingIsTakenAsFifteenSeconds(double seconds) {
    core.started();
    core.opened(1);
    Event.Builder event = subscribedEvent().toBuilder();
    event.getSubscribedBuilder().setHeartbeatIntervalSeconds(seconds);

    assertThat(core.received(1, event.build()))
        .contains(new SetTimer(SchedulerTimer.HEARTBEAT, Duration.ofSeconds(75)));
  }

  @Test
  void aHeartbeatOnlyWindsTheWatch() {
    core.connected();

    assertThat(core.received(1, event(Event.Type.HEARTBEAT)))
        .containsExactly(new SetTimer(SchedulerTimer.HEARTBEAT, Duration.ofSeconds(50)));
  }

  @Test
  void anEventOfAnUnknownTypeIsIgnored() {
    core.connected();

    assertThat(core.received(1, Event.getDefaultInstance()))
        .containsExactly(new SetTimer(SchedulerTimer.HEARTBEAT, Duration.ofSeconds(50)));
  }

  @Test
  void aSilentStreamIsLeftAndMadeAnew() {
    core.connected();
    String silent = "10.0.0.1:5050 was silent for 50000 ms";

    List<SchedulerEffect> effects = core.fires(SchedulerTimer.HEARTBEAT);

    assertThat(effects)
        .containsExactly(
            new CloseStream(1),
            new CancelTimer(SchedulerTimer.SUBSCRIBE_LIMIT),
            new CancelTimer(SchedulerTimer.HEARTBEAT),
            new CancelTimer(SchedulerTimer.RECONCILE),
            new CancelTimer(SchedulerTimer.RECONCILE_RETRY),
            new Deliver(new Notice.Disconnected(silent)),
            new SetTimer(SchedulerTimer.RECONNECT, core.timer(SchedulerTimer.RECONNECT)));
    assertThat(core.resubscribes(2))
        .contains(new Deliver(new Notice.Resubscribed(ID, MASTER)))
        .doesNotContain(new Deliver(new Notice.Subscribed(ID, MASTER)));
  }

  @Test
  void theNextSubscriptionNamesTheFramework() {
    core.connected();
    core.ended(1);

    Call again = opening(core.fires(SchedulerTimer.RECONNECT)).orElseThrow().subscribe();

    assertThat(again.getFrameworkId()).isEqualTo(ID);
    assertThat(again.getSubscribe().getFrameworkInfo().getId()).isEqualTo(ID);
  }

  @Test
  void aGivenIdIsUsedFromTheFirstSubscription() {
    core.framework(FrameworkInfo.newBuilder().setUser("root").setName("test").setId(ID).build());

    Call first = opening(core.started()).orElseThrow().subscribe();

    assertThat(first.getFrameworkId()).isEqualTo(ID);
    assertThat(first.getSubscribe().getFrameworkInfo().getId()).isEqualTo(ID);
  }

  @Test
  void delaysDoubleUpToTheMaximumAndAreShortenedByUpToAHalf() {
    core.started();
    List<Long> delays = new ArrayList<>();
    for (int attempt = 1; attempt <= 12; attempt++) {
      core.ended(attempt);
      delays.add(core.timer(SchedulerTimer.RECONNECT).toMillis());
      core.fires(SchedulerTimer.RECONNECT);
    }

    long full = 100;
    for (long delay : delays) {
      assertThat(delay).isBetween(full / 2, full);
      full = Math.min(2 * full, 15_000);
    }
  }

  @Test
  void theSameSeedGivesTheSameDelays() {
    assertThat(delays(new CoreContext())).isEqualTo(delays(new CoreContext()));
  }

  private static List<Duration> delays(CoreContext context) {
    context.started();
    List<Duration> delays = new ArrayList<>();
    for (int attempt = 1; attempt <= 5; attempt++) {
      context.ended(attempt);
      delays.add(context.timer(SchedulerTimer.RECONNECT));
      context.fires(SchedulerTimer.RECONNECT);
    }
    return delays;
  }

  @Test
  void aSubscriptionThatHeldForLongStartsWithTheShortestDelayAgain() {
    core.started();
    for (int attempt = 1; attempt <= 8; attempt++) {
      core.ended(attempt);
      core.fires(SchedulerTimer.RECONNECT);
    }
    core.opened(9);
    core.subscribed(9);
    core.timePasses(Duration.ofSeconds(15));
    core.ended(9);

    assertThat(core.timer(SchedulerTimer.RECONNECT)).isLessThan(Duration.ofMillis(101));
  }

  @Test
  void aMasterThatTakesAndDropsUsIsAskedLessAndLessOften() {
    core.started();
    for (int attempt = 1; attempt <= 8; attempt++) {
      core.opened(attempt);
      core.subscribed(attempt);
      core.ended(attempt);
      if (attempt < 8) {
        core.fires(SchedulerTimer.RECONNECT);
      }
    }

    assertThat(core.timer(SchedulerTimer.RECONNECT)).isGreaterThan(Duration.ofSeconds(6));
  }

  @Test
  void withoutAnAnswerInTimeItTriesAgain() {
    core.started();

    assertThat(core.fires(SchedulerTimer.SUBSCRIBE_LIMIT)).contains(new CloseStream(1));
    assertThat(opening(core.fires(SchedulerTimer.RECONNECT))).isPresent();
  }

  @Test
  void listedMastersAreTriedInTurn() {
    core.masters(A, B);
    core.started();

    core.ended(1);
    assertThat(opening(core.fires(SchedulerTimer.RECONNECT)).orElseThrow().master()).isEqualTo(B);
    core.ended(2);
    assertThat(opening(core.fires(SchedulerTimer.RECONNECT)).orElseThrow().master()).isEqualTo(A);
  }

  @Test
  void aRedirectIsFollowedAtOnce() {
    core.started();

    assertThat(core.refused(1, redirect("//10.0.0.2:5050/master/api/v1/scheduler")))
        .containsExactly(
            new CancelTimer(SchedulerTimer.SUBSCRIBE_LIMIT),
            new OpenStream(2, B, subscribeCall()),
            new SetTimer(SchedulerTimer.SUBSCRIBE_LIMIT, LIMIT));
  }

  @Test
  void redirectsInACircleEndInABackOff() {
    core.started();
    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(opening(core.refused(attempt, redirect("//10.0.0.2:5050")))).isPresent();
    }

    assertThat(opening(core.refused(6, redirect("//10.0.0.2:5050")))).isEmpty();
    assertThat(core.timers()).containsOnlyKeys(SchedulerTimer.RECONNECT);
    assertThat(opening(core.fires(SchedulerTimer.RECONNECT)).orElseThrow().master()).isEqualTo(A);
  }

  @Test
  void aRedirectToNowhereEndsInABackOff() {
    core.started();

    assertThat(opening(core.refused(1, redirect("/elsewhere")))).isEmpty();
    assertThat(core.timers()).containsOnlyKeys(SchedulerTimer.RECONNECT);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 408, 429, 500, 503})
  void refusalsThatTimeCanHealAreRetried(int status) {
    core.started();

    assertThat(only(core.refused(1, Answer.of(status, "not now")), Terminate.class)).isEmpty();
    assertThat(core.timers()).containsOnlyKeys(SchedulerTimer.RECONNECT);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 415})
  void otherRefusalsEndTheDriver(int status) {
    core.started();
    String message =
        "the master at 10.0.0.1:5050 refuses the subscription: HTTP " + status + ": because";

    List<SchedulerEffect> effects = core.refused(1, Answer.of(status, "because"));

    assertThat(effects).contains(new Deliver(new Notice.Failed(message)));
    assertThat(effects).endsWith(new Terminate(Optional.of(message)));
    assertThat(core.timers()).isEmpty();
  }

  @Test
  void anErrorEndsTheDriver() {
    core.connected();

    List<SchedulerEffect> effects = core.received(1, errorEvent("Framework failed over"));

    assertThat(effects)
        .startsWith(new Deliver(new Notice.Failed("Framework failed over")), new CloseStream(1))
        .endsWith(new Terminate(Optional.of("Framework failed over")));
    assertThat(core.timers()).isEmpty();
    assertThat(core.leader(B)).isEmpty();
  }

  @Test
  void anErrorInTheFirstRecordEndsTheDriver() {
    core.started();
    core.opened(1);

    assertThat(core.received(1, errorEvent("Framework has been removed")))
        .endsWith(new Terminate(Optional.of("Framework has been removed")));
  }

  @Test
  void anAnswerWithoutAStreamIdIsNoMasters() {
    core.started();

    assertThat(core.on(new SchedulerEvent.StreamOpened(Instant.EPOCH, 1, Optional.empty())))
        .contains(new CloseStream(1));
    assertThat(core.timers()).containsOnlyKeys(SchedulerTimer.RECONNECT);
  }

  @Test
  void anEventBeforeSubscribedIsAgainstTheProtocol() {
    core.started();
    core.opened(1);

    assertThat(core.received(1, event(Event.Type.HEARTBEAT))).contains(new CloseStream(1));
    assertThat(core.timers()).containsOnlyKeys(SchedulerTimer.RECONNECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OFFERS",
        "INVERSE_OFFERS",
        "RESCIND",
        "RESCIND_INVERSE_OFFER",
        "UPDATE",
        "UPDATE_OPERATION_STATUS",
        "MESSAGE",
        "FAILURE",
        "SUBSCRIBED"
      })
  void anEventWithoutItsContentIsAgainstTheProtocol(String type) {
    core.connected();

    List<SchedulerEffect> effects = core.received(1, event(Event.Type.valueOf(type)));

    assertThat(effects)
        .contains(
            new CloseStream(1),
            new Deliver(
                new Notice.Disconnected(
                    "10.0.0.1:5050 broke the protocol: an event of type "
                        + type
                        + " has no content")));
  }

  @Test
  void aSecondSubscribedIsAgainstTheProtocol() {
    core.connected();

    assertThat(core.subscribed(1)).contains(new CloseStream(1));
  }

  @Test
  void aMasterThatGivesUsAnotherNameIsLeft() {
    core.connected();
    core.ended(1);
    core.fires(SchedulerTimer.RECONNECT);
    core.opened(2);
    Event.Builder other = subscribedEvent().toBuilder();
    other.getSubscribedBuilder().setFrameworkId(FrameworkID.newBuilder().setValue("else"));

    List<SchedulerEffect> effects = core.received(2, other.build());

    assertThat(effects).contains(new CloseStream(2));
    assertThat(only(effects, Deliver.class)).isEmpty();
  }

  @Test
  void whatComesOfAnEarlierStreamIsIgnored() {
    core.connected();
    core.ended(1);
    core.resubscribes(2);

    assertThat(core.received(1, event(Event.Type.HEARTBEAT))).isEmpty();
    assertThat(core.ended(1)).isEmpty();
    assertThat(core.refused(1, Answer.of(503, ""))).isEmpty();
    assertThat(core.opened(1)).isEmpty();
  }

  @Test
  void aNewLeaderIsTurnedToAtOnce() {
    core.masters();
    core.leader(A);
    core.connected();

    List<SchedulerEffect> effects = core.leader(B);

    assertThat(effects)
        .contains(
            new CloseStream(1),
            new Deliver(new Notice.Disconnected("another master leads now: 10.0.0.2:5050")));
    assertThat(opening(effects).orElseThrow().master()).isEqualTo(B);
  }

  @Test
  void aNewLeaderEndsTheBackOff() {
    core.masters();
    core.leader(A);
    core.connected();
    core.ended(1);

    assertThat(core.leader(B))
        .containsExactly(
            new CancelTimer(SchedulerTimer.RECONNECT),
            new OpenStream(2, B, CoreContext.ours(subscribeCallAs(ID))),
            new SetTimer(SchedulerTimer.SUBSCRIBE_LIMIT, LIMIT));
  }

  @Test
  void theSameLeaderAgainChangesNothing() {
    core.masters();
    core.leader(A);
    core.connected();

    assertThat(core.leader(A)).isEmpty();
  }

  @Test
  void aWorkingStreamIsKeptWhenTheDetectorKnowsNoLeader() {
    core.masters();
    core.leader(A);
    core.connected();

    assertThat(core.noLeader()).isEmpty();

    core.ended(1);
    assertThat(core.fires(SchedulerTimer.RECONNECT)).isEmpty();
    assertThat(opening(core.leader(B)).orElseThrow().master()).isEqualTo(B);
  }

  @Test
  void timersThatFireTooLateDoNothing() {
    core.connected();

    assertThat(core.firesLate(SchedulerTimer.RECONNECT)).isEmpty();
    assertThat(core.firesLate(SchedulerTimer.SUBSCRIBE_LIMIT)).isEmpty();
    core.ended(1);
    assertThat(core.firesLate(SchedulerTimer.HEARTBEAT)).isEmpty();
    assertThat(core.firesLate(SchedulerTimer.RECONCILE)).isEmpty();
    assertThat(core.firesLate(SchedulerTimer.RECONCILE_RETRY)).isEmpty();
  }

  @Test
  void startingTwiceIsAnErrorOfOurs() {
    core.started();

    assertThatThrownBy(core::started).isInstanceOf(IllegalStateException.class);
  }

  private static Answer redirect(String location) {
    return new Answer(307, "", Optional.of(location));
  }

  private static Call subscribeCall() {
    return Call.newBuilder()
        .setType(Call.Type.SUBSCRIBE)
        .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(CoreContext.FRAMEWORK))
        .build();
  }

  private static Call subscribeCallAs(FrameworkID id) {
    Call.Builder call = subscribeCall().toBuilder();
    call.getSubscribeBuilder().getFrameworkInfoBuilder().setId(id);
    return call.build();
  }
}
