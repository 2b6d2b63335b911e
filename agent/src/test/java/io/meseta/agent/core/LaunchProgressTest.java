package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.api.v1.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A slow pull is seen in the task's status message. */
class LaunchProgressTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private void progress(ContainerPhase phase, String detail) {
    agent
        .handle(
            new AgentEvent.ContainerProgressed(agent.now(), agent.container("t1"), phase, detail))
        .settle();
  }

  private int told() {
    return agent.sent("t1").size();
  }

  @Test
  void aSlowPullIsToldInTheStatusMessage() {
    agent.launched(Messages.task("t1")).acknowledged("t1").after(Duration.ofSeconds(3));

    progress(ContainerPhase.PULLING, "pulling nix: 3 of 9 MB");

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_STARTING);
    assertThat(agent.lastSent("t1").getMessage()).isEqualTo("pulling nix: 3 of 9 MB");
    assertThat(agent.lastSent("t1").getUuid()).isNotEqualTo(agent.sent("t1").getFirst().getUuid());
  }

  @Test
  void aQuickOneIsNot() {
    agent.launched(Messages.task("t1")).acknowledged("t1").after(Duration.ofSeconds(1));

    progress(ContainerPhase.PULLING, "pulling nix: 3 of 9 MB");

    assertThat(told()).isOne();
  }

  @Test
  void itIsNotToldOften() {
    agent.launched(Messages.task("t1")).acknowledged("t1").after(Duration.ofSeconds(3));
    progress(ContainerPhase.PULLING, "1 of 9 MB");
    agent.acknowledged("t1").after(Duration.ofSeconds(9));
    progress(ContainerPhase.PULLING, "2 of 9 MB");
    assertThat(told()).isEqualTo(2);

    agent.after(Duration.ofSeconds(1));
    progress(ContainerPhase.PULLING, "3 of 9 MB");

    assertThat(told()).isEqualTo(3);
  }

  @Test
  void aFrameworkThatDoesNotKeepUpIsNotToldMore() {
    agent.launched(Messages.task("t1")).after(Duration.ofSeconds(30));

    progress(ContainerPhase.FETCHING, "fetching app.tgz");

    assertThat(agent.view().tasks().getFirst().unacknowledged()).isOne();
  }

  @Test
  void quickPhasesAreNotTold() {
    agent.launched(Messages.task("t1")).acknowledged("t1").after(Duration.ofSeconds(30));

    progress(ContainerPhase.CREATING, "creating");

    assertThat(told()).isOne();
  }

  @Test
  void theTaskRunsAfterwards() {
    agent.launched(Messages.task("t1")).acknowledged("t1").after(Duration.ofSeconds(3));
    progress(ContainerPhase.PULLING, "1 of 9 MB");

    agent.acknowledged("t1").started("t1").settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(agent.lastSent("t1").hasMessage()).isFalse();
  }
}
