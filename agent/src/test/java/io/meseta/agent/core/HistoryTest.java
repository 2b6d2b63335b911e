package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.FrameworkId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is over, for readers. */
class HistoryTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private void over(FrameworkInfo framework, String task) {
    over(framework, Messages.task(task));
  }

  private void over(FrameworkInfo framework, TaskInfo task) {
    String id = task.getTaskId().getValue();
    agent.running(framework, task);
    agent.exited(id, 0).settle();
    agent.acknowledged(id);
  }

  private List<String> tasks(HistoryView.PastFramework past) {
    return past.tasks().stream().map(task -> task.info().getTaskId().getValue()).toList();
  }

  @Test
  void aTaskIsRememberedOnceItIsForgotten() {
    agent.running("t1").exited("t1", 0).settle();
    assertThat(agent.view().history().frameworks()).isEmpty();

    agent.acknowledged("t1");

    HistoryView.PastFramework past = agent.view().history().frameworks().getFirst();
    assertThat(past.present()).isFalse();
    assertThat(past.info()).isEqualTo(AgentCoreTestContext.FRAMEWORK);
    assertThat(tasks(past)).containsExactly("t1");
    assertThat(past.tasks().getFirst().statuses())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
  }

  @Test
  void aFrameworkThatComesBackIsPresentAgain() {
    over(AgentCoreTestContext.FRAMEWORK, "t1");

    agent.running("t2");

    HistoryView history = agent.view().history();
    assertThat(history.frameworks()).hasSize(1);
    assertThat(history.frameworks().getFirst().present()).isTrue();
    assertThat(tasks(history.frameworks().getFirst())).containsExactly("t1");
  }

  @Test
  void endsAreCountedByState() {
    over(AgentCoreTestContext.FRAMEWORK, "t1");
    agent.running("t2").exited("t2", 1).settle();

    assertThat(agent.view().history().ended())
        .containsExactly(
            Map.entry(TaskState.TASK_FINISHED, 1L), Map.entry(TaskState.TASK_FAILED, 1L));
    assertThat(agent.counted(AgentCounter.STATUS_UPDATES)).isEqualTo(6);
  }

  @Test
  void theNewestTasksOfAFrameworkAreKept() {
    agent.running("stays");
    for (int i = 0; i < History.MAX_TASKS + 3; i++) {
      over(AgentCoreTestContext.FRAMEWORK, "t" + i);
    }

    HistoryView.PastFramework past = agent.view().history().frameworks().getFirst();
    assertThat(past.present()).isTrue();
    assertThat(past.tasks()).hasSize(History.MAX_TASKS);
    assertThat(tasks(past)).startsWith("t3").endsWith("t" + (History.MAX_TASKS + 2));
  }

  @Test
  void theNewestFrameworksAreKeptAndThoseThatAreHere() {
    FrameworkInfo here = Messages.framework("here");
    over(here, "t-here");
    agent.running(here, Messages.task("runs"));
    for (int i = 0; i < History.MAX_FRAMEWORKS + 2; i++) {
      over(Messages.framework("g" + i), "t-" + i);
    }

    HistoryView history = agent.view().history();
    assertThat(history.frameworks()).hasSize(History.MAX_FRAMEWORKS + 1);
    assertThat(history.of(FrameworkId.of(here.getId()))).isPresent();
    assertThat(history.frameworks())
        .extracting(past -> past.id().value())
        .doesNotContain("g0", "g1")
        .contains("g2");
  }

  @Test
  void whatMayBeLargeAndIsOnNoPageIsNotKept() {
    CommandInfo command =
        CommandInfo.newBuilder()
            .setValue("true")
            .setEnvironment(
                Environment.newBuilder()
                    .addVariables(
                        Environment.Variable.newBuilder().setName("A").setValue("secret")))
            .build();
    over(
        AgentCoreTestContext.FRAMEWORK,
        Messages.task("t1").toBuilder()
            .setCommand(command)
            .setData(ByteString.copyFromUtf8("large"))
            .build());

    TaskInfo kept = agent.view().history().frameworks().getFirst().tasks().getFirst().info();

    assertThat(kept.getCommand().getValue()).isEqualTo("true");
    assertThat(kept.getCommand().hasEnvironment()).isFalse();
    assertThat(kept.hasData()).isFalse();
  }

  @Test
  void operationsAreShownUntilTheyAreAcknowledged() {
    agent
        .says(Messages.apply("o1", Messages.reserve(Optional.of("r"), Messages.scalar("cpus", 1))))
        .settle();

    assertThat(agent.view().operations())
        .singleElement()
        .satisfies(operation -> {
          assertThat(operation.getInfo().getId().getValue()).isEqualTo("r");
          assertThat(operation.getFrameworkId().getValue()).isEqualTo("f1");
        });
    AgentCoreTestContext after = agent.restarted();
    assertThat(after.view().operations()).isEqualTo(agent.view().operations());
  }

  @Test
  void theDrainingIsShownWithItsBeginning() {
    agent.says(Messages.drain());
    DrainView first = agent.view().drain().orElseThrow();
    assertThat(first.since()).isEqualTo(agent.now());

    agent.after(Duration.ofMinutes(1)).says(Messages.drain());

    assertThat(agent.view().drain().orElseThrow().since()).isEqualTo(first.since());
  }
}
