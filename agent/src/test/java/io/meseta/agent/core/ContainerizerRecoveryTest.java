package io.meseta.agent.core;

import static io.meseta.agent.container.ContainerizerKind.DOCKER;
import static io.meseta.agent.container.ContainerizerKind.PROCESS;
import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.AgentCoreTestContext.ended;
import static io.meseta.agent.core.AgentCoreTestContext.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.ContainerId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A restarted agent one of whose containerizers answers and the other does not yet. */
class ContainerizerRecoveryTest {

  private static final TaskInfo PLAIN = Messages.task("plain").toBuilder().clearContainer().build();

  private final AgentCoreTestContext before = AgentCoreTestContext.registered();

  private AgentCoreTestContext restartedWithBoth() {
    before.running("image").running(FRAMEWORK, PLAIN);
    AgentCoreTestContext after = before.restarted();
    after.handle(new AgentEvent.EngineHealthChanged(after.now(), false, "docker: no such socket"));
    return after;
  }

  private static TaskState state(AgentCoreTestContext agent, String task) {
    return agent.view().tasks().stream()
        .filter(view -> view.info().getTaskId().getValue().equals(task))
        .findFirst()
        .orElseThrow()
        .state();
  }

  @Test
  void aProcessIsAdoptedAtOnceWhileTheEngineIsAway() {
    AgentCoreTestContext after = restartedWithBoth();

    after.observedBy(PROCESS, running(after.container("plain")));

    after.then("adopt plain", "timer observe PT1M", "write 1 [task plain TASK_RUNNING +0]");
    assertThat(state(after, "image")).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(after.view().degraded()).isTrue();
  }

  @Test
  void aProcessThatEndedMeanwhileIsSettledAtOnce() {
    AgentCoreTestContext after = restartedWithBoth();

    after.observedBy(PROCESS, ended(after.container("plain"), 7));
    after.exited("plain", 7).settle();

    assertThat(state(after, "plain")).isEqualTo(TaskState.TASK_FAILED);
    assertThat(state(after, "image")).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void aProcessThatVanishedIsGoneAndNothingIsSaidOfTheEngines() {
    AgentCoreTestContext after = restartedWithBoth();

    after.observedBy(PROCESS).settle();

    assertThat(state(after, "plain")).isEqualTo(TaskState.TASK_GONE);
    assertThat(state(after, "image")).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void theEnginesAreAdoptedWhenItComesBack() {
    AgentCoreTestContext after = restartedWithBoth();
    after.observedBy(PROCESS, running(after.container("plain"))).settle();

    after.observedBy(DOCKER, running(after.container("image")));

    after.then("adopt image", "timer observe PT1M", "write 2 [task image TASK_RUNNING +0]");
  }

  @Test
  void theProcessesWaitForNoEngineTheOtherWayRoundEither() {
    AgentCoreTestContext after = restartedWithBoth();

    after.observedBy(DOCKER, running(after.container("image"))).settle();
    assertThat(state(after, "plain")).isEqualTo(TaskState.TASK_RUNNING);
    after.observedBy(PROCESS, running(after.container("plain")));

    after.then("adopt plain", "timer observe PT1M", "write 2 [task plain TASK_RUNNING +0]");
  }

  @Test
  void aSecondAnswerAdoptsNothingAgain() {
    AgentCoreTestContext after = restartedWithBoth();
    after.observedBy(PROCESS, running(after.container("plain"))).settle();

    after.observedBy(PROCESS, running(after.container("plain")));

    after.then("timer observe PT1M");
  }

  @Test
  void onlyOrphansThatWereSeenAreRemoved() {
    AgentCoreTestContext after = restartedWithBoth();

    after.observedBy(PROCESS, running(new ContainerId("orphan")), running(plain(after))).settle();

    assertThat(after.lastEffects())
        .contains(new AgentEffect.RemoveContainer(new ContainerId("orphan")))
        .doesNotContain(new AgentEffect.RemoveContainer(after.container("image")));
    assertThat(after.counted(AgentCounter.ORPHANED_CONTAINERS)).isOne();
  }

  private static ContainerId plain(AgentCoreTestContext agent) {
    return agent.container("plain");
  }

  @Test
  void anExecutorWithoutAnImageIsAdoptedWhileTheEngineIsAway() {
    before.launched(Messages.taskOf("e1", "t1"));
    before.executorStarted("e1");
    AgentCoreTestContext after = before.restarted();
    after.observedBy(DOCKER).then("timer observe PT1M");
    assertThat(after.view().executors()).hasSize(1);

    after.observedBy(PROCESS, running(after.executorContainer("e1")));

    assertThat(after.lastEffects()).anyMatch(AgentEffect.AdoptContainer.class::isInstance);
  }

  @Test
  void tasksAreTakenMeanwhileAndTheLateAnswerLeavesThemAlone() {
    AgentCoreTestContext after = restartedWithBoth();
    after.observedBy(PROCESS, running(plain(after))).settle();
    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    after.says(Messages.registered("A0"));
    after.launched(Messages.task("late"));

    after.observedBy(DOCKER, running(after.container("image"))).settle();

    assertThat(state(after, "late")).isEqualTo(TaskState.TASK_STARTING);
  }
}
