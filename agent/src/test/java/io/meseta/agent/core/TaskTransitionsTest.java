package io.meseta.agent.core;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_ERROR;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_GONE_BY_OPERATOR;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_KILLING;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STAGING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.runtime.TransitionListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaskTransitionsTest {

  /** A row of the matrix: from a state to each other state, legal or not. */
  record Step(TaskState from, TaskState to) {}

  /** Said a second time, in another form than the table: from, then all that may follow. */
  static final List<Step> LEGAL =
      List.of(
          new Step(TASK_STAGING, TASK_STARTING),
          new Step(TASK_STAGING, TASK_ERROR),
          new Step(TASK_STARTING, TASK_RUNNING),
          new Step(TASK_STARTING, TASK_FINISHED),
          new Step(TASK_STARTING, TASK_FAILED),
          new Step(TASK_STARTING, TASK_KILLED),
          new Step(TASK_STARTING, TASK_DROPPED),
          new Step(TASK_STARTING, TASK_GONE),
          new Step(TASK_STARTING, TASK_GONE_BY_OPERATOR),
          new Step(TASK_RUNNING, TASK_KILLING),
          new Step(TASK_RUNNING, TASK_FINISHED),
          new Step(TASK_RUNNING, TASK_FAILED),
          new Step(TASK_RUNNING, TASK_KILLED),
          new Step(TASK_RUNNING, TASK_GONE),
          new Step(TASK_RUNNING, TASK_GONE_BY_OPERATOR),
          new Step(TASK_KILLING, TASK_KILLED),
          new Step(TASK_KILLING, TASK_GONE_BY_OPERATOR));

  static List<Step> everyStep() {
    List<Step> steps = new ArrayList<>();
    for (TaskState from : TaskState.values()) {
      for (TaskState to : TaskState.values()) {
        steps.add(new Step(from, to));
      }
    }
    return steps;
  }

  @ParameterizedTest
  @MethodSource("everyStep")
  void aTaskTakesExactlyTheLegalSteps(Step step) {
    assertThat(TaskTransitions.legal(step.from(), step.to())).isEqualTo(LEGAL.contains(step));

    AgentTask task = taskIn(step.from());
    TaskStatus status =
        TaskStatus.newBuilder().setTaskId(task.info().getTaskId()).setState(step.to()).build();
    if (LEGAL.contains(step)) {
      task.advance(status, TransitionListener.NONE);
      assertThat(task.state()).isEqualTo(step.to());
    } else {
      assertThatThrownBy(() -> task.advance(status, TransitionListener.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot go from " + step.from() + " to " + step.to());
      assertThat(task.state()).isEqualTo(step.from());
    }
  }

  private static AgentTask taskIn(TaskState state) {
    return new AgentTask(
        TaskRecord.newBuilder()
            .setFrameworkId(AgentCoreTestContext.FRAMEWORK.getId())
            .setTask(Messages.task("t1"))
            .setContainerId(new ContainerId("c1").toProto())
            .setState(state)
            .build());
  }

  @Test
  void terminalStatesAbsorb() {
    List<TaskState> terminal =
        Arrays.stream(TaskState.values()).filter(TaskTransitions::terminal).toList();

    assertThat(terminal)
        .containsExactlyInAnyOrder(
            TASK_FINISHED,
            TASK_FAILED,
            TASK_KILLED,
            TASK_ERROR,
            TaskState.TASK_LOST,
            TASK_DROPPED,
            TASK_GONE,
            TaskState.TASK_GONE_BY_OPERATOR);
    assertThat(LEGAL).extracting(Step::from).doesNotContainAnyElementsOf(terminal);
  }
}
