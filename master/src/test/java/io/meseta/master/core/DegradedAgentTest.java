package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.AgentCondition;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Agents that say that they cannot take new tasks for the moment. */
class DegradedAgentTest {

  private static final Duration LONG_ENOUGH_FOR_OFFERS = Duration.ofSeconds(10);

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.partitionAware("web").build());
  private final Node agent = master.addAgentRunning(client, "t");

  private void says(AgentCondition.Builder condition) {
    agent.send(AgentMessage.newBuilder().setCondition(condition));
  }

  private static AgentCondition.Builder degraded() {
    return AgentCondition.newBuilder().setDegraded("no engine");
  }

  @Test
  void itsOffersAreTakenBackAndNoneAreMade() {
    master.pass(LONG_ENOUGH_FOR_OFFERS);
    assertThat(client.offers()).hasSize(1);

    says(degraded());

    assertThat(client.events()).singleElement().matches(Event::hasRescind);
    master.pass(LONG_ENOUGH_FOR_OFFERS);
    assertThat(client.offers()).isEmpty();
    assertThat(master.view(agent).degraded()).contains("no engine");
  }

  @Test
  void itsTasksAreNotConcerned() {
    says(degraded());

    agent.update(client, "t", TaskState.TASK_FINISHED);

    assertThat(client.events()).singleElement().matches(Event::hasUpdate);
  }

  @Test
  void wellAgainItIsOfferedAgain() {
    says(degraded());
    client.events();

    says(AgentCondition.newBuilder());
    master.pass(LONG_ENOUGH_FOR_OFFERS);

    assertThat(client.offers()).hasSize(1);
    assertThat(master.view(agent).degraded()).isEmpty();
  }

  @Test
  void anAgentThatRegistersDegradedIsNotOffered() {
    agent.disconnect();
    Register.Builder register = Messages.register(agent.hostname).setCondition(degraded());
    register.getAgentBuilder().setId(agent.id);
    agent.link = master.openLink(register);
    client.events();

    master.pass(LONG_ENOUGH_FOR_OFFERS);

    assertThat(client.offers()).isEmpty();
  }

  @Test
  void anAgentThatRegistersWellIsWell() {
    says(degraded());
    agent.disconnect();
    client.events();
    agent.comeBack(client);

    master.pass(LONG_ENOUGH_FOR_OFFERS);

    assertThat(client.offers()).hasSize(1);
  }

  @Test
  void whatAnOperatorHasTakenOutOfServiceStaysSo() {
    master.operate(Messages.deactivateCall(agent.id));
    says(degraded());

    says(AgentCondition.newBuilder());
    client.events();
    master.pass(LONG_ENOUGH_FOR_OFFERS);

    assertThat(client.offers()).isEmpty();
  }
}
