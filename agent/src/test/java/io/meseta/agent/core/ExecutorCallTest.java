package io.meseta.agent.core;

import static io.meseta.agent.core.ExecutorMessages.call;
import static io.meseta.agent.core.ExecutorMessages.status;
import static io.meseta.agent.core.ExecutorMessages.subscribe;
import static io.meseta.agent.core.ExecutorMessages.update;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.ExecutorMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an executor that has subscribed says, and is told. */
class ExecutorCallTest {

  private final AgentCoreTestContext agent =
      AgentCoreTestContext.registered().executorRuns("e1", "t1", 7);

  @Test
  void anUpdateIsAcknowledgedWhenItIsDurableAndOnItsWayToTheFramework() {
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1"));
    agent.then("answer 8 202", "write 4 [task t1 TASK_RUNNING +1 delivered]");

    agent.written();
    agent.then(
        "send 1 update t1 TASK_RUNNING latest TASK_RUNNING",
        "timer resend t1 PT10S",
        "tell 7 ACKNOWLEDGED t1 u1");
  }

  @Test
  void whatTheExecutorLeavesOutIsFilledIn() {
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1")).settle();

    TaskStatus told = agent.lastSent("t1");
    assertThat(told.getUuid()).isEqualTo(ExecutorMessages.uuid("u1"));
    assertThat(told.getAgentId().getValue()).isEqualTo("A0");
    assertThat(told.getExecutorId().getValue()).isEqualTo("e1");
    assertThat(told.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
    assertThat(told.getTimestamp()).isEqualTo(Nanos.toSeconds(agent.now()));
    assertThat(told.getContainerStatus().getContainerId().getValue())
        .isEqualTo(agent.executorContainer("e1").value());
    assertThat(told.getContainerStatus().getExecutorPid()).isEqualTo(4712);
  }

  @Test
  void whatTheExecutorSaysItselfStays() {
    ContainerStatus own =
        ContainerStatus.newBuilder()
            .addNetworkInfos(
                NetworkInfo.newBuilder()
                    .addIpAddresses(NetworkInfo.IPAddress.newBuilder().setIpAddress("10.0.0.9")))
            .build();
    TaskStatus said =
        status("t1", TASK_RUNNING, "u1").toBuilder()
            .setTimestamp(17.5)
            .setMessage("well")
            .setContainerStatus(own)
            .build();

    agent.calls(8, update("e1", said)).settle();

    TaskStatus told = agent.lastSent("t1");
    assertThat(told.getTimestamp()).isEqualTo(17.5);
    assertThat(told.getMessage()).isEqualTo("well");
    assertThat(told.getContainerStatus().getNetworkInfosList())
        .isEqualTo(own.getNetworkInfosList());
    assertThat(told.getContainerStatus().hasContainerId()).isTrue();
  }

  @Test
  void anUpdateThatComesTwiceIsAcknowledgedTwiceAndToldOnce() {
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1")).settle();

    agent.calls(9, update("e1", "t1", TASK_RUNNING, "u1"));

    agent.then("answer 9 202", "tell 7 ACKNOWLEDGED t1 u1");
  }

  @Test
  void theSameStateMayBeToldAgainWithOtherNews() {
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1")).settle();
    agent.acknowledged("t1");

    agent.calls(9, update("e1", "t1", TASK_RUNNING, "u2")).settle();

    assertThat(agent.sent("t1"))
        .extracting(TaskStatus::getUuid)
        .endsWith(ExecutorMessages.uuid("u1"), ExecutorMessages.uuid("u2"));
  }

  @Test
  void anUpdateThatMakesNoSenseIsAcknowledgedAndForgotten() {
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1")).settle();

    agent.calls(9, update("e1", "t1", TASK_STARTING, "u2"));
    agent.then("answer 9 202", "tell 7 ACKNOWLEDGED t1 u2");
    agent.calls(10, update("e1", "nobody's", TASK_RUNNING, "u3"));
    agent.then("answer 10 202", "tell 7 ACKNOWLEDGED nobody's u3");

    assertThat(agent.counted(AgentCounter.REFUSED_EXECUTOR_UPDATES)).isEqualTo(2);
  }

  @Test
  void anExecutorStaysWhenItsLastTaskHasEnded() {
    agent.calls(8, update("e1", "t1", TASK_FINISHED, "u1"));
    agent.then(
        "answer 8 202",
        "update e1 to cpus:0.5",
        "write 4 [task t1 TASK_FINISHED +1 ended delivered]");
    agent.settle().acknowledged("t1");

    assertThat(agent.view().tasks()).isEmpty();
    assertThat(agent.view().executors()).hasSize(1);
    assertThat(agent.view().frameworks()).hasSize(1);
  }

  @Test
  void killsArePassedOnWithTheirGracePeriod() {
    agent.says(Messages.kill("t1", Duration.ofSeconds(3)));
    agent.then(
        "timer silent 1 PT30S",
        "tell 7 KILL t1 PT3S",
        "write 4 [task t1 TASK_STAGING +0 kill delivered]");

    agent.settle().says(Messages.kill("t1"));
    assertThat(agent.lastEffects()).anyMatch(AgentEffect.SendToExecutor.class::isInstance);
  }

  @Test
  void aKillIsRepeatedToAnExecutorThatWasAway() {
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1")).settle();
    agent.handle(new AgentEvent.ExecutorDisconnected(agent.now(), 7));
    agent.says(Messages.kill("t1", Duration.ofSeconds(9))).settle();

    agent.after(Duration.ofSeconds(4)).calls(9, subscribe("e1"));

    agent.then(
        "open executor 9",
        "tell 9 SUBSCRIBED true",
        "timer heartbeat e1 PT30M",
        "cancel overdue e1",
        "tell 9 KILL t1 PT5S",
        "write 6 [executor e1 RUNNING]");
  }

  @Test
  void aTaskThatNeverArrivedIsDropped() {
    agent.calls(8, subscribe("e1")).settle();

    assertThat(agent.lastSent("t1").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_UNREGISTERED);
  }

  @Test
  void theNewestConnectionIsTheOnlyOne() {
    agent.calls(8, subscribe("e1", List.of(Messages.taskOf("e1", "t1")), List.of()));

    assertThat(agent.lastEffects()).contains(new AgentEffect.CloseExecutor(7));
    agent.handle(new AgentEvent.ExecutorDisconnected(agent.now(), 7)).thenNothing();
    assertThat(agent.view().executors().getFirst().connected()).isTrue();
  }

  @Test
  void messagesGoBothWays() {
    agent.calls(
        8,
        call("e1", Call.Type.MESSAGE)
            .setMessage(Call.Message.newBuilder().setData(ByteString.copyFromUtf8("up")))
            .build());
    agent.then("answer 8 202", "send 1 message of e1 up");

    agent.says(
        MasterMessage.newBuilder()
            .setExecutorMessage(
                ExecutorMessage.newBuilder()
                    .setFrameworkId(new FrameworkId("f1").toProto())
                    .setExecutorId(new ExecutorId("e1").toProto())
                    .setData(ByteString.copyFromUtf8("down")))
            .build());
    agent.then("timer silent 1 PT30S", "tell 7 MESSAGE down");
  }

  @Test
  void heartbeats() {
    agent.calls(8, call("e1", Call.Type.HEARTBEAT).build()).then("answer 8 202");

    agent.fire(new AgentTimer.ExecutorHeartbeat(agent.executorContainer("e1")));
    agent.then("tell 7 HEARTBEAT", "timer heartbeat e1 PT30M");
  }

  @Test
  void refusals() {
    agent
        .calls(8, update("e1", status("t1", TASK_RUNNING, "u1").toBuilder().clearUuid().build()))
        .then(
            "answer 8 400 Failed to validate executor::Call: 'uuid' of a status must be 16 bytes,"
                + " made by the executor");
    agent
        .calls(9, update("other", "t1", TASK_RUNNING, "u1"))
        .then("answer 9 400 Executor cannot be found");
    agent
        .calls(
            10,
            update("e1", "t1", TASK_RUNNING, "u1").toBuilder()
                .setFrameworkId(new FrameworkId("f9").toProto())
                .build())
        .then("answer 10 400 Framework cannot be found");
    agent
        .calls(11, call("e1", Call.Type.UNKNOWN).build())
        .then("answer 11 501 Calls of this type are not implemented by this agent");
    agent.handle(new AgentEvent.ExecutorDisconnected(agent.now(), 7));
    agent
        .calls(12, update("e1", "t1", TASK_RUNNING, "u1"))
        .then("answer 12 403 Executor is not subscribed");
  }

  @Test
  void statesThatAreNotAnExecutorsToSayAreRefused() {
    agent.calls(8, update("e1", "t1", io.meseta.api.v1.TaskState.TASK_GONE, "u1"));

    agent.then(
        "answer 8 400 Failed to validate executor::Call: TASK_GONE is not an executor's to say");
  }

  @Test
  void aTaskIsKilledWhenItsTimeIsUpAndToldSo() {
    TaskInfo limited =
        Messages.taskOf("e1", "t2").toBuilder()
            .setMaxCompletionTime(Messages.duration(Duration.ofSeconds(20)))
            .build();
    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, limited)).settle();
    agent.calls(8, update("e1", "t2", TASK_RUNNING, "u1")).settle();

    agent.fire(new AgentTimer.TaskTimeReached(new FrameworkId("f1"), new TaskId("t2")));
    assertThat(agent.lastEffects()).anyMatch(AgentEffect.SendToExecutor.class::isInstance);
    agent.settle().acknowledged("t2");
    agent.calls(9, update("e1", "t2", TASK_KILLED, "u2")).settle();

    assertThat(agent.lastSent("t2").getState()).isEqualTo(TASK_FAILED);
    assertThat(agent.lastSent("t2").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED);
  }
}
