package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.AgentCoreTestContext.created;
import static io.meseta.agent.core.AgentCoreTestContext.ended;
import static io.meseta.agent.core.AgentCoreTestContext.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.AdoptContainer;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.agent.core.AgentEvent.JournalRecovered;
import io.meseta.agent.core.AgentTimer.CompletionTimeReached;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A restarted agent: what the journal says against what the engine shows. */
class RecoveryTest {

  private static final ContainerId ORPHAN = new ContainerId("orphan");

  private final AgentCoreTestContext before = AgentCoreTestContext.registered();

  private static TaskStatus newest(AgentCoreTestContext agent) {
    return agent.settle().durable().tasks().getFirst().getLatest();
  }

  @Test
  void aRunningContainerIsAdoptedUnderTheSameIdentity() {
    before.launched(Messages.task("t1"));
    ContainerSpec spec = before.only(LaunchContainer.class).spec();
    before.acknowledged("t1").started("t1").settle().acknowledged("t1");
    AgentCoreTestContext after = before.restarted();
    after.then("keep volumes []", "observe A0");

    after.observed(running(spec.container()));

    after.then("adopt t1", "timer observe PT1M", "write 1 [task t1 TASK_RUNNING +0]");
    assertThat(after.only(AdoptContainer.class).spec()).isEqualTo(spec);
    after.settle().thenNothing();
  }

  @Test
  void theContainerizersOwnNewsOfAnAdoptedContainerChangesNothing() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted();
    after.observed(running(after.container("t1"))).settle();

    after.started("t1").thenNothing();
    after.exited("t1", 5).settle();

    assertThat(newest(after).getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(newest(after).getMessage()).isEqualTo("Container exited with status 5");
  }

  @Test
  void aContainerThatStartedWhileTheAgentDiedIsToldAsRunning() {
    before.launched(Messages.task("t1")).acknowledged("t1");
    AgentCoreTestContext after = before.restarted();

    after.observed(running(after.container("t1")));

    after.then("adopt t1", "timer observe PT1M", "write 1 [task t1 TASK_RUNNING +1]");
    assertThat(newest(after).getContainerStatus().getExecutorPid()).isEqualTo(99);
  }

  @Test
  void aContainerThatEndedMeanwhileIsReportedWithItsTrueExitCode() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted();

    after.observed(ended(after.container("t1"), 42));
    after.then("adopt t1", "timer observe PT1M");
    after.exited("t1", 42).then("write 1 [task t1 TASK_FAILED +1 ended]");
    after.settle().then("remove t1");

