package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KillTest {

  private static final FrameworkInfo WANTS_KILLING =
      Messages.framework("f1", Capability.Type.TASK_KILLING_STATE);

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  @Test
  void aKillIsCarriedOutAtOnceAndWrittenDown() {
    agent.running("t1");

    agent.says(Messages.kill("t1"));

    agent.then("timer silent 1 PT30S", "kill t1 PT5S", "write 6 [task t1 TASK_RUNNING +0 kill]");
  }

  @Test
  void theEndIsKilledWhateverTheExitCode() {
    agent.running("t1").says(Messages.kill("t1")).settle();

    agent.exited("t1", 0).settle();

    agent.then(
        "send 1 update t1 TASK_KILLED latest TASK_KILLED", "timer resend t1 PT10S", "remove t1");
    assertThat(agent.lastSent("t1").getMessage()).isEqualTo("Container was killed, exit status 0");
    assertThat(agent.lastSent("t1").getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
  }

  @Test
  void aFrameworkThatWantsToKnowIsToldThatTheKillIsUnderWay() {
    agent.running(WANTS_KILLING, Messages.task("t1"));

    agent.says(Messages.kill("t1"));
    agent.then("timer silent 1 PT30S", "kill t1 PT5S", "write 6 [task t1 TASK_KILLING +1 kill]");
    agent.settle();
    agent.then("send 1 update t1 TASK_KILLING latest TASK_KILLING", "timer resend t1 PT10S");
    agent.acknowledged("t1").exited("t1", 143).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
  }

  private static TaskInfo withPolicy(Duration grace) {
    return Messages.task("t1").toBuilder().setKillPolicy(Messages.policy(grace)).build();
  }

  @Test
  void theTasksPolicyBeatsTheDefault() {
    agent.running(FRAMEWORK, withPolicy(Duration.ofSeconds(33))).says(Messages.kill("t1"));

    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(33));
  }

  @Test
  void theKillsPolicyBeatsTheTasks() {
    agent.running(FRAMEWORK, withPolicy(Duration.ofSeconds(33)));

    agent.says(Messages.kill("t1", Duration.ofSeconds(2)));

    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aNegativeGraceIsNone() {
    agent.running("t1").says(Messages.kill("t1", Duration.ofSeconds(-7)));

    assertThat(agent.only(AgentEffect.KillContainer.class).grace()).isZero();
  }

  @Test
  void anEndlessGraceIsBounded() {
    agent.running("t1").says(Messages.kill("t1", Duration.ofNanos(Long.MAX_VALUE)));

    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofDays(3650));
  }

  @Test
  void ofSeveralKillsTheEarliestDeadlineCounts() {
    agent.running(WANTS_KILLING, Messages.task("t1"));
    agent.says(Messages.kill("t1", Duration.ofMinutes(1))).settle().after(Duration.ofSeconds(10));

    agent.says(Messages.kill("t1", Duration.ofMinutes(1))).then("timer silent 1 PT30S");
    agent.says(Messages.kill("t1", Duration.ofSeconds(5)));

    agent.then("timer silent 1 PT30S", "kill t1 PT5S", "write 7 [task t1 TASK_KILLING +1 kill]");
  }

  @Test
  void aKillOfAnUnknownTaskIsIgnored() {
    agent.says(Messages.kill("t9"));

    agent.then("timer silent 1 PT30S");
    assertThat(agent.counted(AgentCounter.UNKNOWN_KILLS)).isOne();
  }

  @Test
  void aKillOfAnEndedTaskChangesNothing() {
    agent.running("t1").exited("t1", 0).settle();

    agent.says(Messages.kill("t1"));

    agent.then("timer silent 1 PT30S");
  }

  @Test
  void aTaskThatIsKilledBeforeItsLaunchIsDurableIsNeverLaunched() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.says(Messages.kill("t1"));
    agent.then("timer silent 1 PT30S", "write 3 [task t1 TASK_STARTING +1 kill]");

    agent.written();

    agent.then(
        "send 1 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S",
        "write 4 [task t1 TASK_KILLED +2 kill ended]");
    agent.settle().acknowledged("t1");
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
  }

  @Test
  void aKillDuringTheLaunchGivesItUp() {
    agent.launched(WANTS_KILLING, Messages.task("t1")).acknowledged("t1");

    agent.says(Messages.kill("t1"));
    agent.then("timer silent 1 PT30S", "kill t1 PT5S", "write 4 [task t1 TASK_STARTING +0 kill]");
    agent.settle().launchFailed("t1").settle();

    agent.then("send 1 update t1 TASK_KILLED latest TASK_KILLED", "timer resend t1 PT10S");
    assertThat(agent.lastSent("t1").getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
    assertThat(agent.lastSent("t1").getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
  }

  @Test
  void aContainerThatStartsInSpiteOfAKillIsNotCalledRunning() {
    agent.launched(Messages.task("t1")).acknowledged("t1");
    agent.says(Messages.kill("t1")).settle();

    agent.started("t1").then("write 5 [task t1 TASK_STARTING +0 kill]");
    agent.settle().exited("t1", 143).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
  }

  @Test
  void aFullDiskKeepsNobodyFromKilling() {
    agent.running("t1").running("t2");
    agent.says(Messages.kill("t1")).writeFails(10);

    agent.says(Messages.kill("t2"));

    agent.then("timer silent 1 PT30S", "kill t2 PT5S");
  }
}
