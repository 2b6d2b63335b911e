package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** UPDATE_FRAMEWORK: all or nothing. */
class UpdateFrameworkTest {

  private static final FrameworkInfo.Builder INFO =
      Messages.framework("web")
          .setPrincipal("p")
          .addRoles("a")
          .addRoles("b")
          .addCapabilities(
              FrameworkInfo.Capability.newBuilder()
                  .setType(FrameworkInfo.Capability.Type.MULTI_ROLE));

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(INFO.build());

  private FrameworkInfo.Builder info() {
    return INFO.build().toBuilder().setId(client.id);
  }

  private static Call.Builder update(FrameworkInfo.Builder info, String... suppressed) {
    return Call.newBuilder()
        .setType(Call.Type.UPDATE_FRAMEWORK)
        .setUpdateFramework(
            Call.UpdateFramework.newBuilder()
                .setFrameworkInfo(info)
                .addAllSuppressedRoles(List.of(suppressed)));
  }

  private FrameworkRecord stored() {
    return master.snapshot().frameworks().get(0);
  }

  @Test
  void itIsAnsweredAndInForceWhenTheRegistryHasIt() {
    master.holdRegistry();
    long exchange = client.ask(Optional.of(client.streamId), update(info().setName("new")));
    assertThat(master.answer(exchange)).isEmpty();

    master.releaseRegistry();

    assertThat(master.answer(exchange)).hasValue(200);
    assertThat(stored().getInfo().getName()).isEqualTo("new");
    assertThat(stored().getState()).isEqualTo(FrameworkRecord.State.ACTIVE);
  }

  @Test
  void offersForRolesThatAreGoneAreRescindedAndTasksRunOn() {
    Node agent = master.addAgent("x");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    master.pass(Duration.ofSeconds(10));
    // What is left goes to the other role or to the same: either way one open offer.
    Offer open = client.offers().get(0);
    String openRole = open.getAllocationInfo().getRole();
    agent.messages();

    int status =
        client.call(update(info().clearRoles().addRoles(openRole.equals("a") ? "b" : "a")));

    assertThat(status).isEqualTo(200);
    List<Event> events = client.events();
    assertThat(events)
        .filteredOn(Event::hasRescind)
        .extracting(event -> event.getRescind().getOfferId())
        .containsExactly(open.getId());
    assertThat(events)
        .filteredOn(Event::hasOffers)
        .flatExtracting(event -> event.getOffers().getOffersList())
        .allSatisfy(o -> assertThat(o.getAllocationInfo().getRole()).isNotEqualTo(openRole));
    client.reconcile();
    assertThat(client.updates()).as("its task runs on").hasSize(1);
    assertThat(agent.messages())
        .singleElement()
        .satisfies(m -> {
          assertThat(m.getUpdateFramework().getFramework().getRolesCount()).isEqualTo(1);
          assertThat(m.getUpdateFramework().getSubscribedAgain()).isFalse();
        });
  }

