package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reservations and volumes that operators make. */
class OperatorOperationTest {
  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(OperationTest.framework("web").build());
  private final Node agent = master.addAgent("a");

  private Call.Builder reserve(Resource... resources) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.RESERVE_RESOURCES);
    call.getReserveResourcesBuilder().setAgentId(agent.id).addAllResources(List.of(resources));
    return call;
  }

  private Call.Builder unreserve(Resource... resources) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.UNRESERVE_RESOURCES);
    call.getUnreserveResourcesBuilder().setAgentId(agent.id).addAllResources(List.of(resources));
    return call;
  }

  private Call.Builder create(double size) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.CREATE_VOLUMES);
    call.getCreateVolumesBuilder().setAgentId(agent.id).addVolumes(OperationTest.volume(size));
    return call;
  }

  private Call.Builder destroy(double size) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.DESTROY_VOLUMES);
    call.getDestroyVolumesBuilder().setAgentId(agent.id).addVolumes(OperationTest.volume(size));
    return call;
  }

  private static Resource reserved(String name, double amount) {
    return OperationTest.reserved(name, amount);
  }

  private Resources total() {
    return master.view(agent).total();
  }

  private List<Offer.Operation.Type> ordered() {
    return agent.messages().stream()
        .filter(MasterMessage::hasApplyOperation)
        .map(message -> message.getApplyOperation().getOperation().getType())
        .toList();
  }

  @Test
  void whatIsReservedIsTakenOutOfOffersAndOfferedAnew() {
    assertThat(client.offers()).hasSize(1);

    assertThat(master.operate(reserve(reserved("cpus", 3)))).isEqualTo(202);

    assertThat(ordered()).containsExactly(Offer.Operation.Type.RESERVE);
    List<Event> events = client.events();
    assertThat(events).anyMatch(Event::hasRescind);
    master.pass(Duration.ofSeconds(1));
    assertThat(total().reserved("web").cpusMilli()).isEqualTo(3_000);
    assertThat(total().unreserved().cpusMilli()).isEqualTo(1_000);
    events.addAll(client.events());
    Offer anew =
        events.stream()
            .flatMap(event -> event.getOffers().getOffersList().stream())
            .findFirst()
            .orElseThrow();
    assertThat(OperationTest.read(anew.getResourcesList()).reserved("web").cpusMilli())
        .isEqualTo(3_000);
  }

  @Test
  void aTaskCanUseWhatAnOperatorHasMadeAndItGoesBackWhenTheTaskHasEnded() {
    master.operate(reserve(reserved("disk", 100)));
    assertThat(master.operate(create(100))).isEqualTo(202);
    master.pass(Duration.ofSeconds(1));
    List<Offer> offers = client.offers();
    Offer offer = offers.get(offers.size() - 1);
    client.launch(
        offer,
        Messages.task("t", offer, "cpus:1;mem:32").toBuilder()
            .addResources(
                OperationTest.volume(100).toBuilder()
                    .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("web")))
            .build());
    assertThat(client.updates()).as("it was not refused").isEmpty();
    agent.messages();

    assertThat(master.operate(destroy(100))).as("in use").isEqualTo(409);
    assertThat(ordered()).isEmpty();
    agent.update(client, "t", TaskState.TASK_FINISHED);
    assertThat(master.operate(destroy(100))).isEqualTo(202);
    assertThat(master.operate(unreserve(reserved("disk", 100)))).isEqualTo(202);

    assertThat(ordered())
        .containsExactly(Offer.Operation.Type.DESTROY, Offer.Operation.Type.UNRESERVE);
    assertThat(total()).isEqualTo(Resources.of(Messages.AGENT_RESOURCES));
  }

  @Test
  void aVolumeGrowsAndShrinks() {
    master.operate(reserve(reserved("disk", 300)));
    master.operate(create(100));
    Call.Builder grow = Call.newBuilder().setType(Call.Type.GROW_VOLUME);
    grow.getGrowVolumeBuilder()
        .setAgentId(agent.id)
        .setVolume(OperationTest.volume(100))
        .setAddition(reserved("disk", 50));
    Call.Builder shrink = Call.newBuilder().setType(Call.Type.SHRINK_VOLUME);
    shrink
        .getShrinkVolumeBuilder()
        .setAgentId(agent.id)
        .setVolume(OperationTest.volume(150))
        .setSubtract(Value.Scalar.newBuilder().setValue(30));
    agent.messages();

    assertThat(master.operate(grow)).isEqualTo(202);
    assertThat(master.operate(grow)).as("there is none of that size any more").isEqualTo(409);
    assertThat(master.operate(shrink)).isEqualTo(202);

    assertThat(ordered())
        .containsExactly(Offer.Operation.Type.GROW_VOLUME, Offer.Operation.Type.SHRINK_VOLUME);
    assertThat(total().contains(OperationTest.read(List.of(OperationTest.volume(120))))).isTrue();
  }

  @Test
  void offersThatHoldNothingOfItStayOpen() {
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer, "cpus:3;mem:32"));
    master.pass(Duration.ofSeconds(2));
    master.operate(reserve(reserved("mem", 64)));
    master.pass(Duration.ofSeconds(2));
    client.events();

    assertThat(master.operate(reserve(reserved("cpus", 2))))
        .as("a task has three of the four")
        .isEqualTo(409);

    assertThat(client.events()).as("no offer was taken back in vain").isEmpty();
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    Resource plain =
        Resource.newBuilder()
            .setName("cpus")
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(1))
            .build();
    Call.Builder elsewhere = reserve(reserved("cpus", 1));
    elsewhere.getReserveResourcesBuilder().getAgentIdBuilder().setValue("nobody");

    assertThat(master.operate(elsewhere)).isEqualTo(400);
    assertThat(master.operate(reserve(plain))).as("it says for whom").isEqualTo(400);
    assertThat(master.operate(reserve(reserved("cpus", 5)))).isEqualTo(409);
    assertThat(master.operate(unreserve(reserved("cpus", 1)))).isEqualTo(409);
    assertThat(master.operate(create(10))).as("nothing is reserved for it").isEqualTo(409);
    agent.disconnect();
    assertThat(master.operate(reserve(reserved("cpus", 1)))).isEqualTo(409);
    assertThat(total()).isEqualTo(Resources.of(Messages.AGENT_RESOURCES));
  }

  @Test
  void anAgentThatCannotDoItRegistersAnew() {
    master.operate(reserve(reserved("cpus", 1)));
    var order = lastOrder();
    master.effects();

    agent.send(
        AgentMessage.newBuilder()
            .setOperationUpdate(
                OperationUpdate.newBuilder()
                    .setFrameworkId(FrameworkID.newBuilder().setValue(""))
                    .setOperationUuid(order.getOperationUuid())
                    .setStatus(
                        OperationStatus.newBuilder().setState(OperationState.OPERATION_FAILED))));

    List<MasterEffect> effects = master.effects();
    assertThat(effects).anyMatch(MasterEffect.CloseLink.class::isInstance);
    assertThat(effects)
        .as("there is no framework to be shut down")
        .noneMatch(MasterEffect.SendToAgent.class::isInstance);
  }

  @Test
  void whenItIsDoneNobodyIsTold() {
    master.operate(reserve(reserved("cpus", 1)));
    var order = lastOrder();
    master.effects();

    agent.send(
        AgentMessage.newBuilder()
            .setOperationUpdate(
                OperationUpdate.newBuilder()
                    .setFrameworkId(FrameworkID.newBuilder().setValue(""))
                    .setOperationUuid(order.getOperationUuid())
                    .setStatus(
                        OperationStatus.newBuilder().setState(OperationState.OPERATION_FINISHED))));

    assertThat(master.effects()).isEmpty();
  }

  private ApplyOperation lastOrder() {
    return agent.messages().stream()
        .filter(MasterMessage::hasApplyOperation)
        .findFirst()
        .orElseThrow()
        .getApplyOperation();
  }
}
