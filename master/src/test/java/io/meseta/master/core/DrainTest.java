package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.DrainState;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.v1.AgentRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents that are deactivated, drained, and used again. */
class DrainTest {

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.partitionAware("web").build());
  private Node agent;

  @BeforeEach
  void anAgentWithATask() {
    agent = master.addAgentRunning(client, "t");
  }

  private TaskStatus taskEnds() {
    return agent.update(client, "t", TaskState.TASK_KILLED);
  }

  @Test
  void nothingIsDoneBeforeTheRegistrySaysSo() {
    master.pass(java.time.Duration.ofSeconds(10));
    assertThat(client.offers()).hasSize(1);
    master.holdRegistry();

    long exchange = master.ask(Messages.drainCall(agent.id));

    assertThat(master.answer(exchange)).isEmpty();
    assertThat(agent.messages()).noneMatch(MasterMessage::hasDrain);
    assertThat(client.events()).isEmpty();
    master.releaseRegistry();
    assertThat(master.answer(exchange)).hasValue(200);
    assertThat(agent.messages()).anyMatch(MasterMessage::hasDrain);
    assertThat(client.events()).singleElement().matches(Event::hasRescind);
  }

  @Test
  void aFailedWriteAnswersNothingAndEndsTheTerm() {
    master.holdRegistry();
    long exchange = master.ask(Messages.drainCall(agent.id));
    master.effects();

    master.endWrite(new RegistryOutcome.Fenced());

    assertThat(master.answer(exchange)).isEmpty();
    assertThat(master.effects()).singleElement().isInstanceOf(MasterEffect.StepDown.class);
  }

  @Test
  void theAgentIsToldTheLongestGracePeriod() {
    var call = Messages.drainCall(agent.id);
    call.getDrainAgentBuilder()
        .setMaxGracePeriod(Duration.newBuilder().setSeconds(7).setNanos(500_000_000));

    assertThat(master.operate(call)).isEqualTo(200);

    assertThat(agent.messages())
        .filteredOn(MasterMessage::hasDrain)
        .singleElement()
        .satisfies(message ->
            assertThat(message.getDrain().getMaxGracePeriod().getNanoseconds())
                .isEqualTo(7_500_000_000L));
  }

  @Test
  void aDrainingAgentIsNotOffered() {
    master.operate(Messages.drainCall(agent.id));
    client.events();

    master.pass(java.time.Duration.ofMinutes(1));

    assertThat(client.offers()).isEmpty();
    assertThat(master.view(agent).deactivated()).isTrue();
    assertThat(master.view(agent).draining().orElseThrow().info().getState())
        .isEqualTo(DrainState.DRAINING);
  }

  @Test
  void itIsDrainedWhenTheLastEndIsAcknowledged() {
    master.operate(Messages.drainCall(agent.id));
    TaskStatus end = taskEnds();
    assertThat(master.record(agent).getDrainInfo().getState()).isEqualTo(DrainState.DRAINING);

    client.acknowledge(end);

    assertThat(master.record(agent).getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.ADMITTED);
    assertThat(master.view(agent).draining().orElseThrow().info().getState())
        .isEqualTo(DrainState.DRAINED);
    client.events();
    master.pass(java.time.Duration.ofMinutes(1));
    assertThat(client.offers()).as("it stays out of service").isEmpty();
  }

  @Test
  void anEmptyAgentIsDrainedAtOnce() {
    Node empty = master.addAgent("empty");

    master.operate(Messages.drainCall(empty.id));

    assertThat(master.record(empty).getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
  }

  @Test
  void aDrainedAgentThatWasToBeMarkedGoneIsGone() {
    var call = Messages.drainCall(agent.id);
    call.getDrainAgentBuilder().setMarkGone(true);
    master.operate(call);
    agent.messages();

    client.acknowledge(taskEnds());

    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.GONE);
    assertThat(agent.messages())
        .anySatisfy(message -> assertThat(message.getRejected().getPermanent()).isTrue());
  }

  @Test
  void tasksOfAFrameworkThatIsRemovedMeanwhileDoNotHoldItUp() {
    taskEnds();
    master.operate(Messages.drainCall(agent.id));

    master.operate(Messages.teardownCall(client.id));

    assertThat(master.record(agent).getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
  }

  @Test
  void drainingCanBeGivenUp() {
    master.operate(Messages.drainCall(agent.id));
    client.events();
    agent.messages();

    assertThat(master.operate(Messages.reactivateCall(agent.id))).isEqualTo(200);

    assertThat(agent.messages()).singleElement().matches(MasterMessage::hasStopDraining);
    assertThat(master.record(agent).hasDrainInfo()).isFalse();
    assertThat(master.record(agent).getDeactivated()).isFalse();
    master.pass(java.time.Duration.ofSeconds(10));
    assertThat(client.offers()).as("offered again").hasSize(1);
    client.acknowledge(taskEnds());
    assertThat(master.view(agent).draining()).isEmpty();
  }

  @Test
  void aDrainingThatIsGivenUpWhileItsEndIsBeingWrittenIsGivenUp() {
    var call = Messages.drainCall(agent.id);
    master.operate(call);
    TaskStatus end = taskEnds();
    master.holdRegistry();
    client.acknowledge(end);
    long exchange = master.ask(Messages.reactivateCall(agent.id));

    master.releaseRegistry();

    assertThat(master.answer(exchange)).hasValue(200);
    assertThat(master.view(agent).draining()).isEmpty();
    assertThat(master.view(agent).deactivated()).isFalse();
    assertThat(master.record(agent).hasDrainInfo()).isFalse();
  }

  @Test
  void aDrainedAgentIsUsedAgain() {
    master.operate(Messages.drainCall(agent.id));
    client.acknowledge(taskEnds());
    client.events();

    master.operate(Messages.reactivateCall(agent.id));

    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(Messages.cpusOf(offer)).isEqualTo(4));
  }

  @Test
  void aDrainedAgentMayBeDrainedOnceMore() {
    master.operate(Messages.drainCall(agent.id));
    client.acknowledge(taskEnds());
    var call = Messages.drainCall(agent.id);
    call.getDrainAgentBuilder().setMarkGone(true);

    master.operate(call);

    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.GONE);
  }

  @Test
  void anAgentThatIsAwayIsToldWhenItComesBack() {
    agent.disconnect();
    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(200);

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages().get(0).getRegistered().hasDrain()).isTrue();
    assertThat(client.offers()).isEmpty();
    client.acknowledge(taskEnds());
    assertThat(master.record(agent).getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
  }

  @Test
  void anUnreachableAgentIsToldWhenItComesBack() {
    agent.disconnect();
    master.pass(java.time.Duration.ofSeconds(95));
    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(200);
    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.UNREACHABLE);

    agent.comeBack(client);

    assertThat(agent.messages().get(0).getRegistered().hasDrain()).isTrue();
    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.ADMITTED);
    assertThat(master.record(agent).getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
  }

  @Test
  void drainingOutlivesTheLeader() {
    master.operate(Messages.drainCall(agent.id));
    master.failover();
    Client again = master.connect(Messages.partitionAware("web").setId(client.id).build());

    agent.comeBack(again, agent.held(again, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages().get(0).getRegistered().hasDrain()).isTrue();
    assertThat(again.offers()).isEmpty();
    again.acknowledge(agent.update(again, "t", TaskState.TASK_KILLED));
    assertThat(master.record(agent).getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
    master.failover();
    agent.comeBack(again);
    assertThat(master.view(agent).draining().orElseThrow().info().getState())
        .isEqualTo(DrainState.DRAINED);
  }

  @Test
  void aDeactivatedAgentKeepsItsTasksAndGetsNoNewOnes() {
    master.pass(java.time.Duration.ofSeconds(10));
    client.events();

    assertThat(master.operate(Messages.deactivateCall(agent.id))).isEqualTo(200);

    assertThat(client.events()).singleElement().matches(Event::hasRescind);
    assertThat(agent.messages()).noneMatch(MasterMessage::hasDrain);
    master.pass(java.time.Duration.ofMinutes(1));
    agent.pong();
    assertThat(client.offers()).isEmpty();
    master.failover();
    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));
    Client again = master.connect(Messages.partitionAware("web").setId(client.id).build());
    master.pass(java.time.Duration.ofSeconds(10));
    assertThat(again.offers()).as("not by a new leader either").isEmpty();
    master.operate(Messages.reactivateCall(agent.id));
    assertThat(again.offers()).hasSize(1);
  }

  @Test
  void anAgentThatIsReactivatedWhileItIsAwayIsOfferedWhenItIsBack() {
    master.operate(Messages.deactivateCall(agent.id));
    agent.disconnect();
    client.events();

    master.operate(Messages.reactivateCall(agent.id));
    assertThat(client.offers()).isEmpty();
    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));

    assertThat(client.offers()).hasSize(1);
  }

  @Test
  void twoCallsAtTheSameMomentDoNotUndoEachOther() {
    master.holdRegistry();
    master.ask(Messages.deactivateCall(agent.id));
    agent.disconnect();
    var register = Messages.register("a");
    register.getAgentBuilder().setId(agent.id).setPort(6000);
    master.openLink(register);

    master.releaseRegistry();

    assertThat(master.record(agent).getDeactivated()).isTrue();
    assertThat(master.record(agent).getInfo().getPort()).isEqualTo(6000);
  }

  @Test
  void agentsThatAreNotThereAreRefused() {
    var nobody = agent.id.toBuilder().setValue("nobody").build();

    assertThat(master.operate(Messages.drainCall(nobody))).isEqualTo(400);
    assertThat(master.operate(Messages.deactivateCall(nobody))).isEqualTo(400);
    assertThat(master.operate(Messages.reactivateCall(nobody))).isEqualTo(400);
    assertThat(master.operate(Messages.goneCall(nobody))).isEqualTo(404);
    master.operate(Messages.goneCall(agent.id));
    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(400);
    assertThat(master.operate(Messages.deactivateCall(agent.id))).isEqualTo(400);
    assertThat(master.operate(Messages.reactivateCall(agent.id))).isEqualTo(400);
    assertThat(master.operate(Messages.goneCall(agent.id))).as("it is so").isEqualTo(200);
  }

  @Test
  void whatIsSoAlreadyCanBeAskedForAgain() {
    assertThat(master.operate(Messages.reactivateCall(agent.id))).isEqualTo(200);
    assertThat(master.operate(Messages.deactivateCall(agent.id))).isEqualTo(200);
    assertThat(master.operate(Messages.deactivateCall(agent.id))).isEqualTo(200);
    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(200);
    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(200);
  }

  @Test
  void anAgentThatIsAwayCanBeDrainedAndMarkedAsGone() {
    agent.disconnect();
    master.pass(java.time.Duration.ofSeconds(95));

    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(200);
    assertThat(master.operate(Messages.goneCall(agent.id))).isEqualTo(200);
  }

  @Test
  void theAgentIsToldThatItIsGivenUpAndItsWordForTheEndsIsTaken() {
    Call.Builder call = Messages.drainCall(agent.id);
    call.getDrainAgentBuilder().setMarkGone(true);
    master.operate(call);
    assertThat(agent.messages())
        .filteredOn(MasterMessage::hasDrain)
        .singleElement()
        .matches(message -> message.getDrain().getMarkGone());
    client.events();

    TaskStatus end = agent.update(client, "t", TaskState.TASK_GONE_BY_OPERATOR);

    assertThat(client.updates()).containsExactly(end);
    client.acknowledge(end);
    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.GONE);
    assertThat(client.updates()).as("the end is told once").isEmpty();
  }

  @Test
  void whoeverDoesNotLeadSaysSo() {
    master.handle(new MasterEvent.LeadershipLost(master.now, "cut off"));

    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(503);
  }

  @Test
  void otherCallsAreNotImplemented() {
    var call =
        io.meseta.api.v1.master.Call.newBuilder()
            .setType(io.meseta.api.v1.master.Call.Type.GET_STATE);

    assertThat(master.operate(call)).isEqualTo(501);
  }
}
