package io.meseta.common.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStatesTest {

  @ParameterizedTest
  @EnumSource(
      value = TaskState.class,
      names = {
        "TASK_STAGING",
        "TASK_STARTING",
        "TASK_RUNNING",
        "TASK_KILLING",
        "TASK_UNREACHABLE",
        "TASK_UNKNOWN"
      })
  void aTaskInOneOfTheseMayGoOn(TaskState state) {
    assertThat(TaskStates.isTerminal(state)).isFalse();
  }

  @Test
  void allOthersAreEnds() {
    assertThat(TaskState.values()).filteredOn(TaskStates::isTerminal).hasSize(8);
  }
}
