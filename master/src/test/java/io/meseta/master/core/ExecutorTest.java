package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ExecutorExited;
import io.meseta.api.link.v1.FrameworkMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.RunTaskGroup;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Executors of frameworks and task groups, as the master sees them. */
class ExecutorTest {

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.partitionAware("web").build());
  private final Node agent = master.addAgent("a");
  private Offer offer = Offer.getDefaultInstance();

  @BeforeEach
  void offered() {
    master.pass(Duration.ofSeconds(1));
    offer = client.offers().get(0);
  }

  private static ExecutorInfo executor(String id, ExecutorInfo.Type type) {
    ExecutorInfo.Builder info =
        ExecutorInfo.newBuilder()
            .setType(type)
            .setExecutorId(new ExecutorId(id).toProto())
            .addAllResources(Resources.of("cpus:0.5;mem:32").toProto(ReservationFormat.REFINED));
    if (type == ExecutorInfo.Type.CUSTOM) {
      info.setCommand(CommandInfo.newBuilder().setValue("./run"));
    }
    return info.build();
  }

  private TaskInfo task(String id, Offer on) {
    return Messages.task(id, on).toBuilder()
        .clearCommand()
        .clearContainer()
        .setExecutor(executor("e1", ExecutorInfo.Type.CUSTOM))
        .build();
  }

  private Resources used() {
    return master.view(agent).used();
  }

  private Offer nextOffer() {
    master.pass(Duration.ofSeconds(6));
    return client.offers().getLast();
  }

  private void exits(String executor, int status) {
    agent.send(
        AgentMessage.newBuilder()
            .setExecutorExited(
                ExecutorExited.newBuilder()
                    .setFrameworkId(client.id)
                    .setExecutorId(new ExecutorId(executor).toProto())
                    .setStatus(status)));
  }

  @Test
  void anExecutorIsCountedOnceAndFreeWhenItHasEnded() {
    client.launch(offer, task("t1", offer), task("t2", offer));

    assertThat(used()).isEqualTo(Resources.of("cpus:2.5;mem:288"));
    assertThat(agent.messages())
        .filteredOn(MasterMessage::hasRunTask)
        .extracting(message -> message.getRunTask().getLaunchExecutor())
        .containsExactly(true, false);

    agent.update(client, "t1", TaskState.TASK_FINISHED);
    agent.update(client, "t2", TaskState.TASK_FINISHED);
    assertThat(used()).isEqualTo(Resources.of("cpus:0.5;mem:32"));

    exits("e1", 256);
    assertThat(used()).isEqualTo(Resources.EMPTY);
    assertThat(client.events())
        .filteredOn(Event::hasFailure)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getFailure().getExecutorId().getValue()).isEqualTo("e1");
          assertThat(event.getFailure().getAgentId()).isEqualTo(agent.id);
          assertThat(event.getFailure().getStatus()).isEqualTo(256);
        });
  }

  @Test
  void offersNameTheExecutorsThatMayBeGivenMore() {
    client.launch(offer, task("t1", offer));
    Offer next = nextOffer();

    assertThat(next.getExecutorIdsList()).extracting(id -> id.getValue()).containsExactly("e1");
    agent.messages();
    client.launch(next, task("t2", next));

    assertThat(agent.messages())
        .filteredOn(MasterMessage::hasRunTask)
        .extracting(message -> message.getRunTask().getLaunchExecutor())
        .containsExactly(false);
    assertThat(used()).isEqualTo(Resources.of("cpus:2.5;mem:288"));
  }

  @Test
  void theNextOneAfterItsEndIsStartedAnew() {
    client.launch(offer, task("t1", offer));
    agent.update(client, "t1", TaskState.TASK_FINISHED);
    exits("e1", 0);
    client.offers().forEach(open -> client.decline(open, 0));
    Offer next = nextOffer();
    agent.messages();

    client.launch(next, task("t2", next));

    assertThat(agent.messages())
        .filteredOn(MasterMessage::hasRunTask)
        .extracting(message -> message.getRunTask().getLaunchExecutor())
        .containsExactly(true);
  }

  @Test
  void aReturningAgentSaysWhichExecutorsItHas() {
    client.launch(offer, task("t1", offer));
    agent.update(client, "t1", TaskState.TASK_RUNNING);
    client.events();
    Register.Builder register = Messages.register(agent.hostname);
    register.getAgentBuilder().setId(agent.id);
    register.addTasks(agent.held(client, "t1", TaskState.TASK_RUNNING));
    register.addExecutors(
        executor("e2", ExecutorInfo.Type.CUSTOM).toBuilder().setFrameworkId(client.id));

    agent.link = master.openLink(register);

    assertThat(used()).isEqualTo(Resources.of("cpus:1.5;mem:160"));
    assertThat(client.events())
        .filteredOn(Event::hasFailure)
        .extracting(event -> event.getFailure().getExecutorId().getValue())
        .as("the one that it has not any more")
        .containsExactly("e1");
  }

  @Test
  void aFrameworkThatEndsIsEndedWhereItHasNothingButAnExecutor() {
    client.launch(offer, task("t1", offer));
    client.acknowledge(agent.update(client, "t1", TaskState.TASK_FINISHED));
    agent.messages();

    client.call(Call.newBuilder().setType(Call.Type.TEARDOWN));

    assertThat(agent.messages()).anyMatch(MasterMessage::hasShutdownFramework);
    assertThat(used()).as("it still runs").isEqualTo(Resources.of("cpus:0.5;mem:32"));
    exits("e1", 0);
    assertThat(used()).isEqualTo(Resources.EMPTY);
  }

  @Test
  void messagesGoBothWaysAndSoDoesTheOrderToEnd() {
    client.launch(offer, task("t1", offer));
    agent.messages();
    ByteString data = ByteString.copyFromUtf8("hello");

    client.call(
        Call.newBuilder()
            .setType(Call.Type.MESSAGE)
            .setMessage(
                Call.Message.newBuilder()
                    .setAgentId(agent.id)
                    .setExecutorId(new ExecutorId("e1").toProto())
                    .setData(data)));
    client.call(
        Call.newBuilder()
            .setType(Call.Type.SHUTDOWN)
            .setShutdown(
                Call.Shutdown.newBuilder()
                    .setAgentId(agent.id)
                    .setExecutorId(new ExecutorId("e1").toProto())));
    agent.send(
        AgentMessage.newBuilder()
            .setFrameworkMessage(
                FrameworkMessage.newBuilder()
                    .setFrameworkId(client.id)
                    .setExecutorId(new ExecutorId("e1").toProto())
                    .setData(data)));

    assertThat(agent.messages())
        .extracting(MasterMessage::getPayloadCase)
        .containsExactly(
            MasterMessage.PayloadCase.EXECUTOR_MESSAGE,
            MasterMessage.PayloadCase.SHUTDOWN_EXECUTOR);
    assertThat(client.events())
        .filteredOn(Event::hasMessage)
        .extracting(event -> event.getMessage().getData())
        .containsExactly(data);
  }

  // ---- groups ----

  private int launchGroup(Offer on, ExecutorInfo executor, TaskInfo... tasks) {
    return client.call(
        Call.newBuilder()
            .setType(Call.Type.ACCEPT)
            .setAccept(
                Call.Accept.newBuilder()
                    .addOfferIds(on.getId())
                    .addOperations(
                        Offer.Operation.newBuilder()
                            .setType(Offer.Operation.Type.LAUNCH_GROUP)
                            .setLaunchGroup(
                                Offer.Operation.LaunchGroup.newBuilder()
                                    .setExecutor(executor)
                                    .setTaskGroup(
                                        TaskGroupInfo.newBuilder()
                                            .addAllTasks(Arrays.asList(tasks)))))));
  }

  @Test
  void aGroupIsOneOrder() {
    launchGroup(
        offer,
        executor("d", ExecutorInfo.Type.DEFAULT),
        Messages.task("t1", offer),
        Messages.task("t2", offer));

    List<RunTaskGroup> orders =
        agent.messages().stream()
            .filter(MasterMessage::hasRunTaskGroup)
            .map(MasterMessage::getRunTaskGroup)
            .toList();
    assertThat(orders).hasSize(1);
    assertThat(orders.getFirst().getTaskGroup().getTasksList())
        .extracting(task -> task.getTaskId().getValue())
        .containsExactly("t1", "t2");
    assertThat(orders.getFirst().getExecutor().getFrameworkId()).isEqualTo(client.id);
    assertThat(orders.getFirst().getLaunchExecutor()).isTrue();
    assertThat(used()).isEqualTo(Resources.of("cpus:2.5;mem:288"));
  }

  @Test
  void aGroupThatIsNotValidIsRefusedWhole() {
    launchGroup(
        offer,
        executor("d", ExecutorInfo.Type.DEFAULT),
        Messages.task("t1", offer),
        Messages.task("t2", offer, "cpus:100"));

    assertThat(client.updates())
        .hasSize(2)
        .allSatisfy(status -> {
          assertThat(status.getState()).isEqualTo(TaskState.TASK_ERROR);
          assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_GROUP_INVALID);
          assertThat(status.getMessage()).contains("'t2'").contains("cpus:100");
        });
    assertThat(agent.messages()).noneMatch(MasterMessage::hasRunTaskGroup);
    assertThat(used()).isEqualTo(Resources.EMPTY);
  }

  @Test
  void aGroupOfACustomExecutorNeedsNoCommands() {
    TaskInfo data = Messages.task("t1", offer).toBuilder().clearCommand().clearContainer().build();

    launchGroup(offer, executor("e1", ExecutorInfo.Type.CUSTOM), data);

    assertThat(agent.messages()).filteredOn(MasterMessage::hasRunTaskGroup).hasSize(1);
    assertThat(client.updates()).isEmpty();
  }

  @Test
  void theExecutorOfAGroupHasAType() {
    launchGroup(
        offer,
        executor("e1", ExecutorInfo.Type.CUSTOM).toBuilder().clearType().build(),
        Messages.task("t1", offer));

    assertThat(client.updates().getFirst().getMessage()).contains("'executor.type' is not set");
  }
}
