package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.agent.core.AgentTimer.ResendOperation;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.OperationState;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operations on resources: durable before they are told, told until acknowledged, never lost. */
class OperationsTest {
  private static final String RESERVED = "cpus(reservations: [(DYNAMIC,web)]):1";
  private static final ResendOperation RESEND = new ResendOperation(ByteString.copyFromUtf8("o1"));
  private static final AgentInfo WITH_DISK =
      Messages.AGENT.toBuilder().addResources(Messages.scalar("disk", 100)).build();

  private static AgentCoreTestContext reserving() {
    return AgentCoreTestContext.registered()
        .says(Messages.apply("o1", Messages.reserve(Optional.of("r"), Messages.scalar("cpus", 1))));
  }

  private static OperationUpdate sent(AgentCoreTestContext agent) {
    return agent.lastEffects().stream()
        .filter(SendToMaster.class::isInstance)
        .map(effect -> ((SendToMaster) effect).message())
        .filter(message -> message.hasOperationUpdate())
        .findFirst()
        .orElseThrow()
        .getOperationUpdate();
  }

  @Test
  void nothingIsToldBeforeItIsDurable() {
    AgentCoreTestContext agent = reserving();
    agent.then("timer silent 1 PT30S", "write 2 [agent A0 with " + RESERVED + " +1]");

    agent.written();

    agent.then("send 1 operation o1 OPERATION_FINISHED", "timer resend operation o1 PT10S");
    OperationUpdate update = sent(agent);
    assertThat(update.getStatus().getOperationId().getValue()).isEqualTo("r");
    assertThat(update.getStatus().hasUuid()).isTrue();
    assertThat(EffectText.read(update.getStatus().getConvertedResourcesList()))
        .hasToString(RESERVED);
  }

  @Test
  void itIsToldUntilItIsAcknowledged() {
    AgentCoreTestContext agent = reserving().settle();
    ByteString status = sent(agent).getStatus().getUuid().getValue();

    agent.fire(RESEND);
    agent.then("send 1 operation o1 OPERATION_FINISHED", "timer resend operation o1 PT20S");

    agent.says(Messages.acknowledgeOperation("o1", ByteString.copyFromUtf8("another")));
    assertThat(agent.timers()).containsKey(RESEND);

    agent.says(Messages.acknowledgeOperation("o1", status));
    agent.then(
        "timer silent 1 PT30S",
        "cancel resend operation o1",
        "write 3 [agent A0 with " + RESERVED + "]");
  }

