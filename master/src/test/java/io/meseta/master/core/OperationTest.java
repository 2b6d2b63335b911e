package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.UUID;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.view.AgentView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reservations and volumes: what an ACCEPT makes of resources, and what is told of it. */
class OperationTest {
  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(framework("web").build());
  private final Node agent = master.addAgent("a");

  static FrameworkInfo.Builder framework(String role) {
    FrameworkInfo.Builder info = Messages.partitionAware(role).addRoles(role);
    for (var type :
        List.of(
            FrameworkInfo.Capability.Type.MULTI_ROLE,
            FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT)) {
      info.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(type));
    }
    return info;
  }

  // ---- what becomes of the resources ----

  @Test
  void aTaskUsesWhatAnEarlierOperationHasMade() {
    Offer offer = client.offers().get(0);

    accept(
        offer,
        reserve("", reserved("disk", 100)),
        create("", volume(100)),
        launch(offer, "t", volume(100)));

    List<MasterMessage> messages = agent.messages();
    assertThat(messages)
        .extracting(MasterMessage::getPayloadCase)
        .containsExactly(
            MasterMessage.PayloadCase.APPLY_OPERATION,
            MasterMessage.PayloadCase.APPLY_OPERATION,
            MasterMessage.PayloadCase.RUN_TASK);
    assertThat(read(client.offers().get(0).getResourcesList()))
        .isEqualTo(Resources.of("cpus:4;mem:4064;disk:9900;ports:[31000-32000]"));

    agent.update(client, "t", TaskState.TASK_FINISHED);
    master.pass(Duration.ofSeconds(1));
    assertThat(client.events()).isNotEmpty();
    assertThat(master.view(agent).total()).isEqualTo(total().plus(read(List.of(volume(100)))));
  }

  private static Resources total() {
    return Resources.of("cpus:4;mem:4096;disk:9900;ports:[31000-32000]");
  }

  @Test
  void aReservationIsOfferedToItsRoleOnly() {
    Client other = master.connect(framework("db").build());
    accept(client.offers().get(0), reserve("", reserved("cpus", 3)));
    client.decline(client.offers().get(0), 3600);

    master.pass(Duration.ofSeconds(1));

    assertThat(read(other.offers().get(0).getResourcesList()))
        .isEqualTo(Resources.of("cpus:1;mem:4096;disk:10000;ports:[31000-32000]"));
  }

  @Test
  void unreserveBringsEverythingBack() {
    Offer offer = client.offers().get(0);
    accept(offer, reserve("", reserved("cpus", 3)));
    Offer next = client.offers().get(0);
    assertThat(read(next.getResourcesList()).contains(read(List.of(reserved("cpus", 3))))).isTrue();

    accept(next, unreserve("", reserved("cpus", 3)));

    assertThat(client.offers().get(0).getResourcesList()).isEqualTo(offer.getResourcesList());
  }

  @Test
  void whatIsNotValidIsToldAndTheRestGoesOn() {
    Offer offer = client.offers().get(0);

    accept(offer, reserve("r", reserved("cpus", 5)), launch(offer, "t", scalar("cpus", 1)));

    List<Event> events = client.events();
    OperationStatus status = statuses(events).get(0);
    assertThat(status.getState()).isEqualTo(OperationState.OPERATION_ERROR);
    assertThat(status.getMessage()).contains("[cpus:1] is missing");
    assertThat(status.hasUuid()).isFalse();
    assertThat(agent.messages()).singleElement().matches(MasterMessage::hasRunTask);
  }

  // ---- what is told ----

  @Test
  void itsEndIsToldUntilItIsAcknowledged() {
    ApplyOperation order = reserving("r");
    finish(order, OperationState.OPERATION_FINISHED);
    finish(order, OperationState.OPERATION_FINISHED);
    List<OperationStatus> told = statuses(client.events());
    assertThat(told).hasSize(2).extracting(OperationStatus::hasUuid).containsOnly(true);

    assertThat(acknowledge(told.get(0))).isEqualTo(202);

    assertThat(agent.messages())
        .singleElement()
        .satisfies(message -> {
          assertThat(message.getAcknowledgeOperation().getOperationUuid())
              .isEqualTo(order.getOperationUuid());
          assertThat(message.getAcknowledgeOperation().getStatusUuid())
              .isEqualTo(told.get(0).getUuid().getValue());
        });
    assertThat(reconcile("r")).containsExactly(OperationState.OPERATION_UNKNOWN);
  }

  @Test
  void reconciliationTellsTheNewestState() {
    ApplyOperation order = reserving("r");
    assertThat(reconcile()).containsExactly(OperationState.OPERATION_PENDING);
    finish(order, OperationState.OPERATION_FINISHED);
    client.events();

    assertThat(reconcile("r", "other"))
        .containsExactly(OperationState.OPERATION_FINISHED, OperationState.OPERATION_UNKNOWN);
  }

  @Test
  void anIdIsTakenUntilItIsAcknowledged() {
    accept(client.offers().get(0), reserve("r", reserved("cpus", 1)));

    accept(client.offers().get(0), reserve("r", reserved("cpus", 1)));

    assertThat(statuses(client.events()).get(0).getMessage()).contains("is not acknowledged");
  }

  @Test
  void whatFailsHasTheAgentRegisterAgain() {
    ApplyOperation order = reserving("r");

    finish(order, OperationState.OPERATION_FAILED);
    finish(order, OperationState.OPERATION_FAILED);

    assertThat(statuses(client.events()))
        .extracting(OperationStatus::getState)
        .containsOnly(OperationState.OPERATION_FAILED);
    assertThat(master.effects(MasterEffect.CloseLink.class)).hasSize(1);
    agent.disconnect();
    agent.comeBack(client);
    assertThat(master.view(agent).total()).isEqualTo(Resources.of(Messages.AGENT_RESOURCES));
  }

  // ---- agents and masters that come and go ----

  @Test
  void whatNeverReachedTheAgentIsDropped() {
    reserving("r");
    agent.disconnect();

    agent.comeBack(client);

    List<Event> events = client.events();
    assertThat(statuses(events))
        .extracting(OperationStatus::getState)
        .containsExactly(OperationState.OPERATION_DROPPED);
    assertThat(master.view(agent).total()).isEqualTo(Resources.of(Messages.AGENT_RESOURCES));
  }

  @Test
  void anUnreachableAgentsOperationIsThereAgainWhenItIs() {
    ApplyOperation order = reserving("r");
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    assertThat(statuses(client.events()))
        .extracting(OperationStatus::getState)
        .containsExactly(OperationState.OPERATION_UNREACHABLE);

    comeBackWith(order);

    assertThat(reconcile()).containsExactly(OperationState.OPERATION_FINISHED);
    assertThat(master.view(agent).total().contains(read(List.of(reserved("cpus", 1))))).isTrue();
  }

  @Test
  void anAgentThatIsGoneTakesItsOperationsAlong() {
    reserving("r");

    master.operate(Messages.goneCall(agent.id));

    assertThat(statuses(client.events()))
        .extracting(OperationStatus::getState)
        .containsExactly(OperationState.OPERATION_GONE_BY_OPERATOR);
    assertThat(reconcile()).isEmpty();
  }

  @Test
  void anotherMasterTakesOverWhatAgentsRemember() {
    ApplyOperation order = reserving("r");
    master.failover();
    master.effects();
    Client again = master.connect(framework("web").setId(client.id).build());
    assertThat(reconcile(again, "r")).containsExactly(OperationState.OPERATION_RECOVERING);

    comeBackWith(order);

    assertThat(read(again.offers().get(0).getResourcesList()))
        .isEqualTo(
            Resources.of("cpus:3;mem:4096;disk:10000;ports:[31000-32000]")
                .plus(read(List.of(reserved("cpus", 1)))));
    assertThat(reconcile(again, "r")).containsExactly(OperationState.OPERATION_FINISHED);
  }

  @Test
  void theEndOfTheFrameworkIsToldToTheAgent() {
    reserving("r");

    client.call(Call.newBuilder().setType(Call.Type.TEARDOWN));

    assertThat(agent.messages()).anyMatch(MasterMessage::hasShutdownFramework);
  }

  // ---- made by hand ----

  private ApplyOperation reserving(String id) {
    accept(client.offers().get(0), reserve(id, reserved("cpus", 1)));
    ApplyOperation order = agent.messages().get(0).getApplyOperation();
    client.events();
    return order;
  }

  private int accept(Offer offer, Operation... operations) {
    return client.call(
        Call.newBuilder()
            .setType(Call.Type.ACCEPT)
            .setAccept(
                Call.Accept.newBuilder()
                    .addOfferIds(offer.getId())
                    .addAllOperations(List.of(operations))));
  }

  private OperationUpdate update(ApplyOperation order, OperationState state) {
    return OperationUpdate.newBuilder()
        .setFrameworkId(order.getFrameworkId())
        .setOperationUuid(order.getOperationUuid())
        .setStatus(
            OperationStatus.newBuilder()
                .setOperationId(order.getOperation().getId())
                .setState(state)
                .setAgentId(agent.id)
                .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("status"))))
        .build();
  }

  private void finish(ApplyOperation order, OperationState state) {
    agent.send(AgentMessage.newBuilder().setOperationUpdate(update(order, state)));
  }

  private void comeBackWith(ApplyOperation order) {
    Register.Builder register = Messages.register(agent.hostname);
    register.getAgentBuilder().setId(agent.id);
    register.addRememberedResources(reserved("cpus", 1));
    register.addOperations(update(order, OperationState.OPERATION_FINISHED));
    agent.link = master.openLink(register);
  }

  private int acknowledge(OperationStatus status) {
    return client.call(
        Call.newBuilder()
            .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
            .setAcknowledgeOperationStatus(
                Call.AcknowledgeOperationStatus.newBuilder()
                    .setAgentId(status.getAgentId())
                    .setOperationId(status.getOperationId())
                    .setUuid(status.getUuid().getValue())));
  }

  private List<OperationState> reconcile(String... ids) {
    return reconcile(client, ids);
  }

  private static List<OperationState> reconcile(Client who, String... ids) {
    Call.ReconcileOperations.Builder asked = Call.ReconcileOperations.newBuilder();
    for (String id : ids) {
      asked.addOperations(Call.ReconcileOperations.Operation.newBuilder().setOperationId(id(id)));
    }
    who.events();
    int status =
        who.call(
            Call.newBuilder()
                .setType(Call.Type.RECONCILE_OPERATIONS)
                .setReconcileOperations(asked));
    assertThat(status).isEqualTo(202);
    List<Event> events = who.events();
    assertThat(statuses(events)).noneMatch(OperationStatus::hasUuid);
    return statuses(events).stream().map(OperationStatus::getState).toList();
  }

  private static List<OperationStatus> statuses(List<Event> events) {
    return events.stream()
        .filter(Event::hasUpdateOperationStatus)
        .map(event -> event.getUpdateOperationStatus().getStatus())
        .toList();
  }

  private static OperationID id(String id) {
    return OperationID.newBuilder().setValue(id).build();
  }

  static Operation.Builder operation(String id, Operation.Type type) {
    Operation.Builder operation = Operation.newBuilder().setType(type);
    return id.isEmpty() ? operation : operation.setId(id(id));
  }

  static Operation reserve(String id, Resource resource) {
    return operation(id, Operation.Type.RESERVE)
        .setReserve(Operation.Reserve.newBuilder().addResources(resource))
        .build();
  }

  private static Operation unreserve(String id, Resource resource) {
    return operation(id, Operation.Type.UNRESERVE)
        .setUnreserve(Operation.Unreserve.newBuilder().addResources(resource))
        .build();
  }

  static Operation create(String id, Resource volume) {
    return operation(id, Operation.Type.CREATE)
        .setCreate(Operation.Create.newBuilder().addVolumes(volume))
        .build();
  }

  static Operation launch(Offer offer, String id, Resource resource) {
    TaskInfo.Builder task = Messages.task(id, offer).toBuilder();
    task.clearResources().addResources(scalar("mem", 32)).addResources(resource);
    return operation("", Operation.Type.LAUNCH)
        .setLaunch(Operation.Launch.newBuilder().addTaskInfos(task))
        .build();
  }

  private static Resource scalar(String name, double amount) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(amount))
        .build();
  }

  static Resource reserved(String name, double amount) {
    Resource.Builder resource = scalar(name, amount).toBuilder();
    resource.addReservationsBuilder().setType(Resource.ReservationInfo.Type.DYNAMIC).setRole("web");
    return resource.build();
  }

  static Resource volume(double size) {
    Resource.Builder volume = reserved("disk", size).toBuilder();
    volume.getDiskBuilder().getPersistenceBuilder().setId("v");
    volume.getDiskBuilder().getVolumeBuilder().setContainerPath("d").setMode(Volume.Mode.RW);
    return volume.build();
  }

  static Resources read(List<Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatAnAgentTellsOfOperationsWithoutIdsIsNotKept() {
    OperationUpdate nameless =
        OperationUpdate.newBuilder()
            .setFrameworkId(client.id)
            .setOperationUuid(ByteString.copyFromUtf8("operation"))
            .setStatus(
                OperationStatus.newBuilder()
                    .setState(OperationState.OPERATION_PENDING)
                    .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("status"))))
            .build();
    agent.send(AgentMessage.newBuilder().setOperationUpdate(nameless));
    Register.Builder register = Messages.register(agent.hostname).addOperations(nameless);
    register.getAgentBuilder().setId(agent.id);
    agent.link = master.openLink(register);

    agent.disconnect();
    master.pass(Duration.ofMinutes(20));

    assertThat(client.events()).noneMatch(Event::hasUpdateOperationStatus);
    assertThat(master.view(agent).standing()).isEqualTo(AgentView.Standing.UNREACHABLE);
  }
}
