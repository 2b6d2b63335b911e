package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentCondition;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ExecutorExited;
import io.meseta.api.link.v1.FrameworkMessage;
import io.meseta.api.link.v1.Leaving;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.UUID;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an agent or a framework may say, said twice, too late, or where it is not to be. */
class RepeatedMessagesTest {

  /** One of each kind of message. */
  enum Kind {
    REGISTER,
    STATUS_UPDATE,
    PONG,
    FRAMEWORK_MESSAGE,
    EXECUTOR_EXITED,
    OPERATION_UPDATE,
    CONDITION,
    LEAVING
  }

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.partitionAware("web").build());
  private final Node agent = master.addAgent("a");
  private final Offer offer = client.offers().get(0);

  private AgentMessage message(Kind kind) {
    ExecutorID executor = ExecutorID.newBuilder().setValue("e").build();
    AgentMessage.Builder message = AgentMessage.newBuilder();
    switch (kind) {
      case REGISTER -> {
        var register = Messages.register("a");
        register.getAgentBuilder().setId(agent.id);
        register.addTasks(agent.held(client, "t", TaskState.TASK_RUNNING));
        message.setRegister(register);
      }
      case STATUS_UPDATE -> message.setStatusUpdate(update(TaskState.TASK_RUNNING));
      case PONG -> message.setPong(Pong.getDefaultInstance());
      case FRAMEWORK_MESSAGE ->
          message.setFrameworkMessage(
              FrameworkMessage.newBuilder()
                  .setFrameworkId(client.id)
                  .setExecutorId(executor)
                  .setData(ByteString.EMPTY));
      case EXECUTOR_EXITED ->
          message.setExecutorExited(
              ExecutorExited.newBuilder()
                  .setFrameworkId(client.id)
                  .setExecutorId(executor)
                  .setStatus(0));
      case OPERATION_UPDATE -> message.setOperationUpdate(operation());
      case CONDITION -> message.setCondition(AgentCondition.newBuilder().setDegraded("no engine"));
      case LEAVING -> message.setLeaving(Leaving.getDefaultInstance());
    }
    return message.build();
  }

  private OperationUpdate.Builder operation() {
    return OperationUpdate.newBuilder()
        .setFrameworkId(client.id)
        .setOperationUuid(ByteString.copyFromUtf8("o"))
        .setStatus(
            OperationStatus.newBuilder()
                .setOperationId(OperationID.newBuilder().setValue("o"))
                .setState(OperationState.OPERATION_FINISHED)
                .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("s"))));
  }

  private StatusUpdate.Builder update(TaskState state) {
    return StatusUpdate.newBuilder()
        .setFrameworkId(client.id)
        .setStatus(
            TaskStatus.newBuilder()
                .setTaskId(Messages.taskId("t"))
                .setState(state)
                .setAgentId(agent.id)
                .setUuid(ByteString.copyFromUtf8("t" + state)))
        .setLatestState(state);
  }

  private void says(long link, Kind kind) {
    master.handle(new MasterEvent.AgentMessageReceived(master.now, link, message(kind)));
  }

  private void running() {
    client.launch(offer, Messages.task("t", offer));
    agent.update(client, "t", TaskState.TASK_RUNNING);
    client.events();
    agent.messages();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anAgentSaysItTwice(Kind kind) {
    running();
    says(agent.link, kind);
    client.events();
    agent.messages();
    var before = master.view(agent);

    says(agent.link, kind);

    List<Event.Type> told = client.events().stream().map(Event::getType).toList();
    assertThat(told)
        .isEqualTo(
            switch (kind) {
              // What is free is offered anew with each registration.
              case REGISTER -> List.of(Event.Type.RESCIND, Event.Type.OFFERS);
              case PONG, CONDITION -> List.of();
              // The first one has ended the link.
              case LEAVING -> List.of();
              case STATUS_UPDATE -> List.of(Event.Type.UPDATE);
              case FRAMEWORK_MESSAGE -> List.of(Event.Type.MESSAGE);
              case EXECUTOR_EXITED -> List.of(Event.Type.FAILURE);
              case OPERATION_UPDATE -> List.of(Event.Type.UPDATE_OPERATION_STATUS);
            });
    assertThat(agent.messages())
        .extracting(MasterMessage::getPayloadCase)
        .isEqualTo(
            kind == Kind.REGISTER ? List.of(MasterMessage.PayloadCase.REGISTERED) : List.of());
    assertThat(master.view(agent).used()).isEqualTo(before.used());
    assertThat(master.view(agent).standing()).isEqualTo(before.standing());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anAgentSaysItOnALinkThatItHasReplaced(Kind kind) {
    running();
    long old = agent.link;
    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));
    client.events();
    agent.messages();

    if (kind == Kind.REGISTER) {
      // Not to be told from an agent that goes back to it: the last word counts.
      says(old, kind);
      assertThat(master.messages(old)).anyMatch(MasterMessage::hasRegistered);
      return;
    }
    master.effects();
    says(old, kind);

    assertThat(master.effects())
        .containsExactly(new MasterEffect.CloseLink(old, "the agent is not registered"));
    agent.update(client, "t", TaskState.TASK_KILLED);
    assertThat(client.updates()).as("the new link is not concerned").hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anUnreachableAgentSaysIt(Kind kind) {
    running();
    long old = agent.link;
    master.pass(Duration.ofSeconds(95));
    client.events();
    master.effects();

    says(old, kind);

    if (kind == Kind.REGISTER) {
      assertThat(client.updates())
          .extracting(TaskStatus::getState)
          .containsExactly(TaskState.TASK_RUNNING);
    } else {
      assertThat(master.effects())
          .containsExactly(new MasterEffect.CloseLink(old, "the agent is not registered"));
    }
  }

  @Test
  void everyKindIsThere() {
    TreeSet<String> kinds = new TreeSet<>();
    Arrays.stream(AgentMessage.PayloadCase.values()).forEach(kind -> kinds.add(kind.name()));
    Arrays.stream(Kind.values()).forEach(kind -> kinds.remove(kind.name()));

    assertThat(kinds).containsExactly(AgentMessage.PayloadCase.PAYLOAD_NOT_SET.name());
  }

  @Test
  void anotherAgentOnTheSameLinkIsRefused() {
    Node other = master.addAgent("b");
    other.disconnect();
    master.effects();
    var register = Messages.register("b");
    register.getAgentBuilder().setId(other.id);

    master.handle(
        new MasterEvent.AgentMessageReceived(
            master.now, agent.link, AgentMessage.newBuilder().setRegister(register).build()));

    assertThat(agent.messages())
        .singleElement()
        .satisfies(m -> assertThat(m.getRejected().getPermanent()).isFalse());
    assertThat(master.effects(MasterEffect.CloseLink.class)).hasSize(1);
    assertThat(master.core.counters()).containsEntry(MasterCounter.REFUSED_LINKS, 1L);
  }

  @Test
  void theEndOfAReplacedLinkChangesNothing() {
    running();
    long old = agent.link;
    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));
    master.effects();

    master.handle(new MasterEvent.LinkClosed(master.now, old, "closed"));

    assertThat(master.effects()).isEmpty();
    assertThat(master.view(agent).standing())
        .isEqualTo(io.meseta.master.view.AgentView.Standing.CONNECTED);
  }

  @Test
  void theEndOfAReplacedStreamChangesNothing() {
    String old = client.streamId;
    Client newest = master.connect(Messages.partitionAware("web").setId(client.id).build());
    master.effects();

    master.handle(new MasterEvent.StreamClosed(master.now, old, "closed"));
    master.handle(new MasterEvent.StreamClosed(master.now, old, "closed again"));

    assertThat(master.effects()).isEmpty();
    assertThat(newest.reconcile()).isEqualTo(202);
    assertThat(client.reconcile()).as("on the old stream").isEqualTo(400);
  }

  // ---- updates ----

  @Test
  void anUpdateThatComesAfterItsTaskIsForgottenIsToldSoThatItIsAcknowledged() {
    running();
    TaskStatus end = agent.update(client, "t", TaskState.TASK_FINISHED);
    client.acknowledge(end);
    client.events();
    agent.messages();

    agent.update(client, "t", TaskState.TASK_FINISHED);

    assertThat(client.updates()).containsExactly(end);
    client.acknowledge(end);
    assertThat(agent.messages()).anyMatch(MasterMessage::hasAcknowledgeStatus);
    client.reconcile();
    assertThat(client.updates()).isEmpty();
  }

  @Test
  void aStateThatComesTooLateIsToldAndChangesNothing() {
    running();
    agent.update(client, "t", TaskState.TASK_FINISHED);
    client.events();

    agent.update(client, "t", TaskState.TASK_RUNNING);

    client.events();
    client.reconcile();
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_FINISHED);
    assertThat(master.core.counters()).containsEntry(MasterCounter.ILLEGAL_TASK_TRANSITIONS, 1L);
  }

  @ParameterizedTest
  @EnumSource(
      value = TaskState.class,
      names = {"TASK_UNREACHABLE", "TASK_UNKNOWN"})
  void whatOnlyAMasterKnowsIsNotTakenFromAnAgent(TaskState state) {
    running();

    agent.update(client, "t", state);

    assertThat(client.updates()).isEmpty();
    assertThat(master.core.counters()).containsEntry(MasterCounter.REFUSED_UPDATES, 1L);
  }

  // ---- calls ----

  @Test
  void theSecondAcceptOfAnOfferRunsNothing() {
    client.launch(offer, Messages.task("t", offer));
    agent.messages();

    client.launch(offer, Messages.task("u", offer));

    assertThat(agent.messages()).noneMatch(MasterMessage::hasRunTask);
    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getTaskId()).isEqualTo(Messages.taskId("u"));
          assertThat(status.getState()).isEqualTo(TaskState.TASK_DROPPED);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
        });
  }

  @Test
  void theSecondDeclineOfAnOfferChangesNothing() {
    client.decline(offer, 3600);
    master.effects();

    assertThat(client.decline(offer, 3600)).isEqualTo(202);

    assertThat(master.effects()).isEmpty();
  }

  @Test
  void everyKillIsPassedOn() {
    running();

    client.kill("t");
    client.kill("t");

    assertThat(agent.messages()).filteredOn(MasterMessage::hasKillTask).hasSize(2);
  }

  @Test
  void ofSeveralKillsForAnAgentThatIsAwayTheLastIsRepeated() {
    running();
    agent.disconnect();
    client.kill("t");
    client.kill("t");

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages()).filteredOn(MasterMessage::hasKillTask).hasSize(1);
  }

  @Test
  void everyAcknowledgementIsPassedOn() {
    running();
    TaskStatus end = agent.update(client, "t", TaskState.TASK_FINISHED);
    agent.messages();

    client.acknowledge(end);
    client.acknowledge(end);

    assertThat(agent.messages()).filteredOn(MasterMessage::hasAcknowledgeStatus).hasSize(2);
  }

  @Test
  void theSecondTeardownIsOfNobody() {
    Call.Builder teardown = Call.newBuilder().setType(Call.Type.TEARDOWN);
    assertThat(client.call(teardown)).isEqualTo(202);

    assertThat(client.call(teardown)).isEqualTo(400);
  }

  @Test
  void aTeardownThatComesAgainWhileTheFirstIsWrittenIsAnsweredWithIt() {
    master.holdRegistry();
    Call.Builder teardown = Call.newBuilder().setType(Call.Type.TEARDOWN);
    long first = client.ask(Optional.of(client.streamId), teardown);
    long second = client.ask(Optional.of(client.streamId), teardown);

    master.releaseRegistry();

    assertThat(master.answer(first)).hasValue(202);
    assertThat(master.answer(second)).hasValue(202);
  }
}
