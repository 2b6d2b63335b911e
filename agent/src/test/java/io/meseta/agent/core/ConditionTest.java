package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.api.link.v1.AgentCondition;
import io.meseta.api.link.v1.AgentMessage;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The master is told whether the agent can take new tasks. */
class ConditionTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private void engine(boolean healthy) {
    agent.handle(new AgentEvent.EngineHealthChanged(agent.now(), healthy, "no such socket"));
  }

  @Test
  void aSilentEngineIsToldAndItsReturn() {
    engine(false);
    agent.then("send 1 degraded: its container engine does not answer: no such socket");

    engine(true);
    agent.then("send 1 well");
  }

  @Test
  void whatWasToldIsNotToldAgain() {
    engine(false);

    engine(false);

    agent.thenNothing();
  }

  @Test
  void aJournalThatCannotBeWrittenIsTold() {
    agent.running("t1").says(Messages.kill("t1"));

    agent.writeFails(6);

    assertThat(agent.view().journalFailure()).contains("disk full");
    assertThat(agent.lastEffects())
        .contains(
            new SendToMaster(
                1,
                AgentMessage.newBuilder()
                    .setCondition(
                        AgentCondition.newBuilder()
                            .setDegraded("its journal cannot be written: disk full"))
                    .build()));
  }

  @Test
  void aRegistrationSaysIt() {
    agent.closed(1);
    engine(false);
    agent.thenNothing();
    agent.leader(Optional.of(new LeaderAddress("m2", "127.0.0.1", 5051)));

    agent.opened(2);

    assertThat(agent.only(SendToMaster.class).message().getRegister().getCondition().getDegraded())
        .isEqualTo("its container engine does not answer: no such socket");
    agent.says(2, Messages.registered("A0")).settle();
    assertThat(agent.lastEffects()).noneMatch(SendToMaster.class::isInstance);
  }

  @Test
  void whatChangesWhileTheRegistrationIsUnderWayIsToldAfterIt() {
    agent.closed(1);
    agent.leader(Optional.of(new LeaderAddress("m2", "127.0.0.1", 5051)));
    agent.opened(2);
    engine(false);
    agent.thenNothing();

    agent.says(2, Messages.registered("A0"));

    assertThat(agent.lastEffects())
        .filteredOn(SendToMaster.class::isInstance)
        .singleElement()
        .matches(e -> ((SendToMaster) e).message().getCondition().hasDegraded());
  }
}