    assertThat(newest(after).getMessage()).isEqualTo("Container exited with status 42");
  }

  @Test
  void aContainerThatStartedAndEndedWhileTheAgentDiedIsReported() {
    before.launched(Messages.task("t1"));
    AgentCoreTestContext after = before.restarted();

    after.observed(ended(after.container("t1"), 0)).then("adopt t1", "timer observe PT1M");
    after.exited("t1", 0);

    after.then("write 1 [task t1 TASK_FINISHED +2 ended]");
  }

  @Test
  void anEndWhoseOutputWasNotYetCopiedIsFoundAgainByTheNextRestart() {
    before.running("t1");
    AgentCoreTestContext interrupted = before.restarted();
    interrupted.observed(ended(before.container("t1"), 42)).settle();
    AgentCoreTestContext after = interrupted.restarted();

    after.observed(ended(after.container("t1"), 42)).then("adopt t1", "timer observe PT1M");
    after.exited("t1", 42);

    assertThat(newest(after).getMessage()).isEqualTo("Container exited with status 42");
  }

  @Test
  void aLaunchThatNeverReachedTheEngineIsDropped() {
    before.launched(Messages.task("t1"));
    AgentCoreTestContext after = before.restarted();

    after.observed();
    after.then("timer observe PT1M", "write 1 [task t1 TASK_DROPPED +2 ended]");
    after.settle().thenNothing();

    assertThat(newest(after).getReason()).isEqualTo(Reason.REASON_AGENT_RESTARTED);
    assertThat(newest(after).getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
  }

  @Test
  void aContainerThatWasCreatedAndNeverStartedIsRemovedAndNotRun() {
    before.launched(Messages.task("t1"));
    AgentCoreTestContext after = before.restarted();

    after.observed(created(after.container("t1")));
    after.then("timer observe PT1M", "write 1 [task t1 TASK_DROPPED +2 ended]");
    after.settle().then("remove t1");
  }

  @Test
  void aContainerThatRanAndVanishedIsGone() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted();

    after.observed();

    assertThat(newest(after).getState()).isEqualTo(TaskState.TASK_GONE);
    assertThat(newest(after).getReason()).isEqualTo(Reason.REASON_AGENT_RESTARTED);
  }

  @Test
  void aTaskWhoseEndIsWrittenDownKeepsItsEnd() {
    before.running("t1").exited("t1", 0).settle();
    ContainerId container = before.container("t1");
    AgentCoreTestContext after = before.restarted();

    after.observed(ended(container, 137));

    after.then("timer observe PT1M", "remove t1");
    assertThat(newest(after).getState()).isEqualTo(TaskState.TASK_FINISHED);
  }

  @Test
  void unacknowledgedUpdatesAreSentAgainWithTheirIds() {
    before.launched(Messages.task("t1")).started("t1").settle();
    TaskStatus told = before.lastSent("t1");
    AgentCoreTestContext after = before.restarted();

    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    after.then(
        "timer silent 1 PT15S", "send 1 register A0 [t1 TASK_RUNNING waiting TASK_STARTING]");
    after.says(Messages.registered("A0"));
    after.then(
        "timer silent 1 PT15S",
        "timer silent 1 PT30S",
        "send 1 update t1 TASK_STARTING latest TASK_RUNNING",
        "timer resend t1 PT10S");
    assertThat(after.lastSent("t1")).isEqualTo(told);
    after.acknowledged("t1");
    assertThat(after.lastSent("t1").getState()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void whatWasNotDurableNeverHappened() {
    before.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));

    AgentCoreTestContext after = before.restarted();

    assertThat(after.view().tasks()).isEmpty();
  }

  @Test
  void anEngineThatDoesNotAnswerLosesNobodyATask() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted();
    after.handle(new AgentEvent.EngineHealthChanged(after.now(), false, "connection refused"));
    after.thenNothing();
    assertThat(after.view().engineFailure()).contains("connection refused");

    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    after.then("timer silent 1 PT15S", "send 1 register A0 [t1 TASK_RUNNING]");
    after.handle(new AgentEvent.EngineHealthChanged(after.now(), true, ""));
    assertThat(after.view().degraded()).isFalse();
  }

  @Test
  void aTaskThatIsTakenBeforeTheEngineAnswersIsLeftAloneByItsAnswer() {
    AgentCoreTestContext after = before.restarted();
    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    after.says(Messages.registered("A0"));
    after.launched(Messages.task("t1"));

    after.observed().then("timer observe PT1M");

    assertThat(after.view().tasks().getFirst().state()).isEqualTo(TaskState.TASK_STARTING);
  }

  @Test
  void containersOfNoTaskAreRemoved() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted();

    after.observed(running(ORPHAN), running(after.container("t1"))).settle();

    assertThat(after.lastEffects()).contains(new AgentEffect.RemoveContainer(ORPHAN));
    assertThat(after.counted(AgentCounter.ORPHANED_CONTAINERS)).isOne();
  }

  @Test
  void theEngineIsAskedAgainAtAnIntervalAndOnlyOrphansMatterThen() {
    before.running("t1").launched(Messages.task("t2"));
    before.running("t3").exited("t3", 0).settle();

    before.fire(new AgentTimer.ObserveContainers()).then("observe A0");
    before.observed(running(ORPHAN), ended(before.container("t3"), 0));

    before.then("timer observe PT1M", "remove orphan", "remove t3");
  }

  @Test
  void aKillGoesOnAfterARestartWithWhatIsLeftOfItsGracePeriod() {
    before.running("t1").says(Messages.kill("t1", Duration.ofSeconds(30))).settle();
    AgentCoreTestContext after = before.after(Duration.ofSeconds(11)).restarted();

    after.observed(running(after.container("t1")));

    after.then(
        "adopt t1",
        "kill t1 PT18S",
        "timer observe PT1M",
        "write 1 [task t1 TASK_RUNNING +0 kill]");
  }

  @Test
  void aKillWhoseGracePeriodPassedMeanwhileIsForced() {
    before.running("t1").says(Messages.kill("t1")).settle();
    AgentCoreTestContext after = before.after(Duration.ofMinutes(1)).restarted();

    after.observed(running(after.container("t1")));

    assertThat(after.only(AgentEffect.KillContainer.class).grace()).isZero();
  }

  @Test
  void aKillThatCameBeforeTheEngineAnsweredIsCarriedOutThen() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted();
    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    after.says(Messages.registered("A0")).says(Messages.kill("t1"));
    after.then("timer silent 1 PT30S", "write 1 [task t1 TASK_RUNNING +0 kill]");

    after.observed(running(after.container("t1")));

    assertThat(after.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aKilledTaskIsKilledHoweverItIsFound() {
    before.running("t1").says(Messages.kill("t1")).settle();
    ContainerId container = before.container("t1");

    AgentCoreTestContext exited = before.restarted().observed(ended(container, 143));
    exited.exited("t1", 143);

    assertThat(newest(exited).getState()).isEqualTo(TaskState.TASK_KILLED);
  }

  @Test
  void aKilledTaskWhoseContainerIsMissingIsKilled() {
    before.running("t1").says(Messages.kill("t1")).settle();

    AgentCoreTestContext after = before.restarted().observed();

    assertThat(newest(after).getState()).isEqualTo(TaskState.TASK_KILLED);
  }

  private static final TaskInfo LIMITED =
      Messages.task("t1").toBuilder()
          .setMaxCompletionTime(Messages.duration(Duration.ofMinutes(5)))
          .build();

  @Test
  void theTimeOfATaskRunsOnWhileTheAgentIsAway() {
    before.running(FRAMEWORK, LIMITED);
    AgentCoreTestContext after = before.after(Duration.ofMinutes(2)).restarted();

    after.observed(running(after.container("t1")));

    assertThat(after.timers())
        .containsEntry(
            new CompletionTimeReached(after.container("t1")), Duration.ofSeconds(3 * 60 - 1));
  }

  @Test
  void aTaskWhoseTimeWasUpBeforeTheRestartFailsForThat() {
    before.running(FRAMEWORK, LIMITED);
    before.fire(new CompletionTimeReached(before.container("t1"))).settle();
    ContainerId container = before.container("t1");

    AgentCoreTestContext after = before.restarted().observed(ended(container, 137));
    after.exited("t1", 137);

    assertThat(newest(after).getReason()).isEqualTo(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
  }

  @Test
  void aTaskThatUsedTooMuchDiskBeforeTheRestartFailsForThat() {
    before.running(FRAMEWORK, LIMITED);
    ContainerId container = before.container("t1");
    before.handle(new AgentEvent.DiskLimitExceeded(before.now(), container, 2L << 20, 1L << 20));
    before.settle();

    AgentCoreTestContext after = before.restarted().observed(ended(container, 137));
    after.exited("t1", 137);

    assertThat(newest(after).getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
    assertThat(newest(after).getMessage()).contains("used 2.0 MB and may use 1.0 MB");
  }

  @Test
  void aTaskWhoseTimeWasUpAndWhoseContainerIsMissingFailsForThat() {
    before.running(FRAMEWORK, LIMITED);
    before.fire(new CompletionTimeReached(before.container("t1"))).settle();

    AgentCoreTestContext after = before.restarted().observed();

    assertThat(newest(after).getReason()).isEqualTo(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
  }

  @Test
  void anAgentThatComesBackWithOtherResourcesStaysTheSame() {
    JournalSnapshot journal = before.durable();
    AgentCore core =
        new AgentCore(
            AgentSettings.defaults(
                Messages.AGENT.toBuilder().addResources(Messages.scalar("mem", 99)).build(),
                "1.0"));

    List<AgentEffect> effects =
        core.handle(new JournalRecovered(before.now(), "run2", "boot2", journal));

    assertThat(new EffectText().of(effects))
        .containsExactly("keep volumes []", "observe A0", "write 1 [agent A0]");
    assertThat(core.view().agent().getResourcesCount()).isEqualTo(2);
    assertThat(core.view().agent().getId().getValue()).isEqualTo("A0");
  }

  @Test
  void anAgentThatComesBackAfterARebootKeepsItsIdAndItsTasksHaveEnded() {
    before.running("t1");
    AgentCoreTestContext after = before.restarted(Messages.AGENT, "boot2");
    after.observed().settle().leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    after.then("timer silent 1 PT15S", "send 1 register A0 [t1 TASK_GONE waiting TASK_GONE]");
  }

  @Test
  void anAgentWhoseResourcesDoNotCoverItsTasksAsksAgainAndLosesNothing() {
    before.running("t1");
    AgentInfo smaller =
        Messages.AGENT.toBuilder()
            .clearResources()
            .addResources(Messages.scalar("cpus", 0.5))
            .build();
    AgentCoreTestContext after = before.restarted(smaller, "boot1");
    after.observed(running(after.container("t1"))).settle();
    after.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    after.says(Messages.rejectedForNow()).fire(new AgentTimer.Reconnect()).opened(2);

    after.then("timer silent 2 PT15S", "send 2 register A0 [t1 TASK_RUNNING]");
    assertThat(after.view().agent().getResources(0).getScalar().getValue()).isEqualTo(0.5);
  }

  @Test
  void aNewAgentHasNothingToLookFor() {
    AgentCoreTestContext.fresh().thenNothing();
  }

  @Test
  void aJournalWithTasksOfNobodyIsABrokenInvariant() {
    before.running("t1");
    JournalSnapshot journal =
        new JournalSnapshot(
            Optional.empty(), before.durable().frameworks(), List.of(), before.durable().tasks());
    AgentCore core = new AgentCore(AgentSettings.defaults(Messages.AGENT, "1.0"));

    assertThatThrownBy(
            () -> core.handle(new JournalRecovered(before.now(), "run2", "boot1", journal)))
        .isInstanceOf(IllegalStateException.class);
  }
}
