package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskTest {

  private final CoreContext master = CoreContext.leading();
  private Client client = master.connect(Messages.partitionAware("web").build());
  private Node agent = master.addAgent("a");
  private Offer offer = Offer.getDefaultInstance();

  @BeforeEach
  void takeTheFirstOffer() {
    offer = client.offers().get(0);
    agent.messages();
  }

  @Test
  void aLaunchIsOrderedAndTheRestIsOfferedAgain() {
    assertThat(client.launch(offer, Messages.task("t", offer))).isEqualTo(202);

    assertThat(agent.messages())
        .singleElement()
        .satisfies(message ->
            assertThat(message.getRunTask().getTask().getTaskId().getValue()).isEqualTo("t"));
    master.pass(Duration.ofSeconds(6));
    assertThat(Messages.cpusOf(client.offers().get(0))).isEqualTo(3);
  }

  @Test
  void anUpdateGoesToTheFrameworkAndItsAcknowledgementToTheAgent() {
    client.launch(offer, Messages.task("t", offer));
    agent.messages();

    TaskStatus sent = agent.update(client, "t", TaskState.TASK_RUNNING);
    assertThat(client.updates()).containsExactly(sent);
    client.acknowledge(sent);

    assertThat(agent.messages())
        .singleElement()
        .satisfies(message ->
            assertThat(message.getAcknowledgeStatus().getUuid()).isEqualTo(sent.getUuid()));
  }

  /** An agent that is drained, for instance, says so once and keeps nothing of the task. */
  @Test
  void whatAnAgentDoesNotTakeIsOverAlthoughItsFrameworkIsAway() {
    client.launch(offer, Messages.task("t", offer));
    client.disconnect();

    agent.refuse(client, "t");

    client = master.connect(Messages.partitionAware("web").setId(client.id).build());
    client.reconcile("t");
    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_DROPPED);
          assertThat(status.hasUuid()).isFalse();
        });
    client.reconcile();
    assertThat(client.updates()).as("nobody waits for an acknowledgement").isEmpty();
  }

  @Test
  void resourcesAreFreeWithTheTerminalStateAndTheTaskIsKnownUntilAcknowledged() {
    client.launch(offer, Messages.task("t", offer));
    TaskStatus end = agent.update(client, "t", TaskState.TASK_FINISHED);

    assertThat(Messages.cpusOf(client.offers().get(0))).as("offered at once").isEqualTo(4);
    client.reconcile("t");
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_FINISHED);

    client.acknowledge(end);
    client.reconcile();
    assertThat(client.updates()).as("forgotten").isEmpty();
  }

  /** The question was on its way when the end was told and acknowledged on other connections. */
  @Test
  void aQuestionThatCrossedTheAcknowledgedEndIsNotAnsweredWithAnotherEnd() {
    client.launch(offer, Messages.task("t", offer));
    client.acknowledge(agent.update(client, "t", TaskState.TASK_FAILED));
    client.updates();

    client.call(
        Call.newBuilder()
            .setType(Call.Type.RECONCILE)
            .setReconcile(
                Call.Reconcile.newBuilder()
                    .addTasks(
                        Call.Reconcile.Task.newBuilder()
                            .setTaskId(Messages.taskId("t"))
                            .setAgentId(agent.id))));
    client.kill("t");

    assertThat(client.updates())
        .hasSize(2)
        .allSatisfy(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
          assertThat(status.getAgentId()).isEqualTo(agent.id);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
          assertThat(status.hasUuid()).isFalse();
        });
  }

  @Test
  void aRepeatedTerminalUpdateFreesNothingTwice() {
    client.launch(offer, Messages.task("t", offer));
    agent.update(client, "t", TaskState.TASK_FINISHED);
    agent.update(client, "t", TaskState.TASK_FINISHED);
    agent.update(client, "t", TaskState.TASK_RUNNING);
    client.events();
    master.pass(Duration.ofSeconds(6));
    client.reconcile("t");

    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .as("terminal states absorb")
        .containsExactly(TaskState.TASK_FINISHED);
  }

  @Test
  void anOfferIsAnsweredAtMostOnce() {
    client.launch(offer, Messages.task("t", offer));
    client.launch(offer, Messages.task("u", offer));

    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getTaskId().getValue()).isEqualTo("u");
          assertThat(status.getState()).isEqualTo(TaskState.TASK_DROPPED);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
          assertThat(status.hasUuid()).isFalse();
        });
  }

  @Test
  void oneBadOfferSpoilsAll() {
    client.call(
        Call.newBuilder()
            .setType(Call.Type.ACCEPT)
            .setAccept(
                Call.Accept.newBuilder()
                    .addOfferIds(offer.getId())
                    .addOfferIds(OfferID.newBuilder().setValue("no-such-offer"))
                    .addOperations(
                        Offer.Operation.newBuilder()
                            .setType(Offer.Operation.Type.LAUNCH)
                            .setLaunch(
                                Offer.Operation.Launch.newBuilder()
                                    .addTaskInfos(Messages.task("t", offer))))));

    List<Event> events = client.events();
    assertThat(events).filteredOn(Event::hasUpdate).hasSize(1);
    assertThat(agent.messages()).isEmpty();
    assertThat(events).filteredOn(Event::hasOffers).as("given back at once").hasSize(1);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheReasonAndTheRestOfTheCallGoesOn() {
    client.launch(
        offer, Messages.task("large", offer, "cpus:40;mem:128"), Messages.task("small", offer));

    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getTaskId().getValue()).isEqualTo("large");
          assertThat(status.getState()).isEqualTo(TaskState.TASK_ERROR);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_INVALID);
          assertThat(status.getMessage()).contains("cpus:40");
        });
    assertThat(agent.messages()).filteredOn(MasterMessage::hasRunTask).hasSize(1);
  }

  @Test
  void theIdOfATaskIsTakenUntilItsEndIsAcknowledged() {
    client.launch(offer, Messages.task("t", offer));
    TaskStatus end = agent.update(client, "t", TaskState.TASK_FINISHED);
    agent.messages();
    Offer next = client.offers().get(0);
    client.launch(next, Messages.task("t", next));

    assertThat(agent.messages()).as("the agent still has it").noneMatch(MasterMessage::hasRunTask);
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_ERROR);

    client.acknowledge(end);
    master.pass(Duration.ofSeconds(6));
    Offer last = client.offers().get(0);
    client.launch(last, Messages.task("t", last));
    assertThat(agent.messages()).anyMatch(MasterMessage::hasRunTask);
  }

  @Test
  void aDeclinedOfferIsHiddenForItsTime() {
    client.decline(offer, 30);
    master.pass(Duration.ofSeconds(29));
    assertThat(client.offers()).isEmpty();
    master.pass(Duration.ofSeconds(3));
    assertThat(client.offers()).hasSize(1);
  }

  @Test
  void reviveForgetsFilters() {
    client.decline(offer, 3600);
    client.call(Call.newBuilder().setType(Call.Type.REVIVE));
    assertThat(client.offers()).hasSize(1);
  }

  @Test
  void aSuppressedFrameworkGetsUpdatesAndNoOffers() {
    client.launch(offer, Messages.task("t", offer));
    client.call(Call.newBuilder().setType(Call.Type.SUPPRESS));
    agent.update(client, "t", TaskState.TASK_RUNNING);
    master.pass(Duration.ofSeconds(30));

    List<Event> events = client.events();
    assertThat(events).filteredOn(Event::hasUpdate).hasSize(1);
    assertThat(events).filteredOn(Event::hasOffers).isEmpty();
  }

  @Test
  void anOfferThatNobodyAnswersIsRescindedAndOfferedToOthers() {
    Client other = master.connect(Messages.framework("other").build());
    other.events();
    master.pass(Duration.ofSeconds(61));

    assertThat(client.events())
        .anyMatch(event -> event.getRescind().getOfferId().equals(offer.getId()));
    assertThat(other.offers()).hasSize(1);
  }

  @Test
  void aKillIsForwarded() {
    client.launch(offer, Messages.task("t", offer));
    agent.messages();
    client.kill("t");
    assertThat(agent.messages())
        .singleElement()
        .satisfies(
            message -> assertThat(message.getKillTask().getTaskId().getValue()).isEqualTo("t"));
  }

  @Test
  void aKillForAnAgentThatIsAwayIsRepeatedWhenItIsBack() {
    client.launch(offer, Messages.task("t", offer));
    agent.disconnect();
    client.kill("t");

    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));

    assertThat(agent.messages()).filteredOn(MasterMessage::hasKillTask).hasSize(1);
  }

  @Test
  void aKillOfAnUnknownTaskIsAnsweredAsReconciliation() {
    client.kill("unknown");
    assertThat(client.updates())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_UNKNOWN);
          assertThat(status.hasAgentId()).isFalse();
        });
  }

  @Test
  void whatATornDownFrameworkHeldIsFreeWhenItsTasksAreReallyGone() {
    Client other = master.connect(Messages.framework("other").build());
    client.launch(offer, Messages.task("t", offer));
    agent.update(client, "t", TaskState.TASK_RUNNING);
    other.events();
    agent.messages();

    client.call(Call.newBuilder().setType(Call.Type.TEARDOWN));
    assertThat(agent.messages()).anyMatch(MasterMessage::hasShutdownFramework);
    master.pass(Duration.ofSeconds(2));
    Offer before = other.offers().get(0);
    assertThat(Messages.cpusOf(before)).isEqualTo(3);
    other.decline(before, 0);
    other.events();

    agent.update(client, "t", TaskState.TASK_KILLED);
    master.pass(Duration.ofSeconds(2));
    assertThat(other.offers()).anySatisfy(free -> assertThat(Messages.cpusOf(free)).isPositive());
  }

  @Test
  void aFrameworkThatComesBackIsSentWhatWaitsAtOnce() {
    client.launch(offer, Messages.task("t", offer));
    client.disconnect();
    agent.messages();

    client = master.connect(Messages.partitionAware("web").setId(client.id).build());

    assertThat(agent.messages()).anyMatch(MasterMessage::hasUpdateFramework);
  }

  @Test
  void callsThatAreNotKnownHereAreNotImplemented() {
    assertThat(client.call(Call.newBuilder().setType(Call.Type.UNKNOWN))).isEqualTo(501);
    assertThat(
            client.callOn(
                Optional.of(client.streamId),
                Call.newBuilder()
                    .setType(Call.Type.REQUEST)
                    .setRequest(Call.Request.getDefaultInstance())))
        .isEqualTo(202);
  }
}
