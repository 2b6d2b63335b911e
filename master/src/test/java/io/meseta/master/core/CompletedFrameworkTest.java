package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The end of a framework, which is for ever, and so has to be durable before it is true. */
class CompletedFrameworkTest {

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.framework("web").build());

  private FrameworkInfo info() {
    return Messages.framework("web").setId(client.id).build();
  }

  private List<Event.Type> subscribeAgain() {
    return master.events(master.subscribe(info())).stream().map(Event::getType).toList();
  }

  @Test
  void nothingIsKilledBeforeTheRegistrySaysSo() {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    agent.messages();
    master.holdRegistry();

    long exchange =
        client.ask(Optional.of(client.streamId), Call.newBuilder().setType(Call.Type.TEARDOWN));

    assertThat(master.answer(exchange)).isEmpty();
    assertThat(agent.messages()).isEmpty();
    master.releaseRegistry();
    assertThat(master.answer(exchange)).hasValue(202);
    assertThat(agent.messages()).singleElement().matches(MasterMessage::hasShutdownFramework);
    assertThat(master.effects()).contains(new MasterEffect.CloseStream(client.streamId));
  }

  @Test
  void aDeposedMasterKillsNobody() {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    client.disconnect();
    agent.messages();
    master.holdRegistry();
    master.pass(Duration.ofSeconds(3601));

    master.endWrite(new RegistryOutcome.Fenced());

    assertThat(agent.messages()).noneMatch(MasterMessage::hasShutdownFramework);
    assertThat(master.effects(MasterEffect.StepDown.class)).hasSize(1);
  }

  @Test
  void anOperatorCanEndItAsWell() {
    assertThat(master.operate(Messages.teardownCall(client.id))).isEqualTo(200);
    assertThat(master.operate(Messages.teardownCall(client.id))).isEqualTo(400);
    assertThat(subscribeAgain()).containsExactly(Event.Type.ERROR);
  }

  @Test
  void anOperatorCanEndOneThatHasNotComeBack() {
    master.failover();

    assertThat(master.operate(Messages.teardownCall(client.id))).isEqualTo(200);

    assertThat(subscribeAgain()).containsExactly(Event.Type.ERROR);
  }

  @Test
  void whoeverSubscribesWhileTheEndIsWrittenIsRefusedWhenItIs() {
    client.disconnect();
    master.holdRegistry();
    master.ask(Messages.teardownCall(client.id));
    String stream = master.subscribe(info());
    assertThat(master.events(stream)).isEmpty();

    master.releaseRegistry();

    assertThat(master.events(stream)).extracting(Event::getType).containsExactly(Event.Type.ERROR);
    assertThat(master.snapshot().frameworks().get(0).getState())
        .isEqualTo(FrameworkRecord.State.COMPLETED);
  }

  @Test
  void whoeverWaitsForItsSubscriptionWhenTheEndComesIsRefused() {
    client.disconnect();
    master.holdRegistry();
    String stream = master.subscribe(info().toBuilder().setName("changed").build());
    master.ask(Messages.teardownCall(client.id));

    master.releaseRegistry();

    assertThat(master.events(stream)).extracting(Event::getType).containsExactly(Event.Type.ERROR);
    assertThat(master.snapshot().frameworks().get(0).getState())
        .isEqualTo(FrameworkRecord.State.COMPLETED);
  }

  @Test
  void oneThatSubscribesInTimeDoesNotTimeOutBecauseTheRegistryIsSlow() {
    client.disconnect();
    master.pass(Duration.ofSeconds(3599));
    master.holdRegistry();
    String stream = master.subscribe(info().toBuilder().setName("changed").build());
    master.pass(Duration.ofSeconds(10));

    master.releaseRegistry();

    assertThat(master.events(stream).get(0).hasSubscribed()).isTrue();
  }

  @Test
  void oneWithoutAFailoverTimeoutLivesOnInTheInstanceThatCameBeforeTheLastOneLeft() {
    FrameworkInfo shortLived = info().toBuilder().setFailoverTimeout(0).build();
    Client last = master.connect(shortLived);
    master.holdRegistry();
    String stream = master.subscribe(shortLived.toBuilder().setName("changed").build());
    last.disconnect();

    master.releaseRegistry();

    assertThat(master.events(stream).get(0).hasSubscribed()).isTrue();
  }

  @Test
  void ofACompletedFrameworkOnlyTheNameIsKept() {
    master.operate(Messages.teardownCall(client.id));

    FrameworkInfo kept = master.snapshot().frameworks().get(0).getInfo();

    assertThat(kept)
        .isEqualTo(
            FrameworkInfo.newBuilder().setId(client.id).setUser("nobody").setName("web").build());
  }

  @Test
  void itIsRefusedByEveryLaterLeaderLongAfterItsDetailsAreForgotten() {
    master.operate(Messages.teardownCall(client.id));
    for (int i = 0; i < 60; i++) {
      Client next = master.connect(Messages.framework("f" + i).build());
      master.operate(Messages.teardownCall(next.id));
    }
    assertThat(subscribeAgain()).containsExactly(Event.Type.ERROR);

    master.failover();

    assertThat(subscribeAgain()).containsExactly(Event.Type.ERROR);
  }

  @Test
  void beyondTheLimitTheOldestIsForgotten() {
    CoreContext small =
        new CoreContext(
            MasterSettings.DEFAULTS.withRegistry(
                new RegistryLimits(Duration.ofMinutes(15), Duration.ofDays(14), 10, 2)));
    small.lead(io.meseta.master.registry.RegistrySnapshot.empty());
    small.effects();
    for (String name : List.of("a", "b", "c")) {
      Client next = small.connect(Messages.framework(name).build());
      small.pass(Duration.ofSeconds(1));
      small.operate(Messages.teardownCall(next.id));
    }

    assertThat(small.snapshot().frameworks())
        .extracting(record -> record.getInfo().getName())
        .containsExactly("b", "c");
    small.failover();
    assertThat(small.snapshot().frameworks()).hasSize(2);
  }

  @Test
  void aFrameworkThatIsKnownOnlyByItsTasksIsWrittenDown() {
    Node agent = master.addAgent("a");
    Client owner = client;
    master.registry.removeIf(
        change -> change instanceof io.meseta.master.registry.RegistryChange.PutFramework);
    master.failover();

    agent.comeBack(owner, agent.held(owner, "t", TaskState.TASK_RUNNING));

    assertThat(master.snapshot().frameworks())
        .singleElement()
        .satisfies(record -> assertThat(record.getInfo().getId()).isEqualTo(owner.id));
  }
}
