package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentTimer.Reconnect;
import io.meseta.agent.journal.JournalSnapshot;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An agent that its master has marked gone. */
class RetirementTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private void refused() {
    agent.closed(1).fire(new Reconnect()).opened(2).says(2, Messages.rejectedForGood());
  }

  @Test
  void itsContainersAreEndedBeforeAnythingIsForgotten() {
    agent.running("t1");

    refused();

    agent.then(
        "timer silent 2 PT15S",
        "cancel silent 2",
        "close 2",
        "kill t1 PT5S",
        "write 6 [task t1 TASK_RUNNING +0 kill]");
    assertThat(agent.view().link()).isEqualTo(LinkState.RETIRED);
    assertThat(agent.view().retirement()).contains("marked gone");
  }

  @Test
  void itEndsWhenTheLastContainerHasEndedAndTheJournalIsEmpty() {
    agent.running("t1");
    refused();
    agent.settle();

    agent.exited("t1", 143).then("write 7 [-task t1, -framework f1, -agent]");
    agent.written().then("remove t1", "terminate: marked gone");

    assertThat(agent.durable()).isEqualTo(JournalSnapshot.EMPTY);
  }

  @Test
  void withoutTasksItEndsAtOnce() {
    refused();
    agent.then("timer silent 2 PT15S", "cancel silent 2", "close 2", "write 2 [-agent]");

    agent.settle().then("terminate: marked gone");
  }

  @Test
  void tasksThatWaitForTheDiskAreNotLaunched() {
    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, Messages.task("t1")));
    refused();

    agent.settle();

    assertThat(agent.lastEffects())
        .noneMatch(AgentEffect.LaunchContainer.class::isInstance)
        .contains(new AgentEffect.Terminate("marked gone"));
  }

  @Test
  void unacknowledgedUpdatesKeepNobodyWaiting() {
    agent.running("t1").exited("t1", 0).settle();

    refused();

    agent.settle();
    assertThat(agent.lastEffects()).contains(new AgentEffect.Terminate("marked gone"));
  }

  @Test
  void aCrashInBetweenIsRefusedAgainAndGoesOn() {
    agent.running("t1");
    refused();
    agent.settle();
    AgentCoreTestContext after = agent.restarted();
    after.observed(AgentCoreTestContext.running(after.container("t1"))).settle();
    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    after.says(Messages.rejectedForGood()).exited("t1", 137).settle();

    assertThat(after.lastEffects()).contains(new AgentEffect.Terminate("marked gone"));
    assertThat(after.durable()).isEqualTo(JournalSnapshot.EMPTY);
  }

  @Test
  void noLeaderBringsItBack() {
    refused();
    agent.settle();

    agent.leader(Optional.of(new LeaderAddress("m2", "127.0.0.2", 5050))).thenNothing();
    agent.leader(Optional.empty()).thenNothing();
  }
}
