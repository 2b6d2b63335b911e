package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentEvent.StopOrdered;
import io.meseta.agent.core.AgentEvent.StopOrdered.Identity;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Everything ends because the process is to stop. */
class StoppingTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private AgentCoreTestContext stops(Optional<Duration> longestGrace, Identity identity) {
    return agent.handle(new StopOrdered(agent.now(), longestGrace, identity));
  }

  private AgentCoreTestContext stops() {
    return stops(Optional.empty(), Identity.KEEP);
  }

  @Test
  void anEmptyAgentTakesItsLeaveAtOnce() {
    stops().then("send 1 leaving", "timer silent 1 PT15S");

    assertThat(agent.view().link()).isEqualTo(LinkState.LEAVING);
    agent.closed(1).then("cancel silent 1");
    assertThat(agent.view().link()).isEqualTo(LinkState.RETIRED);
  }

  @Test
  void everyTaskIsKilledInItsOwnGracePeriod() {
    agent.running("t1");

    stops().then("kill t1 PT5S", "write 6 [task t1 TASK_RUNNING +0 kill]");
  }

  @Test
  void orAtOnce() {
    agent.running("t1");

    stops(Optional.of(Duration.ZERO), Identity.KEEP);

    assertThat(agent.only(AgentEffect.KillContainer.class).grace()).isZero();
  }

  @Test
  void itGoesWhenTheLastEndIsAcknowledged() {
    agent.running("t1");
    stops().settle();
    agent.exited("t1", 143).settle();
    assertThat(agent.view().link()).isEqualTo(LinkState.REGISTERED);
    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);

    agent.acknowledge("t1");
    assertThat(agent.view().link()).isEqualTo(LinkState.REGISTERED);
    agent.settle();

    assertThat(agent.view().tasks()).isEmpty();
    assertThat(agent.view().link()).isEqualTo(LinkState.LEAVING);
  }

  @Test
  void noNewTaskIsTakenAndNoMasterEndsIt() {
    agent.running("t1");
    stops().settle();

    agent.closed(1).fire(new AgentTimer.Reconnect()).opened(2);
    agent.says(2, Messages.registered("A0"));
    agent.says(2, Messages.runTask(AgentCoreTestContext.FRAMEWORK, Messages.task("t2")));

    agent.then("timer silent 2 PT30S", "send 2 update t2 TASK_DROPPED latest TASK_DROPPED");
    assertThat(agent.view().draining()).isTrue();
  }

  @Test
  void withoutAMasterNobodyIsLeftToTell() {
    agent.closed(1);

    stops().then("cancel reconnect");

    assertThat(agent.view().link()).isEqualTo(LinkState.RETIRED);
  }

  @Test
  void aMasterThatDoesNotAnswerTheLeaveIsNotWaitedForLong() {
    stops().fire(new AgentTimer.MasterSilent(1)).then("cancel silent 1", "close 1");

    assertThat(agent.view().link()).isEqualTo(LinkState.RETIRED);
  }

  @Test
  void anotherLeaderEndsTheLeave() {
    stops().leader(Optional.empty()).then("cancel silent 1", "close 1");

    assertThat(agent.view().link()).isEqualTo(LinkState.RETIRED);
  }

  @Test
  void aSecondOrderChangesNothing() {
    agent.running("t1");
    stops().settle();

    stops().thenNothing();
  }

  @Test
  void theSameAgentComesBack() {
    stops().closed(1);

    AgentCoreTestContext after = agent.restarted();

    assertThat(after.view().agent().getId().getValue()).isEqualTo("A0");
    assertThat(after.view().draining()).isFalse();
  }

  @Test
  void orAnotherOneWhenAllIsToBeForgotten() {
    agent.running("t1");
    stops(Optional.empty(), Identity.FORGET).settle();
    agent.exited("t1", 143).settle();

    agent
        .acknowledge("t1")
        .then(
            "timer silent 1 PT30S",
            "cancel resend t1",
            "write 8 [-task t1, -framework f1, -agent]");
    agent.settle().then("send 1 leaving", "timer silent 1 PT15S");

    assertThat(agent.durable().agent()).isEmpty();
    assertThat(agent.durable().tasks()).isEmpty();
    assertThat(agent.restarted().view().agent().hasId()).isFalse();
  }
}
