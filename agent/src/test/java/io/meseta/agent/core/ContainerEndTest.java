package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.AgentCoreTestContext.outOfMemory;
import static io.meseta.agent.core.AgentCoreTestContext.vanished;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.core.AgentTimer.CompletionTimeReached;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.api.v1.TaskStatus.Source;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the end of a container means for its task. */
class ContainerEndTest {

  private static final int MEBIBYTE = 1024 * 1024;

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private TaskStatus endOfRunning(ContainerExit exit) {
    agent.running("t1").exited("t1", exit).settle();
    return agent.lastSent("t1");
  }

  @Test
  void theEndIsToldAndTheContainerRemovedOnceItIsWrittenDown() {
    agent.running("t1");

    agent.exited("t1", 0).then("write 6 [task t1 TASK_FINISHED +1 ended]");
    agent
        .written()
        .then(
            "send 1 update t1 TASK_FINISHED latest TASK_FINISHED",
            "timer resend t1 PT10S",
            "remove t1");
  }

  @Test
  void zeroIsFinished() {
    TaskStatus status = endOfRunning(AgentCoreTestContext.exit(0));

    assertThat(status.getState()).isEqualTo(TaskState.TASK_FINISHED);
    assertThat(status.getSource()).isEqualTo(Source.SOURCE_EXECUTOR);
    assertThat(status.hasReason()).isFalse();
    assertThat(status.getContainerStatus().getNetworkInfosCount()).isOne();
  }

