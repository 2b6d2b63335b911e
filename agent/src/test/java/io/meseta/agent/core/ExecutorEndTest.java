package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.exit;
import static io.meseta.agent.core.AgentCoreTestContext.outOfMemory;
import static io.meseta.agent.core.ExecutorMessages.status;
import static io.meseta.agent.core.ExecutorMessages.subscribe;
import static io.meseta.agent.core.ExecutorMessages.update;
import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.core.AgentEvent.ContainerLaunchFailed;
import io.meseta.api.v1.TaskStatus.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How executors end, and what that means for their tasks; and what a restart leaves of them. */
class ExecutorEndTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private void running() {
    agent.executorRuns("e1", "t1", 7);
    agent.calls(8, update("e1", "t1", TASK_RUNNING, "u1")).settle();
    agent.acknowledged("t1");
  }

  @Test
  void anExecutorThatExitsTakesItsTasksWithIt() {
    running();

    agent.executorExited("e1", exit(3)).settle();

    agent.then(
        "send 1 update t1 TASK_FAILED latest TASK_FAILED",
        "timer resend t1 PT10S",
        "remove e1",
        "send 1 exited e1 768");
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
    assertThat(agent.lastSent("t1").getMessage()).contains("status 3");
    assertThat(agent.durable().executors()).isEmpty();
  }

  @Test
  void aSignalIsToldAsWaitpidDoes() {
    running();

    agent.executorExited("e1", exit(137)).settle();

    agent.then(
        "send 1 update t1 TASK_FAILED latest TASK_FAILED",
        "timer resend t1 PT10S",
        "remove e1",
        "send 1 exited e1 9");
  }

  @Test
  void memoryIsTheReasonWhereItIs() {
    running();

    agent.executorExited("e1", outOfMemory(137, 64 << 20)).settle();

    assertThat(agent.lastSent("t1").getReason())
        .isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
  }

  @Test
  void oneThatDoesNotSubscribeInTimeIsKilledAndToldSo() {
    agent.launched(Messages.taskOf("e1", "t1")).executorStarted("e1");

    agent.fire(agent.overdue("e1"));
    agent.then("kill e1 PT0S", "write 3 [executor e1 TERMINATING]");
    agent.settle().executorExited("e1", exit(137)).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TASK_FAILED);
    assertThat(agent.lastSent("t1").getReason())
        .isEqualTo(Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT);
  }

  @Test
  void itsSandboxIsTooLarge() {
    running();
    AgentEvent exceeded =
        new AgentEvent.DiskLimitExceeded(
            agent.now(), agent.executorContainer("e1"), 100L << 20, 64L << 20);

    agent.handle(exceeded);
    agent.then("kill e1 PT0S", "write 6 [executor e1 TERMINATING]");
    agent.handle(exceeded).settle().executorExited("e1", exit(137)).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TASK_FAILED);
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
    assertThat(agent.lastSent("t1").getMessage()).contains("used 100.0 MB and may use 64.0 MB");
    assertThat(agent.view().counters()).containsEntry(AgentCounter.TERMINATED_EXECUTORS, 1L);
  }

  @Test
  void oneThatCannotBeLaunchedFailsItsTasks() {
    agent.launched(Messages.taskOf("e1", "t1"));

    agent
        .handle(
            new ContainerLaunchFailed(
                agent.now(), agent.executorContainer("e1"), ContainerPhase.PULLING, "no image"))
        .settle();

    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
    assertThat(agent.view().executors()).isEmpty();
  }

  @Test
  void aShutdownIsSaidFirstAndForcedAfterTheGracePeriod() {
    running();

    agent.says(Messages.shutDownExecutor("f1", "e1"));
    agent.then(
        "timer silent 1 PT30S",
        "tell 7 SHUTDOWN",
        "timer overdue e1 PT5S",
        "write 6 [executor e1 TERMINATING]");
    agent.settle().fire(agent.overdue("e1")).then("kill e1 PT0S");
    agent.executorExited("e1", exit(137)).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TASK_KILLED);
  }

  @Test
  void whatTheExecutorSaysWhileItShutsDownCounts() {
    running();
    agent.says(Messages.shutDownExecutor("f1", "e1")).settle();

    agent.calls(9, update("e1", "t1", TASK_FINISHED, "u2")).settle();
    agent.executorExited("e1", exit(0)).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TASK_FINISHED);
  }

  @Test
  void theEndOfItsFrameworkIsTheEndOfTheExecutor() {
    running();

    agent.says(Messages.shutDown("f1"));
    agent.then(
        "timer silent 1 PT30S",
        "tell 7 SHUTDOWN",
        "timer overdue e1 PT5S",
        "write 6 [framework f1 shut down, task t1 TASK_RUNNING +0 delivered,"
            + " executor e1 TERMINATING]");
    agent.settle().executorExited("e1", exit(0)).settle();

    agent.then(
        "send 1 update t1 TASK_KILLED latest TASK_KILLED", "remove e1", "send 1 exited e1 0");
    assertThat(agent.view().frameworks()).isEmpty();
  }

  @Test
  void drainingKillsTheTasksAndThenTheExecutor() {
    running();

    agent.says(Messages.drain(Duration.ofSeconds(2)));
    agent.then(
        "timer silent 1 PT30S",
        "tell 7 KILL t1 PT2S",
        "timer drain overdue e1 PT7S",
        "write 6 [task t1 TASK_RUNNING +0 kill delivered, executor e1 RUNNING drained]");
    agent.settle().calls(9, update("e1", "t1", TASK_KILLED, "u2"));
    assertThat(agent.view().executors().getFirst().state()).isEqualTo(ExecutorState.TERMINATING);

    agent.settle();
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
  }

  @Test
  void tasksThatDoNotEndWhenTheAgentIsDrainedGoWithTheirExecutor() {
    running();
    agent.says(Messages.drain(Duration.ofSeconds(2))).settle();

    agent.fire(new AgentTimer.ExecutorDrainOverdue(agent.executorContainer("e1")));

    agent.then(
        "tell 7 SHUTDOWN", "timer overdue e1 PT5S", "write 7 [executor e1 TERMINATING drained]");
  }

  @Test
  void anAgentThatIsGoneWaitsForItsExecutors() {
    running();
    agent.says(Messages.rejectedForGood()).settle();
    assertThat(agent.lastEffects()).noneMatch(AgentEffect.Terminate.class::isInstance);

    agent.executorExited("e1", exit(0)).settle();

    assertThat(agent.lastEffects()).anyMatch(AgentEffect.Terminate.class::isInstance);
  }

  // ---- a restart ----

  @Test
  void aRestartedAgentAdoptsAndWaitsForItsExecutors() {
    running();
    AgentCoreTestContext again = agent.restarted();
    again.then("keep volumes []", "observe A0");

    again.observed(AgentCoreTestContext.running(again.executorContainer("e1")));
    again.then("adopt e1", "timer overdue e1 PT15S", "timer observe PT1M");

    again.calls(1, subscribe("e1", List.of(), List.of(status("t1", TASK_FINISHED, "u2")))).settle();
    assertThat(again.view().tasks().getFirst().state()).isEqualTo(TASK_FINISHED);
    assertThat(again.timers()).doesNotContainKey(again.overdue("e1"));
  }

  @Test
  void oneThatDoesNotComeBackIsKilled() {
    running();
    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.running(again.executorContainer("e1")));

    again.fire(again.overdue("e1")).then("kill e1 PT0S", "write 1 [executor e1 TERMINATING]");
    again.settle().executorExited("e1", exit(137)).settle();

    assertThat(again.view().tasks().getFirst().latest().orElseThrow().getReason())
        .isEqualTo(Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT);
  }

  @Test
  void anUpdateThatWasTakenBeforeTheRestartIsOnlyAcknowledged() {
    running();
    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.running(again.executorContainer("e1")));

    again.calls(1, subscribe("e1", List.of(), List.of(status("t1", TASK_RUNNING, "u1"))));

    again.then(
        "open executor 1",
        "tell 1 SUBSCRIBED true",
        "timer heartbeat e1 PT30M",
        "cancel overdue e1",
        "write 1 [executor e1 RUNNING]");
    again.written().then("tell 1 ACKNOWLEDGED t1 u1");
    assertThat(again.view().tasks().getFirst().unacknowledged()).isZero();
  }

  @Test
  void whatWasNeverDeliveredIsDeliveredAfterTheRestart() {
    agent.launched(Messages.taskOf("e1", "t1")).executorStarted("e1");
    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.running(again.executorContainer("e1")));
    again.then("adopt e1", "timer overdue e1 PT1M", "timer observe PT1M");

    again.subscribed("e1", 1);

    assertThat(again.lastEffects())
        .filteredOn(AgentEffect.SendToExecutor.class::isInstance)
        .hasSize(2);
  }

  @Test
  void executorsThatVanishedMeanwhileAreTold() {
    running();
    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, Messages.taskOf("e2", "t2")));
    agent.settle();
    AgentCoreTestContext again = agent.restarted();

    again.observed().settle();

    assertThat(again.view().tasks())
        .extracting(TaskView::state)
        .containsExactly(TASK_GONE, TASK_DROPPED);
    assertThat(again.view().executors()).isEmpty();
  }

  @Test
  void aRegistrationListsExecutors() {
    running();

    agent.closed(1).fire(new AgentTimer.Reconnect()).opened(2);

    agent.then("timer silent 2 PT15S", "send 2 register A0 [t1 TASK_RUNNING] executor e1");
  }
}
