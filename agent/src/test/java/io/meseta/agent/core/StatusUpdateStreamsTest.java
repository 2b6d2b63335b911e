package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.AgentCoreTestContext.resend;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.FrameworkId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** At least once, in order, one on the way, until acknowledged. */
class StatusUpdateStreamsTest {

  private static final FrameworkId F1 = new FrameworkId("f1");

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  @Test
  void anUnacknowledgedUpdateComesAgainWithTheSameIdAndDoublingWaits() {
    agent.launched(Messages.task("t1"));
    List<Long> waits = new ArrayList<>();

    for (int i = 0; i < 8; i++) {
      waits.add(agent.timer(resend("t1")).toSeconds());
      agent.fire(resend("t1"));
    }

    assertThat(waits).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L);
    assertThat(agent.sent("t1")).hasSize(9);
    assertThat(agent.sent("t1").stream().distinct()).hasSize(1);
    assertThat(agent.counted(AgentCounter.RESENT_UPDATES)).isEqualTo(8);
  }

  @Test
  void theNextUpdateWaitsForTheAcknowledgementToBeDurable() {
    agent.launched(Messages.task("t1"));
    agent.started("t1").settle().thenNothing();

    agent.acknowledge("t1");
    agent.then("timer silent 1 PT30S", "cancel resend t1", "write 4 [task t1 TASK_RUNNING +1]");
    agent.written();
    agent.then("send 1 update t1 TASK_RUNNING latest TASK_RUNNING", "timer resend t1 PT10S");
  }

  @Test
  void aNewRegistrationDoesNotSendTheNextUpdateBeforeTheAcknowledgementIsDurable() {
    agent.launched(Messages.task("t1")).started("t1").settle();
    agent.acknowledge("t1");

    agent.closed(1).fire(new AgentTimer.Reconnect()).opened(2).says(2, Messages.registered("A0"));

    assertThat(agent.sent("t1").stream().map(TaskStatus::getState).distinct())
        .containsExactly(TaskState.TASK_STARTING);
    agent.settle();
    assertThat(agent.sent("t1").stream().map(TaskStatus::getState).distinct())
        .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
  }

  @Test
  void anAcknowledgementThatComesBeforeTheNextUpdateIsDurableDoesNotReleaseIt() {
    agent.launched(Messages.task("t1"));
    agent.started("t1").acknowledge("t1");

    agent.written().thenNothing();
    agent
        .written()
        .then("send 1 update t1 TASK_RUNNING latest TASK_RUNNING", "timer resend t1 PT10S");
  }

  @Test
  void theEndOfATaskIsToldAtOnceAlthoughAnEarlierUpdateWaits() {
    agent.launched(Messages.task("t1")).started("t1").settle().exited("t1", 0);

    agent.settle();

    agent.then("send 1 update t1 TASK_STARTING latest TASK_FINISHED", "remove t1");
    assertThat(agent.timers()).containsEntry(resend("t1"), Duration.ofSeconds(10));
  }

  @Test
  void updatesComeInOrder() {
    agent.launched(Messages.task("t1")).started("t1").exited("t1", 1).settle();

    agent.acknowledged("t1").acknowledged("t1");

    assertThat(agent.sent("t1").stream().map(TaskStatus::getState).distinct())
        .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FAILED);
  }

  @Test
  void anAcknowledgementOfSomethingElseIsIgnored() {
    agent.launched(Messages.task("t1"));

    agent.says(Messages.acknowledge(F1, "t1", ByteString.copyFrom(new byte[16])));
    agent.then("timer silent 1 PT30S");
    agent.says(Messages.acknowledge(F1, "t1", ByteString.EMPTY));
    agent.then("timer silent 1 PT30S");
    agent.says(Messages.acknowledge(F1, "t9", agent.lastSent("t1").getUuid()));
    agent.then("timer silent 1 PT30S");
    agent.says(Messages.acknowledge(new FrameworkId("f9"), "t1", agent.lastSent("t1").getUuid()));
    agent.then("timer silent 1 PT30S");

    assertThat(agent.counted(AgentCounter.STALE_ACKNOWLEDGEMENTS)).isEqualTo(4);
    assertThat(agent.timers()).containsKey(resend("t1"));
  }

  @Test
  void theSecondAcknowledgementOfAnUpdateThatWasSentTwiceIsIgnored() {
    agent.launched(Messages.task("t1")).fire(resend("t1"));
    ByteString uuid = agent.lastSent("t1").getUuid();
    agent.acknowledged("t1").started("t1").settle();

    agent.says(Messages.acknowledge(F1, "t1", uuid));

    agent.then("timer silent 1 PT30S");
    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void anUpdateThatWasNotSentCannotBeAcknowledged() {
    agent.launched(Messages.task("t1")).acknowledged("t1").closed(1).started("t1").settle();
    ByteString uuid = agent.durable().tasks().getFirst().getPending(0).getUuid();
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(2);
    agent.says(2, Messages.acknowledge(F1, "t1", uuid));

    assertThat(agent.durable().tasks().getFirst().getPendingCount()).isOne();
  }

  @Test
  void withTheLastAcknowledgementTaskAndFrameworkAreForgotten() {
    agent.running("t1").exited("t1", 0).settle();

    agent.acknowledge("t1");

    agent.then("timer silent 1 PT30S", "cancel resend t1", "write 7 [-task t1, -framework f1]");
    agent.settle().thenNothing();
    assertThat(agent.view().tasks()).isEmpty();
    assertThat(agent.durable().frameworks()).isEmpty();
  }

  @Test
  void aFrameworkWithAnotherTaskIsKept() {
    agent.running("t1").running("t2").exited("t1", 0).settle();

    agent.acknowledge("t1");

    agent.then("timer silent 1 PT30S", "cancel resend t1", "write 11 [-task t1]");
  }

  @Test
  void aNewMasterIsSentEachOldestUpdateAtOnce() {
    agent.launched(Messages.task("t1")).fire(resend("t1")).running("t2");
    agent.closed(1).leader(Optional.of(new LeaderAddress("m2", "127.0.0.2", 5050)));

    agent.opened(2);
    agent.then(
        "timer silent 2 PT15S",
        "send 2 register A0 [t1 TASK_STARTING waiting TASK_STARTING, t2 TASK_RUNNING]");
    agent.says(2, Messages.registered("A0"));

    agent.then(
        "timer silent 2 PT15S",
        "timer silent 2 PT30S",
        "send 2 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S");
  }

  @Test
  void aFrameworkThatSubscribesAgainIsSentEachOldestUpdateAtOnce() {
    agent.launched(Messages.task("t1")).fire(resend("t1")).running("t2");
    agent.launched(Messages.framework("f2"), Messages.task("t3"));

    agent.says(Messages.update(FRAMEWORK));

    agent.then(
        "timer silent 1 PT30S",
        "send 1 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S");
  }

  @Test
  void withoutALinkNothingIsSentAndNothingForgotten() {
    agent.launched(Messages.task("t1")).closed(1);

    agent.fire(resend("t1")).thenNothing();
    agent.started("t1").settle().thenNothing();

    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(2);
    agent.says(2, Messages.registered("A0"));
    agent.then(
        "timer silent 2 PT15S",
        "timer silent 2 PT30S",
        "send 2 update t1 TASK_STARTING latest TASK_RUNNING",
        "timer resend t1 PT10S");
  }

  @Test
  void aReusedNameBelongsToTheNewTask() {
    agent.running("t1").exited("t1", 0).settle().acknowledged("t1");

    agent.launched(FRAMEWORK, Messages.task("t1"));

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_STARTING);
    assertThat(agent.view().tasks()).hasSize(1);
  }
}