  @Test
  void anotherCodeIsFailed() {
    TaskStatus status = endOfRunning(AgentCoreTestContext.exit(3));

    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getReason()).isEqualTo(Reason.REASON_COMMAND_EXECUTOR_FAILED);
    assertThat(status.getSource()).isEqualTo(Source.SOURCE_EXECUTOR);
    assertThat(status.getMessage()).isEqualTo("Container exited with status 3");
  }

  @Test
  void aFaultOfTheAgentIsFailedAndSaysSo() {
    TaskStatus status = endOfRunning(ContainerExit.ofFault("java.lang.Error: planted"));

    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
    assertThat(status.getSource()).isEqualTo(Source.SOURCE_AGENT);
    assertThat(status.getMessage())
        .isEqualTo(
            "The agent could not go on with the container and removed it:"
                + " java.lang.Error: planted");
  }

  @Test
  void whatTheEngineSaysMoreIsToldToo() {
    TaskStatus status =
        endOfRunning(
            new ContainerExit(OptionalInt.of(127), false, OptionalLong.empty(), "no such file"));

    assertThat(status.getMessage()).isEqualTo("Container exited with status 127: no such file");
  }

  @Test
  void outOfMemoryNamesTheLimit() {
    TaskStatus status = endOfRunning(outOfMemory(137, 64L * MEBIBYTE));

    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    assertThat(status.getSource()).isEqualTo(Source.SOURCE_AGENT);
    assertThat(status.getLimitation().getResourcesList())
        .containsExactly(Messages.scalar("mem", 64));
    assertThat(status.getMessage()).contains("64.0 MB");
  }

  @Test
  void aContainerThatLostOnlyAChildToTheMemoryLimitAndEndedWellIsFinished() {
    assertThat(endOfRunning(outOfMemory(0, 64L * MEBIBYTE)).getState())
        .isEqualTo(TaskState.TASK_FINISHED);
  }

  @Test
  void aContainerThatVanishedIsGone() {
    TaskStatus status = endOfRunning(vanished());

    assertThat(status.getState()).isEqualTo(TaskState.TASK_GONE);
    assertThat(status.getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
    assertThat(status.getMessage()).endsWith("removed by hand");
  }

  @Test
  void anEndWithoutANoticedStartIsTold() {
    agent.launched(Messages.task("t1"));
    assertThat(agent.exited("t1", 0).settle().lastEffects()).isNotEmpty();
    agent.launched(Messages.task("t2")).exited("t2", vanished()).settle();

    assertThat(agent.view().tasks())
        .extracting(TaskView::state)
        .containsExactly(TaskState.TASK_FINISHED, TaskState.TASK_GONE);
  }

  @Test
  void aFailedLaunchNamesPhaseAndReasonAndLeavesNothingToRemove() {
    agent.launched(Messages.task("t1")).acknowledged("t1");

    agent.launchFailed("t1").settle();

    agent.then("send 1 update t1 TASK_FAILED latest TASK_FAILED", "timer resend t1 PT10S");
    TaskStatus status = agent.lastSent("t1");
    assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
    assertThat(status.getSource()).isEqualTo(Source.SOURCE_AGENT);
    assertThat(status.getMessage())
        .isEqualTo("Container could not be launched, pulling: no such image: nix");
  }

  private static TaskInfo limited(Duration limit) {
    return Messages.task("t1").toBuilder().setMaxCompletionTime(Messages.duration(limit)).build();
  }

  @Test
  void aTaskThatTakesTooLongIsKilledWithoutGraceAndFails() {
    agent.running(FRAMEWORK, limited(Duration.ofMinutes(5)));
    AgentTimer timer = new CompletionTimeReached(agent.container("t1"));
    assertThat(agent.timers()).containsEntry(timer, Duration.ofMinutes(5));

    agent.fire(timer);
    agent.then("kill t1 PT0S", "write 6 [task t1 TASK_RUNNING +0 kill]");
    agent.settle().exited("t1", 137).settle();

    TaskStatus status = agent.lastSent("t1");
    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getReason()).isEqualTo(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
  }

  @Test
  void aTaskThatUsesTooMuchDiskIsKilledWithoutGraceAndFails() {
    agent.running(FRAMEWORK, Messages.task("t1"));
    AgentEvent over =
        new AgentEvent.DiskLimitExceeded(agent.now(), agent.container("t1"), 100L << 20, 64L << 20);

    agent.handle(over);
    agent.then("kill t1 PT0S", "write 6 [task t1 TASK_RUNNING +0 kill]");
    agent.handle(over);
    agent.thenNothing();
    agent.settle().exited("t1", 137).settle();

    TaskStatus status = agent.lastSent("t1");
    assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
    assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
    assertThat(status.getMessage()).contains("used 100.0 MB and may use 64.0 MB");
    assertThat(status.getLimitation().getResources(0).getName()).isEqualTo("disk");
    assertThat(status.getLimitation().getResources(0).getScalar().getValue()).isEqualTo(64);
  }

  @Test
  void aTaskThatIsBeingKilledMayUseWhatItLikes() {
    agent.running(FRAMEWORK, Messages.task("t1"));
    agent.says(Messages.kill("t1", Duration.ofHours(1))).settle();

    agent.handle(new AgentEvent.DiskLimitExceeded(agent.now(), agent.container("t1"), 2, 1));
    agent.thenNothing();
    agent.exited("t1", 137).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
  }

  @Test
  void theTimeOfATaskThatEndsIsNoLongerWatched() {
    agent.running(FRAMEWORK, limited(Duration.ofMinutes(5)));
    AgentTimer timer = new CompletionTimeReached(agent.container("t1"));

    agent.exited("t1", 0);

    agent.then("cancel completion t1", "write 6 [task t1 TASK_FINISHED +1 ended]");
    agent.handle(new AgentEvent.TimerFired(agent.now(), timer));
    agent.thenNothing();
  }

  @Test
  void aTaskWhoseTimeIsUpWhileItIsBeingKilledStaysKilled() {
    agent.running(FRAMEWORK, limited(Duration.ofMinutes(5)));
    agent.says(Messages.kill("t1", Duration.ofHours(1))).settle();

    agent.fire(new CompletionTimeReached(agent.container("t1")));
    agent.then("kill t1 PT0S", "write 7 [task t1 TASK_RUNNING +0 kill]");
    agent.settle().exited("t1", 137).settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_KILLED);
  }
}
