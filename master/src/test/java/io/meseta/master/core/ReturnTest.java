package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agents that come back: with what the master knows, does not know, or knows better. */
class ReturnTest {

  private final CoreContext master = CoreContext.leading();

  private Client connect(boolean partitionAware) {
    return master.connect(
        (partitionAware ? Messages.partitionAware("web") : Messages.framework("web")).build());
  }

  private Node agentWithTask(Client client, TaskState state) {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    agent.update(client, "t", state);
    client.events();
    agent.messages();
    return agent;
  }

  private void unreachable(Node agent, Client client) {
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    client.events();
  }

  @Test
  void aFrameworkThatIsNotPartitionAwareSeesLostThenRunning() {
    Client plain = connect(false);
    Node agent = agentWithTask(plain, TaskState.TASK_RUNNING);
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    agent.comeBack(plain, agent.held(plain, "t", TaskState.TASK_RUNNING));

    assertThat(plain.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_LOST, TaskState.TASK_RUNNING);
    assertThat(agent.messages()).as("nothing is killed").noneMatch(MasterMessage::hasKillTask);
  }

  @Test
  void anAgentThatReportsATaskOfAnotherOneIsRefused() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    Task ofAnother =
        agent.held(client, "t", TaskState.TASK_RUNNING).toBuilder()
            .setAgentId(AgentID.newBuilder().setValue("another"))
            .build();
    agent.disconnect();

    agent.comeBack(client, ofAnother);

