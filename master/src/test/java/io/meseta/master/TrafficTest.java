package io.meseta.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ExecutorMessage;
import io.meseta.api.link.v1.Leaving;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ViewChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrafficTest {

  private static final FrameworkID ID = FrameworkID.newBuilder().setValue("f").build();

  private final Traffic traffic = new Traffic();

  private void call(Call.Builder call) {
    traffic.came(
        new MasterEvent.CallReceived(
            Instant.EPOCH, 1, "new", Optional.of("s"), Optional.empty(), call.build()));
  }

  private static Call.Builder of(Call.Type type) {
    return Call.newBuilder().setType(type).setFrameworkId(ID);
  }

  private void event(Event.Builder event) {
    traffic.went(new MasterEffect.SendToFramework("s", event.build()));
  }

  private void subscribe() {
    call(Call.newBuilder().setType(Call.Type.SUBSCRIBE));
    event(
        Event.newBuilder()
            .setType(Event.Type.SUBSCRIBED)
            .setSubscribed(Event.Subscribed.newBuilder().setFrameworkId(ID)));
  }

  private void says(AgentMessage.Builder message) {
    traffic.came(new MasterEvent.AgentMessageReceived(Instant.EPOCH, 1, message.build()));
  }

  private Map<String, Double> messages() {
    Map<String, Double> all = new TreeMap<>();
    traffic.forEach(all::put);
    return all;
  }

  private Map<String, Double> ofFramework() {
    Map<String, Double> all = new TreeMap<>();
    traffic.forEach("f", "", all::put);
    return all;
  }

  @Test
  void whatFrameworksSayIsCountedUnderMesossNames() {
    subscribe();
    call(of(Call.Type.SUBSCRIBE));
    call(of(Call.Type.REVIVE));
    call(of(Call.Type.KILL));
    call(of(Call.Type.ACKNOWLEDGE));
    call(of(Call.Type.ACCEPT).setAccept(Call.Accept.newBuilder().addOfferIds(offer("1"))));
    call(
        of(Call.Type.ACCEPT)
            .setAccept(
                Call.Accept.newBuilder()
                    .addOfferIds(offer("2"))
                    .addOperations(
                        Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH))));

    assertThat(messages())
        .containsEntry("master/messages_register_framework", 1.0)
        .containsEntry("master/messages_reregister_framework", 1.0)
        .containsEntry("master/messages_revive_offers", 1.0)
        .containsEntry("master/messages_kill_task", 1.0)
        .containsEntry("master/messages_status_update_acknowledgement", 1.0)
        .containsEntry("master/messages_decline_offers", 1.0)
        .containsEntry("master/messages_launch_tasks", 1.0)
        .containsEntry("master/messages_suppress_offers", 0.0);
  }

  @Test
  void whatAgentsSayIsCountedUnderMesossNames() {
    AgentInfo.Builder agent = AgentInfo.newBuilder().setHostname("a");
    says(register(agent));
    says(register(agent.setId(AgentID.newBuilder().setValue("S0"))));
    says(AgentMessage.newBuilder().setLeaving(Leaving.getDefaultInstance()));

    assertThat(messages())
        .containsEntry("master/messages_register_slave", 1.0)
        .containsEntry("master/messages_reregister_slave", 1.0)
        .containsEntry("master/messages_unregister_slave", 1.0)
        .containsEntry("master/messages_status_update", 0.0);
  }

  private static AgentMessage.Builder register(AgentInfo.Builder agent) {
    return AgentMessage.newBuilder()
        .setRegister(Register.newBuilder().setAgent(agent).setVersion("1").setProcessId("p"));
  }

  @Test
  void whatIsNotForwardedIsInvalid() {
    call(of(Call.Type.MESSAGE));
    call(of(Call.Type.MESSAGE));
    traffic.went(
        new MasterEffect.SendToAgent(
            1,
            MasterMessage.newBuilder()
                .setExecutorMessage(
                    ExecutorMessage.newBuilder()
                        .setFrameworkId(ID)
                        .setExecutorId(io.meseta.api.v1.ExecutorID.newBuilder().setValue("e"))
                        .setData(ByteString.EMPTY))
                .build()));

    assertThat(messages())
        .containsEntry("master/messages_framework_to_executor", 2.0)
        .containsEntry("master/valid_framework_to_executor_messages", 1.0)
        .containsEntry("master/invalid_framework_to_executor_messages", 1.0);
  }

  @Test
  void aFrameworkHasItsOwn() {
    subscribe();
    event(
        Event.newBuilder()
            .setType(Event.Type.OFFERS)
            .setOffers(Event.Offers.newBuilder().addOffers(offered("1")).addOffers(offered("2"))));
    event(Event.newBuilder().setType(Event.Type.RESCIND));
    call(of(Call.Type.DECLINE).setDecline(Call.Decline.newBuilder().addOfferIds(offer("1"))));
    call(of(Call.Type.REVIVE));

    assertThat(ofFramework())
        .containsEntry("calls", 3.0)
        .containsEntry("calls/subscribe", 1.0)
        .containsEntry("calls/decline", 1.0)
        .containsEntry("events", 3.0)
        .containsEntry("events/offers", 1.0)
        .containsEntry("operations", 0.0)
        .containsEntry("offers/sent", 2.0)
        .containsEntry("offers/declined", 1.0)
        .containsEntry("offers/accepted", 0.0)
        .containsEntry("offers/rescinded", 1.0)
        .doesNotContainKey("calls/kill");
  }

  @Test
  void nobodyBecomesKnownByAnIdAndWhoIsGoneIsForgotten() {
    call(of(Call.Type.REVIVE));
    assertThat(ofFramework()).isEmpty();

    subscribe();
    assertThat(ofFramework()).isNotEmpty();

    traffic.forget(
        new MasterView.Changes(
            List.of(
                new ViewChange.FrameworkRemoved(
                    FrameworkInfo.newBuilder().setUser("u").setName("n").setId(ID).build())),
            true));
    assertThat(ofFramework()).isEmpty();

    subscribe();
    traffic.went(new MasterEffect.DropEverything("leading no more"));
    assertThat(ofFramework()).isEmpty();
  }

  private static OfferID offer(String id) {
    return OfferID.newBuilder().setValue(id).build();
  }

  private static Offer offered(String id) {
    return Offer.newBuilder()
        .setId(offer(id))
        .setFrameworkId(ID)
        .setAgentId(AgentID.newBuilder().setValue("S0"))
        .setHostname("a")
        .build();
  }
}
