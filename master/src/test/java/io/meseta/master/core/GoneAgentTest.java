package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents that an operator declares gone. */
class GoneAgentTest {

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.partitionAware("web").build());
  private Node agent;

  @BeforeEach
  void anAgentWithATask() {
    agent = master.addAgentRunning(client, "t");
  }

  @Test
  void nothingIsToldBeforeTheRegistrySaysSo() {
    master.holdRegistry();

    long exchange = master.ask(Messages.goneCall(agent.id));

    assertThat(master.answer(exchange)).isEmpty();
    assertThat(client.events()).isEmpty();
    assertThat(agent.messages()).isEmpty();
    long link = rejoin();
    assertThat(master.messages(link))
        .singleElement()
        .satisfies(m -> assertThat(m.getRejected().getPermanent()).isFalse());
    master.releaseRegistry();
    assertThat(master.answer(exchange)).hasValue(200);
  }

  private long rejoin() {
    var register = Messages.register("a");
    register.getAgentBuilder().setId(agent.id);
    return master.openLink(register);
  }

  @Test
  void itsTasksAreLostForSureAndTheAgentIsRefusedForGood() {
    master.pass(Duration.ofSeconds(10));
    client.events();
    agent.messages();

    assertThat(master.operate(Messages.goneCall(agent.id))).isEqualTo(200);

    List<Event> events = client.events();
    assertThat(events)
        .extracting(Event::getType)
        .containsExactly(Event.Type.RESCIND, Event.Type.UPDATE, Event.Type.FAILURE);
    TaskStatus status = events.get(1).getUpdate().getStatus();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
    assertThat(status.hasUuid()).isFalse();
    assertThat(events.get(2).getFailure().getAgentId()).isEqualTo(agent.id);
    assertThat(agent.messages())
        .singleElement()
        .satisfies(m -> assertThat(m.getRejected().getPermanent()).isTrue());
    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.GONE);
    assertThat(master.messages(rejoin()))
        .singleElement()
        .satisfies(m -> assertThat(m.getRejected().getPermanent()).isTrue());
    master.pass(Duration.ofMinutes(2));
    assertThat(client.events()).noneMatch(event -> event.getType() != Event.Type.HEARTBEAT);
  }

  @Test
  void frameworksThatAreNotPartitionAwareHearTaskLost() {
    CoreContext other = CoreContext.leading();
    Client plain = other.connect(Messages.framework("plain").build());
    Node node = other.addAgent("b");
    Offer offer = plain.offers().get(0);
    plain.launch(offer, Messages.task("p", offer));

    other.operate(Messages.goneCall(node.id));

    assertThat(plain.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED);
        });
  }

  @Test
  void tasksThatWereUnreachableAreGoneToo() {
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    client.events();

    assertThat(master.operate(Messages.goneCall(agent.id))).isEqualTo(200);

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_GONE_BY_OPERATOR);
    client.reconcile();
    assertThat(client.updates()).isEmpty();
  }

  @Test
  void aTaskWhoseEndIsKnownIsNotToldAgain() {
    agent.update(client, "t", TaskState.TASK_FINISHED);
    client.events();

    master.operate(Messages.goneCall(agent.id));

    assertThat(client.updates()).isEmpty();
  }

  @Test
  void anEndThatTheAgentWasYetToTellIsTold() {
    // Its end goes with an earlier update, which waits for its acknowledgement.
    agent.update(client, "t", TaskState.TASK_RUNNING, TaskState.TASK_FAILED);
    client.events();

    master.operate(Messages.goneCall(agent.id));

    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
          assertThat(status.getReason())
              .isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
        });
  }

  @Test
  void anAgentThatHasNotComeBackToANewLeaderCanBeGone() {
    master.failover();
    Client again = master.connect(Messages.partitionAware("web").setId(client.id).build());
    again.events();

    assertThat(master.operate(Messages.goneCall(agent.id))).isEqualTo(200);

    master.pass(Duration.ofMinutes(11));
    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.GONE);
    again.call(
        io.meseta.api.v1.scheduler.Call.newBuilder()
            .setType(io.meseta.api.v1.scheduler.Call.Type.RECONCILE)
            .setReconcile(
                io.meseta.api.v1.scheduler.Call.Reconcile.newBuilder()
                    .addTasks(
                        io.meseta.api.v1.scheduler.Call.Reconcile.Task.newBuilder()
                            .setTaskId(Messages.taskId("t"))
                            .setAgentId(agent.id))));
    assertThat(again.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_GONE_BY_OPERATOR);
  }

  @Test
  void itStaysGoneForTheNextLeader() {
    master.operate(Messages.goneCall(agent.id));
    master.failover();

    assertThat(master.messages(rejoin()))
        .singleElement()
        .satisfies(m -> assertThat(m.getRejected().getPermanent()).isTrue());
  }

  @Test
  void askedTwiceItIsAnsweredTwiceAndDoneOnce() {
    master.holdRegistry();
    long first = master.ask(Messages.goneCall(agent.id));
    long second = master.ask(Messages.goneCall(agent.id));
    assertThat(master.answer(second)).isEmpty();
    assertThat(master.operate(Messages.drainCall(agent.id))).as("being gone").isEqualTo(409);

    master.releaseRegistry();

    assertThat(master.answer(first)).hasValue(200);
    assertThat(master.answer(second)).hasValue(200);
    assertThat(client.updates()).hasSize(1);
    assertThat(master.operate(Messages.goneCall(agent.id))).isEqualTo(200);
  }

  @Test
  void silenceDoesNotTurnGoneIntoUnreachable() {
    agent.disconnect();
    master.pass(Duration.ofSeconds(85));
    master.holdRegistry();
    master.ask(Messages.goneCall(agent.id));
    master.pass(Duration.ofSeconds(30));

    master.releaseRegistry();

    assertThat(master.record(agent).getState()).isEqualTo(AgentRecord.State.GONE);
    assertThat(agent.messages()).noneMatch(MasterMessage::hasRegistered);
  }
}