  @Test
  void suppressedRolesAreReplaced() {
    client.call(Call.newBuilder().setType(Call.Type.SUPPRESS));

    assertThat(client.call(update(info(), "a"))).isEqualTo(200);
    master.addAgent("x");

    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(offer.getAllocationInfo().getRole()).isEqualTo("b"));
  }

  static List<UnaryOperator<FrameworkInfo.Builder>> refused() {
    return List.of(
        info -> info.setUser("somebody"),
        info -> info.setCheckpoint(true),
        info -> info.setPrincipal("q"),
        FrameworkInfo.Builder::clearPrincipal,
        info -> info.setRoles(0, "not a role"),
        info -> info.setRoles(0, "b"),
        info -> info.setFailoverTimeout(-1));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNotValidChangesNothing(UnaryOperator<FrameworkInfo.Builder> change) {
    FrameworkRecord before = stored();

    assertThat(client.call(update(change.apply(info().setName("other"))))).isEqualTo(400);

    assertThat(stored()).isEqualTo(before);
    assertThat(client.call(update(info()))).as("and the next one is good").isEqualTo(200);
  }

  @Test
  void aRoleThatIsNotItsOwnCannotBeSuppressed() {
    assertThat(client.call(update(info(), "c"))).isEqualTo(400);
  }

  @Test
  void whoeverIsNotSubscribedIsRefusedAsForAnyCall() {
    assertThat(client.callOn(Optional.of("another stream"), update(info()))).isEqualTo(400);
    client.disconnect();
    assertThat(client.call(update(info()))).isEqualTo(403);
  }

  @Test
  void anInstanceThatIsBeingReplacedIsInConflict() {
    master.holdRegistry();
    master.subscribe(info().setName("changed").build());

    assertThat(client.call(update(info().setName("late")))).isEqualTo(409);

    master.releaseRegistry();
    assertThat(stored().getInfo().getName()).isEqualTo("changed");
  }

  @Test
  void aFrameworkThatIsBeingRemovedIsInConflict() {
    master.holdRegistry();
    master.ask(Messages.teardownCall(client.id));

    assertThat(client.call(update(info().setName("late")))).isEqualTo(409);

    master.releaseRegistry();
    assertThat(stored().getState()).isEqualTo(FrameworkRecord.State.COMPLETED);
  }

  @Test
  void oneThatIsRemovedBehindTheUpdateIsInConflictOnlyIfItComesFirst() {
    master.holdRegistry();
    long exchange = client.ask(Optional.of(client.streamId), update(info().setName("new")));
    long teardown = master.ask(Messages.teardownCall(client.id));

    master.releaseRegistry();

    assertThat(master.answer(exchange)).hasValue(200);
    assertThat(master.answer(teardown)).hasValue(200);
    assertThat(stored().getState()).isEqualTo(FrameworkRecord.State.COMPLETED);
  }

  @Test
  void aNewInstanceThatSubscribesBehindTheUpdateHasTheLastWord() {
    master.holdRegistry();
    client.ask(Optional.of(client.streamId), update(info().setName("new")));
    String stream = master.subscribe(info().build());
    assertThat(master.events(stream)).as("its description is not what will be stored").isEmpty();

    master.releaseRegistry();

    assertThat(master.events(stream).get(0).hasSubscribed()).isTrue();
    assertThat(stored().getInfo().getName()).isEqualTo("web");
  }

  @Test
  void aNewInstanceThatIsWelcomedBeforeSaysWhichRolesAreSuppressed() {
    master.holdRegistry();
    client.ask(Optional.of(client.streamId), update(info().setName("new"), "a", "b"));
    String stream = master.subscribe(info().setName("new").build());
    assertThat(master.events(stream).get(0).hasSubscribed()).isTrue();

    master.releaseRegistry();
    master.addAgent("x");

    assertThat(master.events(stream)).anyMatch(Event::hasOffers);
  }

  @Test
  void whoLeavesBehindTheUpdateHasTheTimeThatItGives() {
    client.call(update(info().setFailoverTimeout(0)));
    master.holdRegistry();
    client.ask(Optional.of(client.streamId), update(info().setFailoverTimeout(60)));
    client.disconnect();

    master.releaseRegistry();

    assertThat(stored().getState()).isEqualTo(FrameworkRecord.State.ACTIVE);
    master.pass(Duration.ofSeconds(59));
    assertThat(stored().getState()).isEqualTo(FrameworkRecord.State.ACTIVE);
    master.pass(Duration.ofSeconds(2));
    assertThat(stored().getState()).isEqualTo(FrameworkRecord.State.COMPLETED);
  }

  @Test
  void aNewLeaderKnowsIt() {
    client.call(update(info().setName("new")));
    master.failover();
    master.effects();

    String stream = master.subscribe(info().setName("new").build());

    assertThat(master.events(stream).get(0).hasSubscribed()).isTrue();
    assertThat(master.registry).as("nothing to be written").hasSize(2);
  }

  @Test
  void agentsWithoutItsTasksAreNotBothered() {
    Node agent = master.addAgent("x");
    agent.messages();

    client.call(update(info().setName("new")));

    assertThat(agent.messages()).noneMatch(MasterMessage::hasUpdateFramework);
  }
}
