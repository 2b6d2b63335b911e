package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.core.AgentEvent.JournalWritten;
import io.meseta.agent.core.AgentTimer.RetryJournal;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A journal that cannot be written: no new task, nothing lost, all resumes by itself. */
class JournalFailureTest {

  private static final String DEGRADED =
      "send 1 degraded: its journal cannot be written: disk full";
  private static final String WELL = "send 1 well";

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  @Test
  void aFailedWriteReleasesNothingAndIsTriedAgain() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));

    agent.writeFails(2).then("timer journal PT1S", DEGRADED);

    assertThat(agent.view().journalFailure()).contains("disk full");
    assertThat(agent.view().degraded()).isTrue();
    agent.fire(new RetryJournal());
    agent.then("write 2 [framework f1, task t1 TASK_STARTING +1]");
    agent.written();
    agent.then(
        "launch t1",
        "send 1 update t1 TASK_STARTING latest TASK_STARTING",
        "timer resend t1 PT10S",
        WELL);
    assertThat(agent.view().degraded()).isFalse();
  }

  @Test
  void noNewTaskIsTakenMeanwhile() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1"))).writeFails(2);

    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));

    agent.then("timer silent 1 PT30S", "send 1 update t2 TASK_DROPPED latest TASK_DROPPED");
    TaskStatus status = agent.lastSent("t2");
    assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
    assertThat(status.getMessage()).contains("journal is not writable: disk full");
    assertThat(agent.view().tasks()).hasSize(1);
    assertThat(agent.counted(AgentCounter.REFUSED_TASKS)).isOne();
  }

  @Test
  void allThatFailedIsTriedAgainInOrder() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));
    agent.writeFails(2).then("timer journal PT1S", DEGRADED);
    agent.writeFails(3).thenNothing();

    agent.fire(new RetryJournal());

    agent.then(
        "write 2 [framework f1, task t1 TASK_STARTING +1]", "write 3 [task t2 TASK_STARTING +1]");
    agent.settle();
    assertThat(agent.durable().tasks()).hasSize(2);
    assertThat(agent.lastEffects().stream().filter(AgentEffect.LaunchContainer.class::isInstance))
        .hasSize(2);
  }

  @Test
  void aRetryWaitsUntilTheLastAnswerIsThere() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));
    agent.writeFails(2).then("timer journal PT1S", DEGRADED);

    agent.fire(new RetryJournal()).then("timer journal PT2S");
    agent.writeFails(3).thenNothing();
    agent.fire(new RetryJournal());

    agent.then(
        "write 2 [framework f1, task t1 TASK_STARTING +1]", "write 3 [task t2 TASK_STARTING +1]");
  }

  @Test
  void theWaitGrowsWhileTheDiskStaysFull() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.writeFails(2).then("timer journal PT1S", DEGRADED);
    agent.fire(new RetryJournal()).writeFails(2).then("timer journal PT2S");
    agent.fire(new RetryJournal()).writeFails(2).then("timer journal PT4S");
    for (int i = 0; i < 5; i++) {
      agent.fire(new RetryJournal()).writeFails(2);
    }

    agent.then("timer journal PT30S");
    assertThat(agent.timers()).containsEntry(new RetryJournal(), Duration.ofSeconds(30));
  }

  @Test
  void whatHappensMeanwhileIsKeptAndWrittenAfterwards() {
    agent.running("t1");
    agent.launched(Messages.task("t2")).acknowledged("t2");
    agent.started("t2").writeFails(8);

    agent.exited("t1", 7).thenNothing();
    agent.exited("t2", 0).thenNothing();
    agent.fire(new RetryJournal());
    agent.then(
        "write 8 [task t2 TASK_RUNNING +1]",
        "write 9 [task t1 TASK_FAILED +1 ended]",
        "write 10 [task t2 TASK_FINISHED +2 ended]");
    agent.settle();

    agent.then(
        "send 1 update t2 TASK_RUNNING latest TASK_RUNNING",
        "timer resend t2 PT10S",
        WELL,
        "send 1 update t1 TASK_FAILED latest TASK_FAILED",
        "timer resend t1 PT10S",
        "remove t1",
        "send 1 update t2 TASK_RUNNING latest TASK_FINISHED",
        "remove t2");
  }

  @Test
  void whatCameDuringARetryFollowsIt() {
    agent.running("t1").running("t2");
    agent.exited("t1", 0).writeFails(10).fire(new RetryJournal());
    agent.exited("t2", 0).thenNothing();

    agent.written();

    agent.then(
        "write 11 [task t2 TASK_FINISHED +1 ended]",
        "send 1 update t1 TASK_FINISHED latest TASK_FINISHED",
        "timer resend t1 PT10S",
        "remove t1",
        WELL);
  }

  @Test
  void aRetryThatFailsIsTriedAgainAlthoughMoreHasCome() {
    agent.running("t1").running("t2");
    agent.exited("t1", 0).writeFails(10).fire(new RetryJournal());
    agent.exited("t2", 0).thenNothing();

    agent.writeFails(10).then("timer journal PT2S");

    agent.fire(new RetryJournal());
    agent.then(
        "write 10 [task t1 TASK_FINISHED +1 ended]", "write 11 [task t2 TASK_FINISHED +1 ended]");
  }

  @Test
  void aWriteMayFailAgainAfterAnEarlierOneSucceeded() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));
    agent.writeFails(2).writeFails(3).fire(new RetryJournal());

    agent.written();
    assertThat(agent.view().degraded()).isFalse();
    agent.writeFails(3).then("timer journal PT1S", DEGRADED);
    agent.fire(new RetryJournal()).then("write 3 [task t2 TASK_STARTING +1]");
  }

  @Test
  void onlyWhatIsDurableIsToldToANewMaster() {
    agent.running("t1").exited("t1", 0).writeFails(6);
    agent.closed(1).leader(Optional.of(AgentCoreTestContext.LEADER)).opened(2);

    agent.then("timer silent 2 PT15S", "send 2 register A0 [t1 TASK_RUNNING]");
  }

  @Test
  void anAnswerOutOfOrderIsABrokenInvariant() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1")));
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));

    assertThatThrownBy(() -> agent.handle(new JournalWritten(agent.now(), 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("write 3");
  }

  @Test
  void anAnswerToNothingIsABrokenInvariant() {
    assertThatThrownBy(() -> agent.writeFails(17))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("write 17");
  }

  @Test
  void theJournalComesFirstAndOnce() {
    AgentCore core = new AgentCore(AgentSettings.defaults(Messages.AGENT, "1.0"));

    assertThatThrownBy(
            () -> core.handle(new AgentEvent.LeaderChanged(agent.now(), Optional.empty())))
        .isInstanceOf(IllegalStateException.class);
  }
}