    assertThat(agent.messages())
        .singleElement()
        .satisfies(message -> {
          assertThat(message.getRejected().getReason()).contains("task t of agent another");
          assertThat(message.getRejected().getPermanent()).isFalse();
        });
  }

  @Test
  void aTaskThatEndedMeanwhileIsNotToldByTheMaster() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    unreachable(agent, client);

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_FINISHED));
    assertThat(client.updates()).as("the agent tells it, to be acknowledged").isEmpty();
    TaskStatus end = agent.update(client, "t", TaskState.TASK_FINISHED);
    client.acknowledge(end);

    assertThat(client.updates()).containsExactly(end);
    client.reconcile();
    assertThat(client.updates()).isEmpty();
  }

  @Test
  void anUnreachableTaskThatTheAgentDoesNotHaveAnyMoreIsGone() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    unreachable(agent, client);

    agent.comeBack(client);

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_GONE);
    client.reconcile();
    assertThat(client.updates()).as("and not unreachable for ever").isEmpty();
  }

  @Test
  void anUnreachableTaskThatNeverGotThereIsDropped() {
    Client client = connect(true);
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    unreachable(agent, client);

    agent.comeBack(client);

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_DROPPED);
  }

  @Test
  void aRunningTaskThatTheAgentDoesNotHaveAnyMoreIsGone() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);

    agent.comeBack(client);

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_GONE);
  }

  @Test
  void anUnacknowledgedEndThatTheAgentHasForgottenIsOver() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_FINISHED);
    unreachable(agent, client);

    agent.comeBack(client);

    assertThat(client.updates()).isEmpty();
    client.reconcile();
    assertThat(client.updates()).isEmpty();
  }

  @Test
  void tasksOfAFrameworkThatIsGoneAreEnded() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    agent.disconnect();
    master.operate(Messages.teardownCall(client.id));

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages())
        .filteredOn(MasterMessage::hasShutdownFramework)
        .singleElement()
        .satisfies(m -> assertThat(m.getShutdownFramework().getFrameworkId()).isEqualTo(client.id));
    agent.update(client, "t", TaskState.TASK_KILLED);
    assertThat(master.view(agent).used()).isEqualTo(Resources.EMPTY);
  }

  @Test
  void aKillThatCameWhileItWasUnreachableIsRepeated() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    unreachable(agent, client);
    client.kill("t");

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages()).filteredOn(MasterMessage::hasKillTask).hasSize(1);
  }

  @Test
  void otherResourcesAndAttributesKeepTheIdAndAreOffered() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    Register.Builder register = registerAgain(agent, "cpus:2;mem:256");
    register.addTasks(agent.held(client, "t", TaskState.TASK_RUNNING));
    agent.disconnect();

    agent.link = master.openLink(register);

    assertThat(agent.messages().get(0).getRegistered().getAgentId()).isEqualTo(agent.id);
    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(Messages.cpusOf(offer)).isEqualTo(1));
    assertThat(master.record(agent).getInfo().getResourcesCount()).isEqualTo(2);
  }

  private Register.Builder registerAgain(Node agent, String resources) {
    Register.Builder register = Messages.register("a");
    register
        .getAgentBuilder()
        .setId(agent.id)
        .clearResources()
        .addAllResources(Resources.of(resources).toProto(ReservationFormat.REFINED));
    return register;
  }

  @Test
  void resourcesThatDoNotCoverTheRunningTasksAreRefusedWithTheReason() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    Register.Builder register = registerAgain(agent, "cpus:0.5;mem:256");
    register.addTasks(agent.held(client, "t", TaskState.TASK_RUNNING));
    agent.disconnect();

    agent.link = master.openLink(register);

    MasterMessage refusal = agent.messages().get(0);
    assertThat(refusal.getRejected().getPermanent()).isFalse();
    assertThat(refusal.getRejected().getReason())
        .contains("do not cover what its running tasks hold", "cpus:0.5", "cpus:1");
    client.reconcile();
    assertThat(client.updates()).as("nothing is lost").hasSize(1);
  }

  @Test
  void anAgentThatSaysWhatOnlyAMasterKnowsIsRefused() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    Register.Builder register = registerAgain(agent, "cpus:4;mem:256");
    register.addTasks(agent.held(client, "t", TaskState.TASK_UNREACHABLE));

    assertThat(master.messages(master.openLink(register)))
        .singleElement()
        .satisfies(m -> assertThat(m.getRejected().getReason()).contains("TASK_UNREACHABLE"));
    assertThat(master.view(agent).standing())
        .isEqualTo(io.meseta.master.view.AgentView.Standing.CONNECTED);
  }

  @Test
  void anIdThatItsFrameworkUsedTwiceRunsOnOneAgentOnly() {
    Client client = connect(true);
    Node first = agentWithTask(client, TaskState.TASK_RUNNING);
    Node second = master.addAgent("b");
    second.disconnect();
    client.events();
    Task copy = second.held(client, "t", TaskState.TASK_RUNNING);

    second.comeBack(client, copy);

    assertThat(second.messages()).anyMatch(MasterMessage::hasKillTask);
    assertThat(first.messages()).noneMatch(MasterMessage::hasKillTask);
    assertThat(master.view(second).used())
        .as("it is there until it has ended")
        .isEqualTo(Resources.of("cpus:1;mem:128"));
    TaskStatus end = second.update(client, "t", TaskState.TASK_KILLED);
    client.acknowledge(end);
    assertThat(master.view(second).used()).isEqualTo(Resources.EMPTY);
    client.events();
    client.reconcile();
    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
          assertThat(status.getAgentId()).isEqualTo(first.id);
        });
  }

  @Test
  void aTaskThatHoldsSomethingElseThanTheMasterThoughtHoldsThat() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    Task other =
        agent.held(client, "t", TaskState.TASK_RUNNING).toBuilder()
            .clearResources()
            .addAllResources(Resources.of("cpus:2;mem:256").toProto(ReservationFormat.REFINED))
            .build();

    agent.comeBack(client, other);

    assertThat(master.view(agent).used()).isEqualTo(Resources.of("cpus:2;mem:256"));
    client.reconcile();
    assertThat(client.updates()).hasSize(1);
  }

  /** As docs/reliability.md says: kills are not in the registry. */
  @Test
  void aRememberedKillEndsWithItsLeaderAndIsAskedForAgain() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    agent.disconnect();
    client.kill("t");
    master.failover();
    Client again = master.connect(Messages.partitionAware("web").setId(client.id).build());
    again.kill("t");
    assertThat(again.updates()).as("nobody knows yet what became of it").isEmpty();

    agent.comeBack(again, agent.held(again, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages()).noneMatch(MasterMessage::hasKillTask);
    again.reconcile("t");
    assertThat(again.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_RUNNING);
    again.kill("t");
    assertThat(agent.messages()).filteredOn(MasterMessage::hasKillTask).hasSize(1);
  }

  @Test
  void tasksOnOtherAgentsAreNotConcerned() {
    Client client = connect(true);
    Node agent = agentWithTask(client, TaskState.TASK_RUNNING);
    unreachable(agent, client);

    master.addAgent("b");

    assertThat(client.updates()).isEmpty();
    client.reconcile();
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .isEqualTo(List.of(TaskState.TASK_UNREACHABLE));
  }
}
