package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.exit;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ExecutorId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Task groups that the agent runs itself. */
class GroupTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private static ExecutorInfo executor() {
    return ExecutorInfo.newBuilder()
        .setType(ExecutorInfo.Type.DEFAULT)
        .setExecutorId(new ExecutorId("pod").toProto())
        .addResources(Messages.scalar("cpus", 0.1))
        .build();
  }

  private static TaskInfo process(String id) {
    return Messages.task(id).toBuilder()
        .clearContainer()
        .setCommand(CommandInfo.newBuilder().setValue("./" + id))
        .build();
  }

  private static TaskInfo container(String id) {
    return Messages.task(id).toBuilder()
        .setContainer(
            ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(
                    DockerInfo.newBuilder()
                        .setImage("image")
                        .setNetwork(DockerInfo.Network.BRIDGE)))
        .build();
  }

  private List<ContainerSpec> launched() {
    return agent.lastEffects().stream()
        .filter(LaunchContainer.class::isInstance)
        .map(effect -> ((LaunchContainer) effect).spec())
        .toList();
  }

  private void launchTwo() {
    agent.says(Messages.runGroup(executor(), process("t1"), process("t2"))).settle();
    agent.acknowledged("t1").acknowledged("t2");
  }

  /** Another process of the same agent, registered. */
  private AgentCoreTestContext back() {
    AgentCoreTestContext again = agent.restarted();
    again.leader(Optional.of(AgentCoreTestContext.LEADER));
    again.opened(1);
    again.says(1, Messages.registered("A0"));
    return again.settle();
  }

  private void running() {
    agent.says(Messages.runGroup(executor(), process("t1"), process("t2"))).settle();
    agent.acknowledged("t1").acknowledged("t2");
    agent.prepared("t1").prepared("t2").started("t1").started("t2").settle();
    agent.acknowledged("t1").acknowledged("t2");
  }

  @Test
  void theTasksAreWrittenDownTogetherAndLaunchedTogether() {
    agent.says(Messages.runGroup(executor(), process("t1"), process("t2")));
    agent.then(
        "timer silent 1 PT30S",
        "write 2 [framework f1, executor pod RUNNING, task t1 TASK_STARTING +1,"
            + " task t2 TASK_STARTING +1]");

    agent.written();
    agent.then(
        "launch t1",
        "send 1 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S",
        "launch t2",
        "send 1 update t2 TASK_STARTING latest TASK_STARTING",
        "timer resend t2 PT10S");
    assertThat(launched())
        .allSatisfy(spec -> {
          assertThat(spec.kind()).isEqualTo(ContainerSpec.Kind.TASK);
          assertThat(spec.executor().value()).isEqualTo("pod");
          assertThat(spec.task().hasExecutor()).isFalse();
          assertThat(spec.network()).isEmpty();
          assertThat(spec.parent()).contains(agent.executorContainer("pod"));
        });
    assertThat(agent.lastSent("t1").getExecutorId().getValue()).isEqualTo("pod");
  }

  @Test
  void containersWithNetworksShareOneThatIsTheGroups() {
    agent
        .says(Messages.runGroup(executor(), container("t1"), container("t2"), process("t3")))
        .settle();

    List<ContainerSpec> specs = launched();
    assertThat(specs)
        .extracting(spec -> spec.task().getTaskId().getValue())
        .containsExactly("t1", "t2", "t3");
    ContainerSpec.Network network = specs.getFirst().network().orElseThrow();
    assertThat(network.tasks())
        .extracting(task -> task.getTaskId().getValue())
        .containsExactly("t1", "t2");
    assertThat(network.granted()).isEqualTo(executor().getResourcesList());
    assertThat(specs)
        .extracting(ContainerSpec::network)
        .containsExactly(Optional.of(network), Optional.of(network), Optional.empty());
    assertThat(agent.view().tasks())
        .extracting(TaskView::container)
        .doesNotContain(network.holder());
  }

  @Test
  void noneIsStartedBeforeAllArePrepared() {
    launchTwo();

    agent.prepared("t1");
    agent.thenNothing();
    agent.prepared("t2");
    agent.then("start t1", "start t2");
  }

  @Test
  void theyAreToldToRunTogether() {
    launchTwo();
    agent.prepared("t1").prepared("t2");

    agent.started("t2").settle();
    assertThat(agent.sent("t2")).hasSize(1);

    agent.started("t1");
    agent.then("write 6 [task t1 TASK_RUNNING +1, task t2 TASK_RUNNING +1]");
  }

  @Test
  void oneThatEndsBeforeTheOthersHaveStartedIsToldToHaveRun() {
    launchTwo();
    agent.prepared("t1").prepared("t2").started("t1").settle();

    agent.exited("t1", 0).settle();
    agent.acknowledged("t1");
    assertThat(agent.sent("t1"))
        .extracting(TaskStatus::getState)
        .as("the one on the way is sent again when its task has ended")
        .containsExactly(
            TaskState.TASK_STARTING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_FINISHED);
    assertThat(agent.sent("t2")).hasSize(1);

    agent.started("t2").settle();
    assertThat(agent.lastSent("t2").getState()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void theEndOfTheLastThatHadNotStartedLetsTheOthersRun() {
    launchTwo();
    agent.prepared("t1").prepared("t2").started("t1").settle();

    agent.exited("t2", 0).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(agent.lastSent("t2").getState()).isEqualTo(TaskState.TASK_FINISHED);
  }

  @Test
  void oneThatCannotBePreparedEndsThemAll() {
    launchTwo();
    agent.prepared("t1");

    agent.launchFailed("t2");
    assertThat(agent.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .hasSize(1);
    agent.settle().launchFailed("t1").settle();

    assertThat(agent.lastSent("t2").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED);
    assertThat(agent.lastSent("t2").getMessage()).contains("no such image");
    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(agent.lastSent("t1").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH);
    assertThat(agent.lastSent("t1").getMessage())
        .startsWith("Task t2 of the same group has ended in TASK_FAILED");
    assertThat(agent.view().executors()).isEmpty();
  }

  @Test
  void aKilledGroupIsNotStarted() {
    launchTwo();
    agent.prepared("t1");

    agent.says(Messages.kill("t1")).settle();
    agent.prepared("t2");
    agent.thenNothing();

    agent.launchFailed("t1").settle().launchFailed("t2").settle();
    assertThat(agent.view().tasks())
        .extracting(TaskView::state)
        .containsExactly(TaskState.TASK_KILLED, TaskState.TASK_KILLED);
  }

  @Test
  void aKillBeforeTheyAreWrittenDownLaunchesNone() {
    agent.says(Messages.runGroup(executor(), process("t1"), process("t2")));
    agent.says(Messages.kill("t2")).settle();

    assertThat(launched()).isEmpty();
    assertThat(agent.view().tasks())
        .extracting(TaskView::state)
        .containsExactly(TaskState.TASK_KILLED, TaskState.TASK_KILLED);
  }

  @Test
  void aRestartBeforeTheStartEndsThemAll() {
    launchTwo();
    agent.prepared("t1").prepared("t2");
    AgentCoreTestContext again = back();

    again.observed(
        AgentCoreTestContext.created(again.container("t1")),
        AgentCoreTestContext.created(again.container("t2")));
    again.settle();

    assertThat(again.lastSent("t1").getState()).isEqualTo(TaskState.TASK_DROPPED);
    assertThat(again.lastSent("t2").getReason())
        .isEqualTo(TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH);
    assertThat(again.lastSent("t2").getMessage())
        .startsWith("Task t1 of the same group has ended in TASK_DROPPED");
    assertThat(again.view().executors()).isEmpty();
  }

  @Test
  void aRestartInTheMiddleOfTheStartEndsThemAll() {
    launchTwo();
    agent.prepared("t1").prepared("t2").started("t1").settle();
    AgentCoreTestContext again = back();

    again.observed(
        AgentCoreTestContext.running(again.container("t1")),
        AgentCoreTestContext.created(again.container("t2")));
    assertThat(again.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .hasSize(1);
    again.settle().exited("t1", exit(143)).settle();

    assertThat(again.sent("t1"))
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_KILLED);
    assertThat(again.lastSent("t2").getState()).isEqualTo(TaskState.TASK_DROPPED);
  }

  @Test
  void aRestartAfterTheStartGoesOn() {
    launchTwo();
    agent.prepared("t1").prepared("t2").started("t1").settle();
    AgentCoreTestContext again = back();

    again.observed(
        AgentCoreTestContext.running(again.container("t1")),
        AgentCoreTestContext.running(again.container("t2")));
    again.settle();

    assertThat(again.lastSent("t1").getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(again.lastSent("t2").getState()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void oneThatFailsTakesTheOthersWithIt() {
    running();

    agent.exited("t1", exit(1));
    assertThat(agent.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .hasSize(1);
    agent.settle().exited("t2", exit(143)).settle();

    assertThat(agent.lastSent("t2").getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(agent.lastSent("t2").getMessage())
        .startsWith("Task t1 of the same group has ended in TASK_FAILED");
    agent.then(
        "send 1 update t2 TASK_KILLED latest TASK_KILLED",
        "timer resend t2 PT10S",
        "send 1 exited pod 0",
        "remove t2");
  }

  @Test
  void oneThatFinishesLeavesTheOthers() {
    running();

    agent.exited("t1", exit(0)).settle();

    assertThat(agent.view().executors()).hasSize(1);
    assertThat(agent.view().tasks())
        .extracting(TaskView::state)
        .containsExactly(TaskState.TASK_FINISHED, TaskState.TASK_RUNNING);
  }

  @Test
  void aKillOfOneIsAKillOfAll() {
    running();

    agent.says(Messages.kill("t2"));

    assertThat(agent.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .hasSize(2);
    agent.settle().exited("t2", exit(143)).settle();
    agent.exited("t1", exit(143)).settle();
    assertThat(agent.lastSent("t1").getMessage())
        .startsWith("Task t2 of the same group was killed");
    assertThat(agent.view().executors()).isEmpty();
  }

  @Test
  void anotherGroupOfTheSameExecutorHasABondOfItsOwn() {
    running();
    agent.says(Messages.runGroup(executor(), process("t3"))).settle();
    agent.acknowledged("t3");
    agent.prepared("t3").started("t3").settle();

    agent.exited("t1", exit(1)).settle();

    assertThat(agent.view().tasks())
        .filteredOn(view -> view.info().getTaskId().getValue().equals("t3"))
        .singleElement()
        .satisfies(view -> assertThat(view.state()).isEqualTo(TaskState.TASK_RUNNING));
  }

  @Test
  void theBondHoldsOverARestart() {
    running();
    AgentCoreTestContext again = agent.restarted();

    again.observed(
        AgentCoreTestContext.ended(again.container("t1"), 3),
        AgentCoreTestContext.running(again.container("t2")));
    again.exited("t1", exit(3));

    assertThat(again.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .hasSize(1);
  }

  @Test
  void aShutdownOfTheExecutorEndsItsTasks() {
    running();

    agent.says(Messages.shutDownExecutor("f1", "pod"));

    assertThat(agent.lastEffects())
        .filteredOn(AgentEffect.KillContainer.class::isInstance)
        .hasSize(2);
    assertThat(agent.view().executors().getFirst().state()).isEqualTo(ExecutorState.TERMINATING);
  }

  @Test
  void anExecutorOfThisTypeRunsGroupsOnly() {
    TaskInfo alone = process("t1").toBuilder().clearCommand().setExecutor(executor()).build();

    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, alone)).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_ERROR);
    assertThat(agent.lastSent("t1").getMessage()).contains("task groups only");
  }
}
