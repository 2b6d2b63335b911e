package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus.Reason;
import org.junit.jupiter.api.Test;

class FrameworksTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  @Test
  void aFrameworkThatIsEndedLosesItsTasksAndItsUpdates() {
    agent.running("t1").launched(Messages.task("t2"));

    agent.says(Messages.shutDown("f1"));

    agent.then(
        "timer silent 1 PT30S",
        "kill t1 PT5S",
        "cancel resend t2",
        "kill t2 PT5S",
        "write 7 [framework f1 shut down, task t1 TASK_RUNNING +0 kill,"
            + " task t2 TASK_STARTING +0 kill]");
    agent.settle().thenNothing();
  }

  @Test
  void theEndOfItsTasksIsToldOnceAndForgotten() {
    agent.running("t1").running("t2").says(Messages.shutDown("f1")).settle();

    agent.exited("t1", 143);
    agent.then("write 11 [-task t1]");
    agent.settle().then("send 1 update t1 TASK_KILLED latest TASK_KILLED", "remove t1");
    agent.exited("t2", 143);
    agent.then("write 12 [-task t2, -framework f1]");

    agent.settle();
    assertThat(agent.view().tasks()).isEmpty();
    assertThat(agent.view().frameworks()).isEmpty();
    assertThat(agent.durable().frameworks()).isEmpty();
  }

  @Test
  void itsEndedTasksAreForgottenAtOnce() {
    agent.running("t1").exited("t1", 0).settle();

    agent.says(Messages.shutDown("f1"));

    agent.then("timer silent 1 PT30S", "cancel resend t1", "write 7 [-task t1, -framework f1]");
    // The master may have known it as running, or as one that is still to be ended.
    agent.settle().then("send 1 update t1 TASK_FINISHED latest TASK_FINISHED");
  }

  @Test
  void updatesThatWereOnTheirWayToTheDiskAreNotSentAnyMore() {
    agent.launched(Messages.task("t1")).acknowledged("t1").started("t1");

    agent.says(Messages.shutDown("f1"));

    agent.settle().thenNothing();
  }

  @Test
  void aTaskThatWaitsForTheDiskIsNotLaunchedForAnEndedFramework() {
    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t1"))).says(Messages.shutDown("f1"));

    agent.settle();

    agent.then(
        "write 4 [-task t1, -framework f1]", "send 1 update t1 TASK_KILLED latest TASK_KILLED");
  }

  @Test
  void anEndedFrameworkGetsNoNewTask() {
    agent.running("t1").says(Messages.shutDown("f1")).settle();

    agent.says(Messages.runTask(FRAMEWORK, Messages.task("t2")));

    agent.then("timer silent 1 PT30S", "send 1 update t2 TASK_DROPPED latest TASK_DROPPED");
    assertThat(agent.lastSent("t2").getReason()).isEqualTo(Reason.REASON_FRAMEWORK_REMOVED);
  }

  @Test
  void anEndGoesOnAfterARestart() {
    agent.running("t1").says(Messages.shutDown("f1")).settle();
    AgentCoreTestContext after = agent.restarted();

    after.observed(AgentCoreTestContext.running(after.container("t1")));
    after.then(
        "adopt t1", "kill t1 PT4S", "timer observe PT1M", "write 1 [task t1 TASK_RUNNING +0 kill]");
    after.settle().exited("t1", 137);

    after.then("write 2 [-task t1, -framework f1]");
  }

  @Test
  void anEndedFrameworkIsNotToldThatAKillIsUnderWay() {
    agent.running(
        Messages.framework("f1", Capability.Type.TASK_KILLING_STATE), Messages.task("t1"));

    agent.says(Messages.shutDown("f1")).settle();

    assertThat(agent.view().tasks().getFirst().state()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void theEndOfAnUnknownFrameworkChangesNothing() {
    agent.says(Messages.shutDown("f9")).then("timer silent 1 PT30S");
  }

  @Test
  void theSecondOrderToEndAFrameworkChangesNothing() {
    agent.running("t1").says(Messages.shutDown("f1")).settle();

    agent.says(Messages.shutDown("f1"));

    agent.then(
        "timer silent 1 PT30S", "write 7 [framework f1 shut down, task t1 TASK_RUNNING +0 kill]");
    agent.settle().thenNothing();
  }

  @Test
  void aNewDescriptionIsWrittenDownAndCounts() {
    agent.running("t1");
    FrameworkInfo next = Messages.framework("f1", Capability.Type.TASK_KILLING_STATE);

    agent.says(Messages.update(next));
    agent.then("timer silent 1 PT30S", "write 6 [framework f1]");
    agent.says(Messages.kill("t1"));

    assertThat(agent.settle().view().tasks().getFirst().state()).isEqualTo(TaskState.TASK_KILLING);
  }

  @Test
  void aDescriptionThatComesWithATaskCountsToo() {
    agent.running("t1");

    agent.says(
        Messages.runTask(
            Messages.framework("f1", Capability.Type.TASK_KILLING_STATE), Messages.task("t2")));

    agent.then("timer silent 1 PT30S", "write 6 [framework f1, task t2 TASK_STARTING +1]");
  }

  @Test
  void theDescriptionOfAFrameworkWithoutTasksIsNotKept() {
    agent.says(Messages.update(FRAMEWORK)).then("timer silent 1 PT30S");
  }
}
