package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An operator wants the agent empty. */
class DrainingTest {

  private static final FrameworkInfo WANTS_KILLING =
      Messages.framework("f1", Capability.Type.TASK_KILLING_STATE);

  private static final FrameworkInfo PARTITION_AWARE =
      Messages.framework("f1", Capability.Type.PARTITION_AWARE);

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private static TaskInfo withGrace(String task, Duration grace) {
    return Messages.task(task).toBuilder().setKillPolicy(Messages.policy(grace)).build();
  }

  @Test
  void everyTaskIsKilledInItsOwnGracePeriod() {
    agent.running("t1").running(FRAMEWORK, withGrace("t2", Duration.ofSeconds(33)));

    agent.says(Messages.drain());

    agent.then(
        "timer silent 1 PT30S",
        "kill t1 PT5S",
        "kill t2 PT33S",
        "write 10 [task t1 TASK_RUNNING +0 kill, task t2 TASK_RUNNING +0 kill]");
    assertThat(agent.view().draining()).isTrue();
  }

  @Test
  void noTaskGetsLongerThanTheOperatorAllows() {
    agent.running("t1").running(FRAMEWORK, withGrace("t2", Duration.ofSeconds(33)));

    agent.says(Messages.drain(Duration.ofSeconds(10)));

    assertThat(agent.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .extracting(effect -> ((AgentEffect.KillContainer) effect).grace())
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  @Test
  void theReasonIsToldWithTheKillAndWithTheEnd() {
    agent.running(WANTS_KILLING, Messages.task("t1"));

    agent.says(Messages.drain()).settle();
    agent.then("send 1 update t1 TASK_KILLING latest TASK_KILLING", "timer resend t1 PT10S");
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
    agent.acknowledged("t1").exited("t1", 143).settle();

    TaskStatus end = agent.lastSent("t1");
    assertThat(end.getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(end.getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
    assertThat(end.getMessage())
        .isEqualTo("Agent is drained: Container was killed, exit status 143");
  }

  @Test
  void aFrameworkThatDoesNotKnowTheKillingStateIsToldTheEndOnly() {
    agent.running("t1").says(Messages.drain()).settle();
    agent.thenNothing();
    agent.exited("t1", 0).settle();

    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
  }

  @Test
  void withAnAgentThatIsGivenUpItsTasksAreGone() {
    agent.running(PARTITION_AWARE, Messages.task("t1")).says(Messages.drainForGood()).settle();
    agent.exited("t1", 143).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
  }

  /** Unlike in Mesos: the container still runs, and holds what it was given. */
  @Test
  void whileItIsBeingKilledItIsNotGone() {
    agent
        .running(
            Messages.framework(
                "f1", Capability.Type.PARTITION_AWARE, Capability.Type.TASK_KILLING_STATE),
            Messages.task("t1"))
        .says(Messages.drainForGood())
        .settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLING);
  }

  @Test
  void whoDoesNotKnowPartitionsIsToldOfAKill() {
    agent.running("t1").says(Messages.drainForGood()).settle().exited("t1", 143).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
  }

  @Test
  void whatEndedByItselfIsToldAsItEnded() {
    agent
        .running(PARTITION_AWARE, Messages.task("t1"))
        .exited("t1", 0)
        .says(Messages.drainForGood())
        .settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_FINISHED);
  }

  @Test
  void theNewerOrderDecidesWhetherTasksAreGone() {
    agent.running(PARTITION_AWARE, Messages.task("t1")).says(Messages.drain()).settle();
    agent.says(Messages.drainForGood()).settle();
    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.running(again.container("t1"))).settle();
    again.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    again.says(Messages.registered("A0")).settle();

    again.exited("t1", 143).settle();

    assertThat(again.lastSent("t1").getState()).as("stopped").isEqualTo(TaskState.TASK_KILLED);
  }

  @Test
  void aRestartedAgentKnowsThatItsTasksAreGone() {
    agent.running(PARTITION_AWARE, Messages.task("t1")).says(Messages.drainForGood()).settle();
    AgentCoreTestContext again = agent.restarted();
    again.observed().settle();
    again.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    again.says(Messages.registered("A0")).settle();

    assertThat(again.lastSent("t1").getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
  }

  @Test
  void aTaskThatItsFrameworkIsKillingStaysThatAndGetsNoMoreTime() {
    agent.running(FRAMEWORK, withGrace("t1", Duration.ofSeconds(60)));
    agent.says(Messages.kill("t1")).settle();

    agent.says(Messages.drain(Duration.ofSeconds(10)));
    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(10));
    agent.settle().exited("t1", 143).settle();

    assertThat(agent.lastSent("t1").hasReason()).isFalse();
  }

  @Test
  void aTaskThatWaitsForTheDiskIsNotLaunched() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1"))).says(Messages.drain()).settle();

    assertThat(agent.lastEffects()).noneMatch(AgentEffect.LaunchContainer.class::isInstance);
    agent.acknowledged("t1");
    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
  }

  @Test
  void noNewTaskIsTaken() {
    agent.says(Messages.drain());

    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));

    agent.then("timer silent 1 PT30S", "send 1 update t1 TASK_DROPPED latest TASK_DROPPED");
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
    assertThat(agent.counted(AgentCounter.REFUSED_TASKS)).isEqualTo(1);
  }

  @Test
  void theSecondOrderCanOnlyShortenTheTime() {
    agent.running(FRAMEWORK, withGrace("t1", Duration.ofSeconds(60)));
    agent.says(Messages.drain(Duration.ofSeconds(20))).settle();

    agent.says(Messages.drain(Duration.ofSeconds(40))).then("timer silent 1 PT30S");
    agent.says(Messages.drain(Duration.ofSeconds(3)));

    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whenItIsStoppedNewTasksAreTakenAndWhatIsBeingEndedEnds() {
    agent.running("t1").says(Messages.drain()).settle();

    agent.says(Messages.stopDraining()).then("timer silent 1 PT30S");
    assertThat(agent.view().draining()).isFalse();
    agent.launched(Messages.task("t2"));
    agent.exited("t1", 143).settle();

    assertThat(agent.lastSent("t2").getState()).isEqualTo(TaskState.TASK_STARTING);
    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
  }

  @Test
  void anAgentThatWasAwayIsToldWhenItRegisters() {
    agent.running("t1").closed(1).fire(new AgentTimer.Reconnect()).opened(2);

    agent.says(2, Messages.registeredForDraining(Duration.ofSeconds(2)));

    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aRegistrationThatDoesNotSaySoEndsIt() {
    agent.says(Messages.drain()).closed(1).fire(new AgentTimer.Reconnect()).opened(2);

    agent.says(2, Messages.registered("A0"));

    assertThat(agent.view().draining()).isFalse();
  }

  @Test
  void aRestartedAgentGoesOnWithItAndKeepsTheReason() {
    agent.running("t1").says(Messages.drain()).settle();
    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.running(again.container("t1")));
    assertThat(again.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(4));
    again.settle().leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    again.says(Messages.registeredForDraining(Duration.ofSeconds(60))).settle();

    again.exited("t1", 143).settle();

    assertThat(again.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(again.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
  }
}
