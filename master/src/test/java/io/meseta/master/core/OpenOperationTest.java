package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Operation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.UUID;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.VisibleViews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which operations readers are shown, and since when and until when. */
class OpenOperationTest {
  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(OperationTest.framework("web").build());
  private final Node agent = master.addAgent("a");

  private List<Operation> shown() {
    return shown(master.view());
  }

  private static List<Operation> shown(MasterView view) {
    List<Operation> all = new ArrayList<>();
    view.operations().values().forEach(all::addAll);
    return all;
  }

  private ApplyOperation reserve(String id) {
    Offer offer = client.offers().get(0);
    client.call(
        Call.newBuilder()
            .setType(Call.Type.ACCEPT)
            .setAccept(
                Call.Accept.newBuilder()
                    .addOfferIds(offer.getId())
                    .addOperations(OperationTest.reserve(id, OperationTest.reserved("cpus", 1)))));
    client.events();
    return agent.messages().get(0).getApplyOperation();
  }

  private OperationUpdate.Builder finished(ApplyOperation order) {
    OperationUpdate.Builder update =
        OperationUpdate.newBuilder()
            .setFrameworkId(order.getFrameworkId())
            .setOperationUuid(order.getOperationUuid());
    OperationStatus.Builder status =
        update.getStatusBuilder().setState(OperationState.OPERATION_FINISHED).setAgentId(agent.id);
    if (order.getOperation().hasId()) {
      status
          .setOperationId(order.getOperation().getId())
          .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("status")));
    }
    return update;
  }

  private void tell(OperationUpdate.Builder update) {
    agent.send(AgentMessage.newBuilder().setOperationUpdate(update));
  }

  private void comeBackWith(OperationUpdate.Builder update) {
    Register.Builder register = Messages.register(agent.hostname);
    register.getAgentBuilder().setId(agent.id);
    register.addRememberedResources(OperationTest.reserved("cpus", 1)).addOperations(update);
    agent.link = master.openLink(register);
  }

  @Test
  void anOperationIsShownFromTheOrderToTheAcknowledgement() {
    ApplyOperation order = reserve("r");

    assertThat(shown())
        .singleElement()
        .satisfies(pending -> {
          assertThat(pending.getFrameworkId()).isEqualTo(client.id);
          assertThat(pending.getAgentId()).isEqualTo(agent.id);
          assertThat(pending.getInfo()).isEqualTo(order.getOperation());
          assertThat(pending.getUuid().getValue()).isEqualTo(order.getOperationUuid());
          assertThat(pending.getLatestStatus().getState())
              .isEqualTo(OperationState.OPERATION_PENDING);
          assertThat(pending.getStatusesList()).isEmpty();
        });

    OperationUpdate.Builder end = finished(order);
    tell(end);
    assertThat(shown())
        .singleElement()
        .satisfies(over -> {
          assertThat(over.getInfo()).isEqualTo(order.getOperation());
          assertThat(over.getLatestStatus()).isEqualTo(end.getStatus());
          assertThat(over.getStatusesList()).containsExactly(end.getStatus());
        });

    client.call(
        Call.newBuilder()
            .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
            .setAcknowledgeOperationStatus(
                Call.AcknowledgeOperationStatus.newBuilder()
                    .setOperationId(order.getOperation().getId())
                    .setUuid(end.getStatus().getUuid().getValue())));
    assertThat(shown()).isEmpty();
  }

  @Test
  void oneThatNobodyAcknowledgesIsShownUntilItIsOver() {
    ApplyOperation order = reserve("");
    assertThat(shown()).singleElement().matches(one -> !one.getLatestStatus().hasOperationId());

    tell(finished(order));

    assertThat(shown()).isEmpty();
  }

  @Test
  void anOperatorsIsNobodysInParticular() {
    client.offers();
    var call =
        io.meseta.api.v1.master.Call.newBuilder()
            .setType(io.meseta.api.v1.master.Call.Type.RESERVE_RESOURCES);
    call.getReserveResourcesBuilder()
        .setAgentId(agent.id)
        .addResources(OperationTest.reserved("cpus", 1));
    assertThat(master.operate(call)).isEqualTo(202);
    ApplyOperation order =
        agent.messages().stream()
            .filter(MasterMessage::hasApplyOperation)
            .findFirst()
            .orElseThrow()
            .getApplyOperation();

    assertThat(shown()).singleElement().matches(one -> !one.hasFrameworkId());

    tell(finished(order));
    assertThat(shown()).isEmpty();
  }

  @Test
  void whatAnAgentComesBackWithoutIsShownNoMore() {
    reserve("");
    agent.disconnect();
    assertThat(shown()).hasSize(1);

    agent.comeBack(client);

    assertThat(shown()).isEmpty();
  }

  @Test
  void anAgentThatIsAwayKeepsOnlyWhatAFrameworkWaitsFor() {
    reserve("");
    agent.disconnect();

    master.pass(Duration.ofSeconds(95));

    assertThat(shown()).isEmpty();
  }

  @Test
  void anotherMasterShowsWhatAgentsTellOfIt() {
    ApplyOperation order = reserve("r");
    master.failover();
    assertThat(shown()).isEmpty();

    comeBackWith(finished(order).setOperation(order.getOperation()));

    assertThat(shown())
        .singleElement()
        .satisfies(over -> {
          assertThat(over.getInfo()).isEqualTo(order.getOperation());
          assertThat(over.getUuid().getValue()).isEqualTo(order.getOperationUuid());
          assertThat(over.getLatestStatus().getState())
              .isEqualTo(OperationState.OPERATION_FINISHED);
        });
  }

  @Test
  void anEndedFrameworksAreShownNoMore() {
    reserve("r");

    client.call(Call.newBuilder().setType(Call.Type.TEARDOWN));

    assertThat(shown()).isEmpty();
  }

  @Test
  void whoMayNotSeeTheRoleOrTheFrameworkIsNotShownIt() {
    reserve("r");

    assertThat(shown(VisibleViews.of(master.view(), new Shown(true, true)))).hasSize(1);
    assertThat(shown(VisibleViews.of(master.view(), new Shown(false, true)))).isEmpty();
    assertThat(shown(VisibleViews.of(master.view(), new Shown(true, false)))).isEmpty();
  }

  private record Shown(boolean frameworks, boolean roles) implements ReadFilter {
    @Override
    public boolean showsFramework(FrameworkInfo framework) {
      return frameworks;
    }

    @Override
    public boolean showsTask(FrameworkInfo framework, Task task) {
      return true;
    }

    @Override
    public boolean showsExecutor(FrameworkInfo framework, ExecutorInfo executor) {
      return true;
    }

    @Override
    public String tag() {
      return frameworks + "/" + roles;
    }

    @Override
    public boolean showsQuota(String role) {
      return true;
    }

    @Override
    public boolean showsRole(String role) {
      return roles || !role.equals("web");
    }

    @Override
    public boolean showsFlags() {
      return true;
    }
  }
}
