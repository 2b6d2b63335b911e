package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.AttributeConstraint;
import io.meseta.api.v1.scheduler.AttributeConstraint.Predicate;
import io.meseta.api.v1.scheduler.AttributeConstraint.Selector;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.api.v1.scheduler.OfferConstraints.RoleConstraints;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.recording.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offer constraints from the call to the offers. */
class OfferConstraintsTest {

  private static final FrameworkInfo INFO =
      Messages.framework("web")
          .addRoles("a")
          .addRoles("b")
          .addCapabilities(
              FrameworkInfo.Capability.newBuilder()
                  .setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
          .build();

  private final CoreContext master = CoreContext.leading();

  /** One agent in each of three racks. */
  @BeforeEach
  void addAgents() {
    for (String rack : List.of("r1", "r2", "s1")) {
      var register = Messages.register("host-" + rack);
      register
          .getAgentBuilder()
          .addAttributes(
              Attribute.newBuilder()
                  .setName("rack")
                  .setType(Value.Type.TEXT)
                  .setText(Value.Text.newBuilder().setValue(rack)));
      master.openLink(register);
    }
  }

  private static OfferConstraints racks(String role, String regex) {
    AttributeConstraint constraint =
        AttributeConstraint.newBuilder()
            .setSelector(Selector.newBuilder().setAttributeName("rack"))
            .setPredicate(
                Predicate.newBuilder()
                    .setTextMatches(Predicate.TextMatches.newBuilder().setRegex(regex)))
            .build();
    return OfferConstraints.newBuilder()
        .putRoleConstraints(
            role,
            RoleConstraints.newBuilder()
                .addGroups(RoleConstraints.Group.newBuilder().addAttributeConstraints(constraint))
                .build())
        .build();
  }

  /** Suppressed for role b, so that all offers are for role a. */
  private Client connect(OfferConstraints constraints) {
    String stream =
        master.subscribe(
            INFO, subscribe -> subscribe.addSuppressedRoles("b").setOfferConstraints(constraints));
    Event subscribed = master.events(stream).get(0);
    assertThat(subscribed.hasSubscribed()).as("%s", subscribed).isTrue();
    return new Client(master, subscribed.getSubscribed().getFrameworkId(), stream);
  }

  private List<String> offeredHosts(Client client) {
    master.pass(Duration.ofSeconds(2));
    return client.offers().stream().map(Offer::getHostname).sorted().toList();
  }

  private int update(Client client, OfferConstraints constraints) {
    return client.call(
        Call.newBuilder()
            .setType(Call.Type.UPDATE_FRAMEWORK)
            .setUpdateFramework(
                Call.UpdateFramework.newBuilder()
                    .setFrameworkInfo(INFO.toBuilder().setId(client.id))
                    .addSuppressedRoles("b")
                    .setOfferConstraints(constraints)));
  }

  @Test
  void onlyAgentsThatMeetThemAreOffered() {
    String stream =
        master.subscribe(
            INFO,
            subscribe ->
                subscribe.addSuppressedRoles("b").setOfferConstraints(racks("a", "r[0-9]")));
    master.pass(Duration.ofSeconds(2));

    assertThat(master.events(stream).stream().flatMap(e -> e.getOffers().getOffersList().stream()))
        .extracting(Offer::getHostname)
        .containsExactlyInAnyOrder("host-r1", "host-r2");
  }

  @Test
  void anUpdateChangesThemAtOnce() {
    Client client = connect(racks("a", "none"));
    assertThat(offeredHosts(client)).isEmpty();

    assertThat(update(client, racks("a", "s."))).isEqualTo(200);
    assertThat(offeredHosts(client)).containsExactly("host-s1");

    assertThat(update(client, OfferConstraints.getDefaultInstance())).isEqualTo(200);
    assertThat(offeredHosts(client)).containsExactly("host-r1", "host-r2");
  }

  @Test
  void anUpdateWithConstraintsThatAreWrongChangesNothing() {
    Client client = connect(racks("a", "none"));

    assertThat(update(client, racks("a", "("))).isEqualTo(400);
    assertThat(update(client, racks("c", "r1"))).isEqualTo(400);

    assertThat(offeredHosts(client)).isEmpty();
  }

  @Test
  void whoSubscribesAgainHasThoseOfTheNewSubscription() {
    Client client = connect(racks("a", "none"));
    assertThat(offeredHosts(client)).isEmpty();

    String again =
        master.subscribe(
            INFO.toBuilder().setId(client.id).build(),
            subscribe -> subscribe.addSuppressedRoles("b"));

    assertThat(offeredHosts(new Client(master, client.id, again))).hasSize(3);
  }

  @Test
  void aSubscriptionWithConstraintsThatAreWrongIsRefused() {
    assertRefused(racks("a", "(?=x)"), "role 'a'");
    assertRefused(racks("a", "((a{1000}){1000}){1000}"), "too complex");
    assertRefused(racks("c", "r1"), "'c', which is not one of the framework's roles [a, b]");
  }

  private void assertRefused(OfferConstraints constraints, String because) {
    String stream = master.subscribe(INFO, subscribe -> subscribe.setOfferConstraints(constraints));

    assertThat(master.events(stream))
        .singleElement()
        .satisfies(event -> assertThat(event.getError().getMessage()).contains(because));
    assertThat(master.snapshot().frameworks()).isEmpty();
  }

  @Test
  void aRecordingHoldsThem(@TempDir Path directory) throws IOException {
    Client client = connect(racks("a", "none"));
    assertThat(offeredHosts(client)).isEmpty();
    assertThat(update(client, racks("a", "r.*"))).isEqualTo(200);
    master.pass(Duration.ofSeconds(2));
    client.offers().forEach(offer -> client.decline(offer, 3600));
    master.effects();
    RecordingHeader header = RecordingHeader.here("master", MasterCore.class, Map.of());
    try (Recorder<MasterEvent, MasterEffect> recorder =
        Recorder.start(master.core, MasterEvent::at, header, RecordingOptions.in(directory))) {
      // Compiled regular expressions are not written down: the replay has to compile them anew.
      recorder.handle(
          new MasterEvent.CallReceived(
              master.now,
              master.nextId(),
              "unused",
              Optional.of(client.streamId),
              Optional.empty(),
              Call.newBuilder()
                  .setFrameworkId(client.id)
                  .setType(Call.Type.REVIVE)
                  .setRevive(Call.Revive.newBuilder().addRoles("a"))
                  .build()));
      assertThat(
              recorder.handle(
                  new MasterEvent.TimerFired(master.now, new MasterTimer.AllocateNow())))
          .isNotEmpty();
    }

    try (RecordingFile file = RecordingFile.open(RecordingFile.in(directory).get(0))) {
      Replay<MasterCore, MasterEvent, MasterEffect> replay =
          Replay.of(file, MasterCore.class, MasterEvent.class);
      assertThat(replay.run(event -> true, done -> {})).isEmpty();
      assertThat(replay.handled()).isEqualTo(2);
    }
  }
}
