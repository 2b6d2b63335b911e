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
import io.meseta.common.ids.ExecutorId;
import java.util.List;
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

  private void running() {
    agent.says(Messages.runGroup(executor(), process("t1"), process("t2"))).settle();
    agent.acknowledged("t1").acknowledged("t2");
    agent.started("t1").settle();
    agent.started("t2").settle();
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
          assertThat(spec.networkOf()).isEmpty();
          assertThat(spec.parent()).contains(agent.executorContainer("pod"));
        });
    assertThat(agent.lastSent("t1").getExecutorId().getValue()).isEqualTo("pod");
  }

  @Test
  void containersJoinTheNetworkOfTheFirstOnceThatRuns() {
    agent
        .says(Messages.runGroup(executor(), container("t1"), container("t2"), process("t3")))
        .settle();
    assertThat(launched())
        .extracting(spec -> spec.task().getTaskId().getValue())
        .containsExactly("t1", "t3");

    agent.started("t1").settle();

    assertThat(launched())
        .singleElement()
        .satisfies(spec -> {
          assertThat(spec.task().getTaskId().getValue()).isEqualTo("t2");
          assertThat(spec.networkOf()).contains(agent.container("t1"));
        });
  }

  @Test
  void oneThatCannotBeLaunchedEndsThoseThatWaitForIt() {
    agent.says(Messages.runGroup(executor(), container("t1"), container("t2"))).settle();

    agent.launchFailed("t1").settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_STARTING);
    assertThat(agent.view().tasks())
        .extracting(TaskView::state)
        .containsExactly(TaskState.TASK_FAILED, TaskState.TASK_KILLED);
    assertThat(launched()).isEmpty();
    assertThat(agent.view().executors()).isEmpty();
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
    agent.started("t3").settle();

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
