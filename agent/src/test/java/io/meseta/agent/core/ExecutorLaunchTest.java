package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.ExecutorMessages.status;
import static io.meseta.agent.core.ExecutorMessages.subscribe;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From RunTask with an executor to LAUNCH on its stream. */
class ExecutorLaunchTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  @Test
  void taskAndExecutorAreWrittenDownBeforeTheExecutorIsLaunched() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.taskOf("e1", "t1")));
    agent.then(
        "timer silent 1 PT30S",
        "write 2 [framework f1, executor e1 REGISTERING, task t1 TASK_STAGING +0]");

    agent.written();
    agent.then("launch e1");
  }

  @Test
  void itsContainerIsAsLargeAsExecutorAndTaskAndKnowsTheAgent() {
    agent.launched(Messages.taskOf("e1", "t1"));

    ContainerSpec spec = agent.only(LaunchContainer.class).spec();
    assertThat(spec.kind()).isEqualTo(ContainerSpec.Kind.EXECUTOR);
    assertThat(spec.executor().value()).isEqualTo("e1");
    assertThat(spec.task().getTaskId().getValue()).isEqualTo("e1");
    assertThat(spec.task().getName()).isEqualTo("executor e1");
    assertThat(spec.task().getCommand().getValue()).isEqualTo("./run");
    assertThat(spec.task().hasExecutor()).isFalse();
    assertThat(EffectText.read(spec.task().getResourcesList())).hasToString("cpus:1.5");
    assertThat(spec.environment())
        .containsEntry("MESOS_FRAMEWORK_ID", "f1")
        .containsEntry("MESOS_EXECUTOR_ID", "e1")
        .containsEntry("MESOS_SLAVE_ID", "A0")
        .containsEntry("MESOS_AGENT_ENDPOINT", "h1:5051")
        .containsEntry("MESOS_SLAVE_PID", "slave(1)@h1:5051")
        .containsEntry("MESOS_CHECKPOINT", "1")
        .containsEntry("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "5secs")
        .containsEntry("MESOS_RECOVERY_TIMEOUT", "15mins")
        .containsEntry("MESOS_SUBSCRIPTION_BACKOFF_MAX", "3secs");
  }

  @Test
  void whatWaitsIsDeliveredOnceTheExecutorHasSubscribedAndThatIsWrittenDown() {
    agent.launched(Messages.taskOf("e1", "t1")).executorStarted("e1");
    agent.then("timer overdue e1 PT1M");
    agent.launched(Messages.taskOf("e1", "t2"));

    agent.calls(7, subscribe("e1"));
    agent.then(
        "open executor 7",
        "tell 7 SUBSCRIBED true",
        "timer heartbeat e1 PT30M",
        "cancel overdue e1",
        "write 4 [executor e1 RUNNING, task t1 TASK_STAGING +0 delivered,"
            + " task t2 TASK_STAGING +0 delivered]");

    agent.written();
    agent.then(
        "update e1 to cpus:2.5", "tell 7 LAUNCH t1", "update e1 to cpus:2.5", "tell 7 LAUNCH t2");
  }

  @Test
  void anotherTaskGoesStraightToTheExecutorThatRuns() {
    agent.executorRuns("e1", "t1", 7);

    agent.says(Messages.runTask(FRAMEWORK, Messages.taskOf("e1", "t2")));
    agent.then("timer silent 1 PT30S", "write 4 [task t2 TASK_STAGING +0 delivered]");

    agent.written();
    agent.then("update e1 to cpus:2.5", "tell 7 LAUNCH t2");
  }

  @Test
  void aGroupIsDeliveredWhole() {
    agent.executorRuns("e1", "t1", 7);

    agent
        .says(Messages.runGroup(Messages.executor("e1"), Messages.task("t2"), Messages.task("t3")))
        .settle();

    agent.then("update e1 to cpus:3.5", "tell 7 LAUNCH_GROUP [t2, t3]");
  }

  @Test
  void aGroupThatLosesATaskBeforeItsDeliveryIsEndedWhole() {
    agent.says(
        Messages.runGroup(Messages.executor("e1"), Messages.task("t1"), Messages.task("t2")));
    agent.settle().says(Messages.kill("t2")).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(agent.lastSent("t2").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH);
  }

  @Test
  void aDifferentExecutorInfoUnderTheSameIdIsAnError() {
    agent.executorRuns("e1", "t1", 7);
    TaskInfo.Builder other = Messages.taskOf("e1", "t2").toBuilder();
    other.getExecutorBuilder().getCommandBuilder().setValue("./other");

    agent.says(Messages.runTask(FRAMEWORK, other.build())).settle();

    assertThat(agent.lastSent("t2").getState()).isEqualTo(TaskState.TASK_ERROR);
    assertThat(agent.lastSent("t2").getMessage()).contains("another ExecutorInfo");
    assertThat(agent.view().executors()).hasSize(1);
  }

  @Test
  void theMasterIsToldWhenAnOrderStartsNoExecutor() {
    TaskInfo elsewhere =
        Messages.taskOf("e1", "t1").toBuilder()
            .setAgentId(AgentID.newBuilder().setValue("another"))
            .build();

    agent.says(Messages.runTask(FRAMEWORK, elsewhere)).settle();

    agent.then(
        "send 1 update t1 TASK_ERROR latest TASK_ERROR",
        "timer resend t1 PT10S",
        "send 1 exited e1 -1");
  }

  @Test
  void aTaskForAnExecutorThatHasJustEndedDoesNotStartAnother() {
    MasterMessage.Builder order =
        Messages.runTask(FRAMEWORK, Messages.taskOf("e1", "t1")).toBuilder();
    order.getRunTaskBuilder().setLaunchExecutor(false);

    agent.says(order.build());

    agent.then("timer silent 1 PT30S", "send 1 update t1 TASK_DROPPED latest TASK_DROPPED");
    assertThat(agent.lastSent("t1").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
  }

  @Test
  void aDrainedAgentStartsNoExecutor() {
    agent.says(Messages.drain()).says(Messages.runTask(FRAMEWORK, Messages.taskOf("e1", "t1")));

    agent.then(
        "timer silent 1 PT30S",
        "send 1 update t1 TASK_DROPPED latest TASK_DROPPED",
        "send 1 exited e1 -1");
  }

  @Test
  void anExecutorThatLosesItsOnlyTaskBeforeItIsUpIsNotWaitedFor() {
    agent.launched(Messages.taskOf("e1", "t1"));

    agent.says(Messages.kill("t1"));

    agent.then(
        "timer silent 1 PT30S",
        "kill e1 PT5S",
        "write 3 [task t1 TASK_KILLED +1 kill ended, executor e1 TERMINATING]");
  }

  @Test
  void oneThatIsKilledBeforeItWasWrittenDownIsNeverLaunched() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.taskOf("e1", "t1"))).says(Messages.kill("t1"));

    agent.settle();

    assertThat(agent.lastEffects()).noneMatch(LaunchContainer.class::isInstance);
    assertThat(agent.view().executors()).isEmpty();
  }

  @Test
  void aDeliveryThatMissesTheConnectionWaitsForTheNext() {
    agent.executorRuns("e1", "t1", 7);
    agent.says(Messages.runTask(FRAMEWORK, Messages.taskOf("e1", "t2")));
    agent.handle(new AgentEvent.ExecutorDisconnected(agent.now(), 7)).settle();
    assertThat(agent.timer(agent.overdue("e1"))).isEqualTo(Duration.ofMinutes(15));

    agent
        .calls(
            8,
            subscribe(
                "e1",
                List.of(Messages.taskOf("e1", "t1")),
                List.of(status("t1", TASK_RUNNING, "u1"))))
        .settle();

    agent.then(
        "send 1 update t1 TASK_RUNNING latest TASK_RUNNING",
        "timer resend t1 PT10S",
        "tell 8 ACKNOWLEDGED t1 u1",
        "update e1 to cpus:2.5",
        "tell 8 LAUNCH t2");
  }
}
