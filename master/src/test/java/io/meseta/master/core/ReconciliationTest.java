package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole table of answers, asked for by RECONCILE and by KILL, which have to agree. */
class ReconciliationTest {

  /** Where the named agent stands, and what is said of a task that nobody knows. */
  enum Row {
    CONNECTED(Optional.of(TaskState.TASK_GONE)),
    DISCONNECTED(Optional.of(TaskState.TASK_GONE)),
    DEACTIVATED(Optional.of(TaskState.TASK_GONE)),
    DRAINED(Optional.of(TaskState.TASK_GONE)),
    RECOVERED(Optional.empty()),
    UNREACHABLE(Optional.of(TaskState.TASK_UNREACHABLE)),
    GONE(Optional.of(TaskState.TASK_GONE_BY_OPERATOR)),
    UNKNOWN(Optional.of(TaskState.TASK_UNKNOWN)),
    NOT_NAMED(Optional.of(TaskState.TASK_UNKNOWN)),
    NOT_NAMED_WHILE_ONE_IS_RECOVERED(Optional.empty());

    private final Optional<TaskState> answer;

    Row(Optional<TaskState> answer) {
      this.answer = answer;
    }
  }

  private final CoreContext master = CoreContext.leading();
  private Client client = master.connect(Messages.partitionAware("web").build());

  /** Brings an agent there; returns what is named in the question. */
  private Optional<AgentID> given(Row row, boolean partitionAware) {
    var info =
        (partitionAware ? Messages.partitionAware("web") : Messages.framework("web")).build();
    if (!partitionAware) {
      client = master.connect(info);
    }
    Node agent = master.addAgent("a");
    switch (row) {
      case CONNECTED -> {}
      case DISCONNECTED -> agent.disconnect();
      case DEACTIVATED -> master.operate(Messages.deactivateCall(agent.id));
      case DRAINED -> master.operate(Messages.drainCall(agent.id));
      case RECOVERED, NOT_NAMED_WHILE_ONE_IS_RECOVERED -> {
        master.failover();
        master.effects();
        client = master.connect(info.toBuilder().setId(client.id).build());
      }
      case UNREACHABLE -> {
        agent.disconnect();
        master.pass(Duration.ofSeconds(95));
      }
      case GONE -> master.operate(Messages.goneCall(agent.id));
      case UNKNOWN, NOT_NAMED -> {}
    }
    client.events();
    return switch (row) {
      case NOT_NAMED, NOT_NAMED_WHILE_ONE_IS_RECOVERED -> Optional.empty();
      case UNKNOWN -> Optional.of(AgentID.newBuilder().setValue("nobody").build());
      default -> Optional.of(agent.id);
    };
  }

  private static Call.Builder reconcile(Optional<AgentID> agent) {
    Call.Reconcile.Task.Builder task =
        Call.Reconcile.Task.newBuilder().setTaskId(Messages.taskId("x"));
    agent.ifPresent(task::setAgentId);
    return Call.newBuilder()
        .setType(Call.Type.RECONCILE)
        .setReconcile(Call.Reconcile.newBuilder().addTasks(task));
  }

  private static Call.Builder kill(Optional<AgentID> agent) {
    Call.Kill.Builder kill = Call.Kill.newBuilder().setTaskId(Messages.taskId("x"));
    agent.ifPresent(kill::setAgentId);
    return Call.newBuilder().setType(Call.Type.KILL).setKill(kill);
  }

  @ParameterizedTest
  @EnumSource(Row.class)
  void anUnknownTask(Row row) {
    Optional<AgentID> named = given(row, true);

    for (Call.Builder question : List.of(reconcile(named), kill(named))) {
      assertThat(client.call(question)).isEqualTo(202);
      List<TaskStatus> answers = client.updates();
      assertThat(answers)
          .extracting(TaskStatus::getState)
          .isEqualTo(row.answer.map(List::of).orElse(List.of()));
      for (TaskStatus answer : answers) {
        assertThat(answer.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
        assertThat(answer.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
        assertThat(answer.hasUuid()).isFalse();
        assertThat(answer.hasUnreachableTime()).isEqualTo(row == Row.UNREACHABLE);
        assertThat(answer.hasAgentId()).isEqualTo(named.isPresent());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Row.class)
  void anUnknownTaskOfAFrameworkThatIsNotPartitionAware(Row row) {
    Optional<AgentID> named = given(row, false);

    client.call(reconcile(named));

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .isEqualTo(row.answer.map(ignored -> List.of(TaskState.TASK_LOST)).orElse(List.of()));
  }

  @Test
  void aKnownTaskHasItsStateWhereverItsAgentStands() {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("x", offer));
    agent.update(client, "x", TaskState.TASK_RUNNING);
    master.operate(Messages.deactivateCall(agent.id));
    agent.disconnect();
    client.events();

    client.call(reconcile(Optional.of(agent.id)));
    client.reconcile();

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_RUNNING, TaskState.TASK_RUNNING);
    master.pass(Duration.ofSeconds(95));
    client.events();
    client.reconcile();
    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
          assertThat(status.hasUnreachableTime()).isTrue();
        });
  }

  /** A question may cross the acknowledgement: the framework must not be told another end. */
  @Test
  void aTaskWhoseEndIsAcknowledgedIsStillAnsweredWithThatEnd() {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("x", offer));
    TaskStatus end = agent.update(client, "x", TaskState.TASK_FINISHED);
    client.events();
    client.call(reconcile(Optional.of(agent.id)));
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_FINISHED);

    client.acknowledge(end);
    client.call(reconcile(Optional.of(agent.id)));

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_FINISHED);
  }

  @Test
  void aKillThatNamesTheWrongAgentIsIgnored() {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("x", offer));
    client.events();
    agent.messages();

    client.call(kill(Optional.of(AgentID.newBuilder().setValue("nobody").build())));

    assertThat(client.events()).isEmpty();
    assertThat(agent.messages()).isEmpty();
  }
}
