package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.agent.core.AgentEvent.ContainerProgressed;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From RunTask to TASK_RUNNING. */
class LaunchTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  @Test
  void oneWriteComesBeforeTheLaunchAndBeforeTheNews() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.then("timer silent 1 PT30S", "write 2 [framework f1, task t1 TASK_STARTING +1]");

    agent.written();
    agent.then(
        "launch t1",
        "send 1 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S");
  }

  @Test
  void aSecondTaskOfAFrameworkWritesOnlyItself() {
    agent.launched(Messages.task("t1"));

    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));

    agent.then("timer silent 1 PT30S", "write 3 [task t2 TASK_STARTING +1]");
  }

  @Test
  void severalWritesMayBeInFlight() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));

    agent.settle();

    agent.then(
        "launch t1",
        "send 1 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S",
        "launch t2",
        "send 1 update t2 TASK_STARTING latest TASK_STARTING",
        "timer resend t2 PT10S");
  }

  @Test
  void theContainerIsToldWhatToRunAndForWhom() {
    agent.launched(Messages.task("t1"));

    ContainerId container = agent.container("t1");
    assertThat(agent.only(LaunchContainer.class).spec())
        .isEqualTo(
            ContainerSpec.ofTask(
                container,
                new AgentId("A0"),
                new FrameworkId("f1"),
                new ExecutorId("t1"),
                "nobody",
                Messages.task("t1")));
    assertThat(container.value())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void theFirstUpdateSaysAllThatAClientReliesOn() {
    agent.launched(Messages.task("t1"));

    TaskStatus status = agent.lastSent("t1");
    assertThat(status.getUuid().size()).isEqualTo(16);
    assertThat(status)
        .isEqualTo(
            TaskStatus.newBuilder()
                .setTaskId(Messages.task("t1").getTaskId())
                .setState(TaskState.TASK_STARTING)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setAgentId(AgentID.newBuilder().setValue("A0"))
                .setExecutorId(new ExecutorId("t1").toProto())
                .setTimestamp((double) AgentCoreTestContext.START.getEpochSecond())
                .setUuid(status.getUuid())
                .setContainerStatus(
                    ContainerStatus.newBuilder().setContainerId(agent.container("t1").toProto()))
                .build());
  }

  @Test
  void aContainerThatStartsMakesItsTaskRun() {
    agent.launched(Messages.task("t1")).acknowledged("t1");

    agent.started("t1").then("write 4 [task t1 TASK_RUNNING +1]");
    agent
        .written()
        .then("send 1 update t1 TASK_RUNNING latest TASK_RUNNING", "timer resend t1 PT10S");

    TaskStatus status = agent.lastSent("t1");
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
    assertThat(status.getContainerStatus())
        .isEqualTo(
            ContainerStatus.newBuilder()
                .setContainerId(agent.container("t1").toProto())
                .setExecutorPid(4711)
                .addNetworkInfos(
                    NetworkInfo.newBuilder()
                        .addIpAddresses(
                            NetworkInfo.IPAddress.newBuilder()
                                .setProtocol(NetworkInfo.Protocol.IPv4)
                                .setIpAddress("172.17.0.2")))
                .build());
  }

  @Test
  void progressIsShownAndNotTold() {
    agent.launched(Messages.task("t1"));

    agent.handle(
        new ContainerProgressed(
            agent.now(), agent.container("t1"), ContainerPhase.PULLING, "3 of 7 layers"));

    agent.thenNothing();
    TaskView view = agent.view().tasks().getFirst();
    assertThat(view.phase()).contains(ContainerPhase.PULLING);
    assertThat(view.phaseDetail()).isEqualTo("3 of 7 layers");
    agent.started("t1");
    assertThat(agent.view().tasks().getFirst().phase()).isEmpty();
  }

  @Test
  void aTaskThatTheAgentHasAlreadyIsIgnored() {
    agent.launched(Messages.task("t1"));

    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));

    agent.then("timer silent 1 PT30S");
    assertThat(agent.counted(AgentCounter.DUPLICATE_TASKS)).isOne();
  }

  @Test
  void oneNameInTwoFrameworksIsTwoTasks() {
    agent.launched(Messages.task("t1"));

    agent.says(Messages.runTask(Messages.framework("f2"), Messages.task("t1")));

    agent.then("timer silent 1 PT30S", "write 3 [framework f2, task t1 TASK_STARTING +1]");
  }

  @Test
  void aTaskForAnotherAgentIsAnError() {
    TaskInfo task =
        Messages.task("t1").toBuilder().setAgentId(AgentID.newBuilder().setValue("A9")).build();

    agent.launched(task);

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_ERROR);
    assertThat(agent.lastSent("t1").getMessage()).isEqualTo("Task is for agent A9, this is A0");
  }

  @Test
  void aTaskOfNobodyIsRefused() {
    agent.says(
        Messages.runTask(
            FRAMEWORK.toBuilder().setId(FrameworkID.newBuilder().setValue("")).build(),
            Messages.task("t1")));

    agent.then("timer silent 1 PT30S");
    assertThat(agent.counted(AgentCounter.REFUSED_TASKS)).isOne();
  }

  @Test
  void idsAreNeverMintedTwiceAndTheSameInEachRun() {
    AgentCoreTestContext other = AgentCoreTestContext.registered();
    agent.launched(Messages.task("t1")).launched(Messages.task("t2"));
    other.launched(Messages.task("t1")).launched(Messages.task("t2"));

    assertThat(agent.container("t1")).isEqualTo(other.container("t1"));
    assertThat(agent.lastSent("t1")).isEqualTo(other.lastSent("t1"));
    assertThat(agent.container("t1")).isNotEqualTo(agent.container("t2"));
    assertThat(agent.lastSent("t1").getUuid()).isNotEqualTo(agent.lastSent("t2").getUuid());
  }

  @Test
  void aTaskThatWasReceivedWhileTheLinkBrokeIsListedAsStaging() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1"))).closed(1);
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(2);

    agent.then("timer silent 2 PT15S", "send 2 register A0 [t1 TASK_STAGING]");
  }

  @Test
  void aContainerIsLaunchedWithoutALinkToo() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1"))).closed(1);

    agent.written().then("launch t1");
  }

  @Test
  void newsOfUnknownContainersIsIgnored() {
    agent.launched(Messages.task("t1"));
    agent.exited("t1", 0).settle();

    agent.started("t1").thenNothing();
    agent.exited("t1", 1).thenNothing();
    agent.handle(
        new AgentEvent.ContainerExited(
            agent.now(), new ContainerId("never heard of"), AgentCoreTestContext.exit(0)));
    agent.thenNothing();
    assertThat(agent.counted(AgentCounter.STALE_CONTAINER_EVENTS)).isEqualTo(3);
  }
}
