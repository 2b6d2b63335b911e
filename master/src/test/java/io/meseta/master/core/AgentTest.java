package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Leaving;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.Address;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentTest {

  private final CoreContext master = CoreContext.leading();

  @Test
  void anAgentIsWelcomedOnlyWhenTheRegistryHasIt() {
    master.holdRegistry();
    long link = master.openLink(Messages.register("a"));
    assertThat(master.messages(link)).isEmpty();

    master.releaseRegistry();

    assertThat(master.registry).singleElement().isInstanceOf(RegistryChange.PutAgent.class);
    MasterMessage welcome = master.messages(link).get(0);
    assertThat(welcome.getRegistered().getAgentId().getValue()).isEqualTo("M0-S0");
    assertThat(welcome.getRegistered().getSilenceLimitSeconds()).isEqualTo(75);
  }

  @Test
  void anAgentWhoseLinkBrokeBeforeTheWelcomeKeepsTheIdItWasGiven() {
    master.holdRegistry();
    long first = master.openLink(Messages.register("a"));
    master.handle(new MasterEvent.LinkClosed(master.now, first, "broke"));
    long second = master.openLink(Messages.register("a"));
    master.releaseRegistry();

    assertThat(master.messages(second).get(0).getRegistered().getAgentId().getValue())
        .isEqualTo("M0-S0");
  }

  @Test
  void offersSayWhetherTheAgentSpeaksHttps() {
    Client client = master.connect(Messages.framework("web").build());
    master.openLink(Messages.register("plain"));
    master.openLink(Messages.register("secured").setHttps(true));

    assertThat(client.offers())
        .extracting(Offer::getHostname, offer -> offer.getUrl().getScheme())
        .containsExactlyInAnyOrder(tuple("plain", "http"), tuple("secured", "https"));
  }

  @Test
  void offersNameTheAddressThatTheAgentTold() {
    Client framework = master.connect(Messages.framework("f").build());
    master.openLink(Messages.register("a").setIp("192.0.2.7"));

    Address address = framework.offers().get(0).getUrl().getAddress();

    assertThat(address.getHostname()).isEqualTo("a");
    assertThat(address.getIp()).isEqualTo("192.0.2.7");
    assertThat(address.getPort()).isEqualTo(5051);
  }

  @Test
  void theHostnameStandsInForAnAddressThatTheAgentDidNotTell() {
    Client framework = master.connect(Messages.framework("f").build());
    master.openLink(Messages.register("a"));

    assertThat(framework.offers().get(0).getUrl().getAddress().getIp()).isEqualTo("a");
  }

  @Test
  void anAgentWithNonsenseForResourcesIsRefusedWithTheReason() {
    Register.Builder register = Messages.register("a");
    register.getAgentBuilder().getResourcesBuilder(0).getScalarBuilder().setValue(-1);
    long link = master.openLink(register);

    MasterMessage refusal = master.messages(link).get(0);
    assertThat(refusal.getRejected().getReason()).contains("resources are invalid");
    assertThat(refusal.getRejected().getPermanent()).isFalse();
    assertThat(master.registry).isEmpty();
  }

  @Test
  void aLinkThatDoesNotBeginWithRegisterIsClosedOnce() {
    AgentMessage pong = AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()).build();
    for (int i = 0; i < 3; i++) {
      master.handle(new MasterEvent.AgentMessageReceived(master.now, 77, pong));
    }
    assertThat(master.effects())
        .containsExactly(new MasterEffect.CloseLink(77, "the agent is not registered"));

    master.handle(new MasterEvent.LinkClosed(master.now, 77, "closed"));
    master.handle(new MasterEvent.AgentMessageReceived(master.now, 78, pong));
    assertThat(master.effects())
        .contains(new MasterEffect.CloseLink(78, "the agent is not registered"));
  }

  @Test
  void theResourcesOfANewAgentAreOffered() {
    Client client = master.connect(Messages.framework("web").build());
    client.events();
    Node agent = master.addAgent("a");

    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(offer.getAgentId()).isEqualTo(agent.id));
  }

  @Test
  void aBrokenLinkRescindsOffersAndKeepsTasks() {
    Client client = master.connect(Messages.framework("web").build());
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    master.pass(Duration.ofSeconds(10));
    Offer rest = client.offers().get(0);

    agent.disconnect();

    assertThat(client.events())
        .extracting(event -> event.getRescind().getOfferId())
        .containsExactly(rest.getId());
    client.reconcile();
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_STAGING);
  }

  @Test
  void anAgentThatAnswersItsPingsStays() {
    Node agent = master.addAgent("a");
    for (int i = 0; i < 20; i++) {
      master.pass(Duration.ofSeconds(15));
      agent.pong();
    }
    assertThat(agent.messages()).filteredOn(MasterMessage::hasPing).hasSize(20);
    assertThat(master.registry).hasSize(1);
  }

  @Test
  void silenceMakesAnAgentUnreachableAfterTheRegistrySaysSo() {
    Client aware = master.connect(Messages.partitionAware("aware").build());
    Node agent = master.addAgent("a");
    Offer offer = aware.offers().get(0);
    aware.launch(offer, Messages.task("t", offer));
    agent.update(aware, "t", TaskState.TASK_RUNNING);
    aware.events();
    master.holdRegistry();

    master.pass(Duration.ofSeconds(95));
    assertThat(aware.updates()).as("not yet durable").isEmpty();
    master.releaseRegistry();

    List<Event> events = aware.events();
    TaskStatus status =
        events.stream().filter(Event::hasUpdate).findFirst().orElseThrow().getUpdate().getStatus();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED);
    assertThat(status.hasUnreachableTime()).isTrue();
    assertThat(status.hasUuid()).isFalse();
    assertThat(events).anyMatch(event -> event.getFailure().getAgentId().equals(agent.id));
    assertThat(((RegistryChange.PutAgent) master.registry.get(master.registry.size() - 1)).record())
        .satisfies(r -> assertThat(r.getState()).isEqualTo(AgentRecord.State.UNREACHABLE));
  }

  @Test
  void aTaskThatWasUnreachableIsReportedRunningWhenItsAgentIsBack() {
    Client aware = master.connect(Messages.partitionAware("aware").build());
    Node agent = master.addAgent("a");
    Offer offer = aware.offers().get(0);
    aware.launch(offer, Messages.task("t", offer));
    agent.update(aware, "t", TaskState.TASK_RUNNING);
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    aware.events();

    agent.comeBack(aware, agent.held(aware, "t", TaskState.TASK_RUNNING));

    TaskStatus status = aware.updates().get(0);
    assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REREGISTERED);
    assertThat(agent.messages()).anyMatch(MasterMessage::hasRegistered);
  }

  @Test
  void aTaskThatWasUnreachableAndDidNotSurviveEndsWhenItsAgentIsBack() {
    Client aware = master.connect(Messages.partitionAware("aware").build());
    Node agent = master.addAgent("a");
    Offer offer = aware.offers().get(0);
    aware.launch(offer, Messages.task("t", offer));
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    aware.events();

    agent.comeBack(aware);

    assertThat(aware.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_DROPPED);
    aware.reconcile();
    assertThat(aware.updates()).as("forgotten").isEmpty();
  }

  @Test
  void frameworksThatAreNotPartitionAwareHearTaskLost() {
    Client plain = master.connect(Messages.framework("plain").build());
    Node agent = master.addAgent("a");
    Offer offer = plain.offers().get(0);
    plain.launch(offer, Messages.task("t", offer));
    agent.disconnect();
    plain.events();

    master.pass(Duration.ofSeconds(95));

    assertThat(plain.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_LOST);
  }

  @Test
  void aReturningAgentWithoutATaskThatTheMasterKnowsDropsIt() {
    Client aware = master.connect(Messages.partitionAware("aware").build());
    Node agent = master.addAgent("a");
    Offer offer = aware.offers().get(0);
    aware.launch(offer, Messages.task("t", offer));
    agent.disconnect();
    aware.events();

    agent.comeBack(aware);

    List<Event> events = aware.events();
    assertThat(events)
        .filteredOn(Event::hasUpdate)
        .singleElement()
        .satisfies(event -> {
          TaskStatus status = event.getUpdate().getStatus();
          assertThat(status.getState()).isEqualTo(TaskState.TASK_DROPPED);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
        });
    assertThat(events)
        .filteredOn(Event::hasOffers)
        .as("all is free again")
        .singleElement()
        .satisfies(
            event -> assertThat(Messages.cpusOf(event.getOffers().getOffers(0))).isEqualTo(4));
  }

  @Test
  void aNewLeaderTakesInWhatAgentsHold() {
    Client client = master.connect(Messages.framework("web").build());
    Node agent = master.addAgent("a");
    AgentRecord record =
        AgentRecord.newBuilder()
            .setInfo(Messages.agentInfo("a").toBuilder().setId(agent.id))
            .setState(AgentRecord.State.ADMITTED)
            .setSince(Times.info(master.now))
            .build();
    master.handle(new MasterEvent.LeadershipLost(master.now, "cut off"));
    master.lead(new RegistrySnapshot(List.of(record), List.of()));
    master.effects();

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));
    Client again = master.connect(Messages.framework("web").setId(client.id).build());
    again.reconcile("t");

    List<Event> events = again.events();
    assertThat(events)
        .filteredOn(Event::hasUpdate)
        .singleElement()
        .satisfies(event ->
            assertThat(event.getUpdate().getStatus().getState()).isEqualTo(TaskState.TASK_RUNNING));
    Offer offer =
        events.stream().filter(Event::hasOffers).findFirst().orElseThrow().getOffers().getOffers(0);
    assertThat(offer.getResourcesList())
        .filteredOn(r -> r.getName().equals("cpus"))
        .singleElement()
        .satisfies(r -> assertThat(r.getScalar().getValue()).isEqualTo(3));
  }

  @Test
  void anAgentOfTheRegistryThatNeverComesBackBecomesUnreachable() {
    CoreContext fresh = new CoreContext();
    AgentRecord record =
        AgentRecord.newBuilder()
            .setInfo(Messages.agentInfo("a").toBuilder().setId(new AgentId("old-S1").toProto()))
            .setState(AgentRecord.State.ADMITTED)
            .setSince(Times.info(fresh.now))
            .build();
    fresh.lead(new RegistrySnapshot(List.of(record), List.of()));
    Client client = fresh.connect(Messages.partitionAware("web").build());
    client.events();

    client.reconcile("unknown");
    assertThat(client.updates()).as("an agent may still come back with it").isEmpty();
    fresh.pass(Duration.ofMinutes(11));
    client.events();
    client.reconcile("unknown");

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_UNKNOWN);
  }

  // ---- another configuration ----

  /** The agent introduces itself anew, on another link, with another rack and so many CPUs. */
  private long reconfigured(Node agent, String rack, double cpus, Task... tasks) {
    Register.Builder register = Messages.register("a").addAllTasks(List.of(tasks));
    register
        .getAgentBuilder()
        .setId(agent.id)
        .addAttributes(
            Attribute.newBuilder()
                .setName("rack")
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(rack)));
    register.getAgentBuilder().getResourcesBuilder(0).getScalarBuilder().setValue(cpus);
    agent.link = master.openLink(register);
    return agent.link;
  }

  @Test
  void otherAttributesAreInLaterOffersAndOlderOnesAreRescinded() {
    Client client = master.connect(Messages.framework("web").build());
    Node agent = master.addAgent("a");
    Offer before = client.offers().get(0);

    reconfigured(agent, "r2", Messages.cpusOf(before));

    List<Event> events = client.events();
    assertThat(events)
        .extracting(event -> event.getRescind().getOfferId())
        .contains(before.getId());
    Offer after =
        events.stream()
            .filter(event -> event.getType() == Event.Type.OFFERS)
            .map(event -> event.getOffers().getOffers(0))
            .findFirst()
            .orElseThrow();
    assertThat(after.getAgentId()).isEqualTo(agent.id);
    assertThat(after.getAttributes(0).getText().getValue()).isEqualTo("r2");
    assertThat(master.registry.getLast())
        .isInstanceOfSatisfying(
            RegistryChange.PutAgent.class,
            put -> assertThat(put.record().getInfo().getAttributesCount()).isEqualTo(1));
  }

  @Test
  void aRefusalOfTheAgentAsItWasDoesNotHideItAsItIs() {
    Client client = master.connect(Messages.framework("web").build());
    Node agent = master.addAgent("a");
    Offer before = client.offers().get(0);
    client.decline(before, 1_000_000);

    reconfigured(agent, "r2", Messages.cpusOf(before));
    master.pass(Duration.ofSeconds(2));

    assertThat(client.offers()).hasSize(1);
  }

  @Test
  void otherResourcesKeepTheTasksThatRun() {
    Client client = master.connect(Messages.framework("web").build());
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    client.acknowledge(agent.update(client, "t", TaskState.TASK_RUNNING));
    client.events();
    agent.messages();

    long link =
        reconfigured(
            agent,
            "r2",
            Messages.cpusOf(offer) + 5,
            agent.held(client, "t", TaskState.TASK_RUNNING));
    master.pass(Duration.ofSeconds(2));

    assertThat(master.messages(link)).noneMatch(MasterMessage::hasKillTask);
    List<Event> events = client.events();
    assertThat(events).noneMatch(event -> event.getType() == Event.Type.UPDATE);
    Offer rest =
        events.stream()
            .filter(event -> event.getType() == Event.Type.OFFERS)
            .map(event -> event.getOffers().getOffers(0))
            .findFirst()
            .orElseThrow();
    assertThat(Messages.cpusOf(rest)).isEqualTo(Messages.cpusOf(offer) + 5 - 1);
  }

  @Test
  void aLaunchThatWasOnItsWayMeanwhileIsToldAsDropped() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    client.events();

    reconfigured(agent, "r2", Messages.cpusOf(offer));

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_DROPPED);
  }

  // ---- leave ----

  @Test
  void anAgentThatTakesItsLeaveIsUnreachableAtOnce() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgent("a");
    client.events();

    agent.send(AgentMessage.newBuilder().setLeaving(Leaving.getDefaultInstance()));

    assertThat(client.events())
        .extracting(Event::getType)
        .contains(Event.Type.RESCIND, Event.Type.FAILURE);
    assertThat(master.registry.getLast())
        .isInstanceOfSatisfying(
            RegistryChange.PutAgent.class,
            put -> assertThat(put.record().getState()).isEqualTo(AgentRecord.State.UNREACHABLE));
  }

  @Test
  void theLinkOfAnAgentThatHasLeftIsClosed() {
    Node agent = master.addAgent("a");
    master.effects();

    agent.send(AgentMessage.newBuilder().setLeaving(Leaving.getDefaultInstance()));

    assertThat(master.effects())
        .contains(new MasterEffect.CloseLink(agent.link, "the agent is unreachable: it has left"));
  }

  @Test
  void anAgentThatHasLeftMayComeBack() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgent("a");
    agent.send(AgentMessage.newBuilder().setLeaving(Leaving.getDefaultInstance()));
    client.events();

    agent.comeBack(client);

    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(offer.getAgentId()).isEqualTo(agent.id));
  }
}