  @Test
  void aRestartLosesNothing() {
    AgentCoreTestContext after = reserving().settle().restarted();
    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    after.then(
        "timer silent 1 PT15S",
        "send 1 register A0 [] with " + RESERVED + " o1 RESERVE OPERATION_FINISHED");

    after.says(Messages.registered("A0"));

    assertThat(sent(after).getStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
  }

  @Test
  void whatIsNotDurableIsPending() {
    AgentCoreTestContext agent = reserving();

    agent.closed(1).fire(new AgentTimer.Reconnect()).opened(2);

    agent.then(
        "timer silent 2 PT15S",
        "send 2 register A0 [] with " + RESERVED + " o1 RESERVE OPERATION_PENDING");
  }

  @Test
  void withoutAnIdNobodyWaitsForIt() {
    AgentCoreTestContext agent = AgentCoreTestContext.registered();
    agent
        .says(Messages.apply("o1", Messages.reserve(Optional.empty(), Messages.scalar("cpus", 1))))
        .written();

    agent.then("send 1 operation o1 OPERATION_FINISHED");
    assertThat(sent(agent).getStatus().hasUuid()).isFalse();
  }

  @Test
  void whatTheAgentDoesNotHaveFails() {
    AgentCoreTestContext agent = AgentCoreTestContext.registered();
    agent
        .says(Messages.apply("o1", Messages.reserve(Optional.of("r"), Messages.scalar("cpus", 5))))
        .written();

    agent.then("send 1 operation o1 OPERATION_FAILED", "timer resend operation o1 PT10S");
    assertThat(sent(agent).getStatus().getMessage()).contains("does not have [cpus:5]");
    assertThat(agent.durable().agent().orElseThrow().getRememberedResourcesList()).isEmpty();
  }

  @Test
  void aVolumeHasADirectoryOnceItIsDurable() {
    AgentCoreTestContext agent = AgentCoreTestContext.registered().restarted(WITH_DISK, "boot1");
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    agent.says(Messages.registered("A0")).settle();
    var reserve = Messages.reserve(Optional.empty(), Messages.scalar("disk", 10));
    agent.says(Messages.apply("o1", reserve)).settle();

    agent.says(Messages.apply("o2", Messages.create(Messages.volume(10, "v")))).written();
    agent.then("create v", "send 1 operation o2 OPERATION_FINISHED");

    agent.says(Messages.apply("o3", Messages.destroy(Messages.volume(10, "v")))).written();
    agent.then("destroy v", "send 1 operation o3 OPERATION_FINISHED");
  }

  @Test
  void aStartSaysWhichVolumesThereAreAndWhoMadeThem() {
    AgentCoreTestContext agent = AgentCoreTestContext.registered().restarted(WITH_DISK, "boot1");
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    agent.says(Messages.registered("A0")).settle();
    agent
        .says(Messages.apply("o1", Messages.reserve(Optional.empty(), Messages.scalar("disk", 20))))
        .says(Messages.apply("o2", Messages.create(Messages.volume(10, "v"))))
        .settle();

    AgentCoreTestContext after = agent.restarted(WITH_DISK, "boot1");

    AgentEffect.KeepVolumes order = after.only(AgentEffect.KeepVolumes.class);
    assertThat(order.volumes()).hasSize(1);
    assertThat(order.volumes().get(0).origin()).isEqualTo("A0/6f32");
    assertThat(order.disks()).isEqualTo(WITH_DISK.getResourcesList());
  }

  @Test
  void aTaskWithAReservationThatIsNotThereIsDropped() {
    AgentCoreTestContext agent = AgentCoreTestContext.registered();
    var task = Messages.task("t1").toBuilder().clearResources();
    task.addResources(Messages.reserved(Messages.scalar("cpus", 1)));

    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, task.build()));
    agent.then("timer silent 1 PT30S", "send 1 update t1 TASK_DROPPED latest TASK_DROPPED");

    var reserve = Messages.reserve(Optional.empty(), Messages.scalar("cpus", 1));
    agent.says(Messages.apply("o1", reserve));
    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, task.build()));
    agent.then("timer silent 1 PT30S", "write 3 [framework f1, task t1 TASK_STARTING +1]");
  }

  @Test
  void theEndOfItsFrameworkEndsTheWaiting() {
    AgentCoreTestContext agent = reserving().settle();

    agent.says(Messages.shutDown("f1"));

    agent.then(
        "timer silent 1 PT30S",
        "cancel resend operation o1",
        "write 3 [agent A0 with " + RESERVED + "]");
  }

  @Test
  void itsFrameworkIsToldAgainWhenItIsBack() {
    AgentCoreTestContext agent = reserving().settle();
    agent.fire(RESEND);

    agent.says(Messages.update(AgentCoreTestContext.FRAMEWORK));

    agent.then(
        "timer silent 1 PT30S",
        "send 1 operation o1 OPERATION_FINISHED",
        "timer resend operation o1 PT10S");
  }

  @Test
  void lessThanIsReservedIsNoStart() {
    AgentCoreTestContext agent = reserving().settle();
    AgentInfo smaller = AgentInfo.newBuilder().setHostname("h1").build();

    assertThatThrownBy(() -> agent.restarted(smaller, "boot1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[cpus:1] is missing");
  }
}
