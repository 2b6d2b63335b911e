package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubscribeTest {

  private static final Call.Builder TEARDOWN = Call.newBuilder().setType(Call.Type.TEARDOWN);

  private final CoreContext master = CoreContext.leading();

  @Test
  void aNewFrameworkIsWelcomedWithAnIdAndAHeartbeat() {
    String stream = master.subscribe(Messages.framework("web").build());

    List<Event> events = master.events(stream);
    assertThat(events)
        .extracting(Event::getType)
        .containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT);
    assertThat(events.get(0).getSubscribed().getFrameworkId().getValue()).isEqualTo("M0-0000");
    assertThat(events.get(0).getSubscribed().getHeartbeatIntervalSeconds()).isEqualTo(15);
  }

  @Test
  void nobodyIsWelcomedBeforeTheRegistryHasTheFramework() {
    master.holdRegistry();
    String stream = master.subscribe(Messages.framework("web").build());
    assertThat(master.effects(MasterEffect.OpenStream.class)).isEmpty();

    master.releaseRegistry();

    assertThat(master.registry).hasOnlyElementsOfType(RegistryChange.PutFramework.class);
    assertThat(master.events(stream)).isNotEmpty();
  }

  @Test
  void aRegistryThatCannotBeWrittenEndsTheTerm() {
    master.holdRegistry();
    master.subscribe(Messages.framework("web").build());
    master.effects();

    master.endWrite(new RegistryOutcome.Failed("disk full"));

    assertThat(master.effects()).singleElement().isInstanceOf(MasterEffect.StepDown.class);
  }

  @Test
  void heartbeatsGoOnWhileTheStreamIsOpen() {
    Client client = master.connect(Messages.framework("web").build());
    client.events();

    master.pass(Duration.ofSeconds(31));
    assertThat(client.events())
        .extracting(Event::getType)
        .containsExactly(Event.Type.HEARTBEAT, Event.Type.HEARTBEAT);

    client.disconnect();
    master.pass(Duration.ofSeconds(31));
    assertThat(client.events()).isEmpty();
  }

  @Test
  void aSecondSubscriptionTakesThePlaceOfTheFirst() {
    FrameworkInfo info = Messages.framework("web").build();
    Client first = master.connect(info);
    first.events();

    String second = master.subscribe(info.toBuilder().setId(first.id).build());

    List<MasterEffect> effects = master.effects();
    int error = indexOfError(effects, first.streamId, "Framework failed over");
    assertThat(effects.get(error + 1)).isEqualTo(new MasterEffect.CloseStream(first.streamId));
    assertThat(effects)
        .anyMatch(effect ->
            effect instanceof MasterEffect.SendToFramework send
                && send.streamId().equals(second)
                && send.event().hasSubscribed());
    assertThat(first.call(Call.newBuilder().setType(Call.Type.REVIVE)))
        .as("the old stream's id is refused")
        .isEqualTo(400);
  }

  private static int indexOfError(List<MasterEffect> effects, String stream, String message) {
    for (int i = 0; i < effects.size(); i++) {
      if (effects.get(i) instanceof MasterEffect.SendToFramework send
          && send.streamId().equals(stream)
          && send.event().getError().getMessage().equals(message)) {
        return i;
      }
    }
    throw new AssertionError("no error '" + message + "' on " + stream + " in " + effects);
  }

  @Test
  void aFrameworkMayChooseItsOwnId() {
    FrameworkInfo info =
        Messages.framework("web").setId(FrameworkID.newBuilder().setValue("mine")).build();
    Client client = master.connect(info);
    assertThat(client.id.getValue()).isEqualTo("mine");
  }

  @Test
  void aTornDownFrameworkIsRefusedForGood() {
    FrameworkInfo info = Messages.framework("web").build();
    Client client = master.connect(info);
    client.events();

    assertThat(client.call(TEARDOWN.clone())).isEqualTo(202);
    assertThat(master.effects()).contains(new MasterEffect.CloseStream(client.streamId));

    String again = master.subscribe(info.toBuilder().setId(client.id).build());
    assertThat(master.events(again))
        .extracting(event -> event.getError().getMessage())
        .containsExactly("Framework has been removed");
    assertThat(master.registry)
        .last()
        .satisfies(change ->
            assertThat(((RegistryChange.PutFramework) change).record().getState())
                .isEqualTo(FrameworkRecord.State.COMPLETED));
  }

  @Test
  void aFrameworkThatDoesNotComeBackInTimeIsRemoved() {
    FrameworkInfo info = Messages.framework("web").setFailoverTimeout(60).build();
    Client client = master.connect(info);
    client.disconnect();

    master.pass(Duration.ofSeconds(59));
    assertThat(master.hasTimer(new MasterTimer.FailoverTimeout(FrameworkId.of(client.id))))
        .isTrue();
    master.pass(Duration.ofSeconds(2));

    assertThat(client.call(Call.newBuilder().setType(Call.Type.REVIVE))).isEqualTo(400);
  }

  @Test
  void aFrameworkThatComesBackInTimeKeepsItsId() {
    FrameworkInfo info = Messages.framework("web").setFailoverTimeout(60).build();
    Client client = master.connect(info);
    client.disconnect();
    master.pass(Duration.ofSeconds(30));

    Client again = master.connect(info.toBuilder().setId(client.id).build());
    master.pass(Duration.ofMinutes(2));

    assertThat(again.id).isEqualTo(client.id);
    assertThat(again.call(Call.newBuilder().setType(Call.Type.REVIVE))).isEqualTo(202);
  }

  @Test
  void withoutAFailoverTimeoutTheEndOfTheStreamIsTheEnd() {
    Client client = master.connect(Messages.framework("web").setFailoverTimeout(0).build());
    client.disconnect();
    assertThat(client.call(Call.newBuilder().setType(Call.Type.REVIVE))).isEqualTo(400);
  }

  @Test
  void callsAreRefusedInTheOrderOfTheReference() {
    Client client = master.connect(Messages.framework("web").build());
    Call.Builder revive = Call.newBuilder().setType(Call.Type.REVIVE);
    Client stranger =
        new Client(master, FrameworkID.newBuilder().setValue("stranger").build(), client.streamId);

    assertThat(stranger.call(revive.clone())).as("unknown framework").isEqualTo(400);
    assertThat(client.callOn(Optional.empty(), revive.clone())).as("no stream id").isEqualTo(400);
    assertThat(client.callOn(Optional.of("old"), revive.clone())).as("stale id").isEqualTo(400);
    assertThat(client.call(revive.clone())).isEqualTo(202);
    client.disconnect();
    assertThat(client.call(revive.clone())).as("not connected").isEqualTo(403);
  }

  @Test
  void aClientThatLeftBeforeItsWelcomeIsNotConnected() {
    master.holdRegistry();
    master.subscribe(Messages.framework("web").build());
    master.handle(new MasterEvent.ExchangeClosed(master.now, 1));
    master.releaseRegistry();

    assertThat(master.effects(MasterEffect.OpenStream.class)).isEmpty();
    assertThat(master.hasTimer(new MasterTimer.FailoverTimeout(new FrameworkId("M0-0000"))))
        .isTrue();
  }

  @Test
  void aMasterThatDoesNotLeadRefusesCallsAndForgetsItsTerm() {
    Client client = master.connect(Messages.framework("web").build());
    master.effects();
    master.handle(new MasterEvent.LeadershipLost(master.now, "cut off"));

    assertThat(master.effects()).containsExactly(new MasterEffect.DropEverything("cut off"));
    assertThat(client.call(Call.newBuilder().setType(Call.Type.REVIVE))).isEqualTo(503);
  }

  @Test
  void aNewTermKnowsTheFrameworksOfTheRegistry() {
    FrameworkInfo info = Messages.framework("web").build();
    Client client = master.connect(info);
    FrameworkInfo named = info.toBuilder().setId(client.id).build();
    master.handle(new MasterEvent.LeadershipLost(master.now, "cut off"));
    master.lead(
        new RegistrySnapshot(
            List.of(),
            List.of(Frameworks.record(named, FrameworkRecord.State.ACTIVE, master.now))));
    assertThat(client.call(Call.newBuilder().setType(Call.Type.REVIVE)))
        .as("known, and not yet connected")
        .isEqualTo(403);

    int stored = master.registry.size();
    Client again = master.connect(named);

    assertThat(again.id).isEqualTo(client.id);
    assertThat(master.registry).as("nothing changed, nothing is written").hasSize(stored);
  }
}
