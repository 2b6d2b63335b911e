package io.meseta.master.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class TasksByAgentTest {

  private static final AgentId FIRST = new AgentId("a1");
  private static final AgentId SECOND = new AgentId("a2");
  private static final TaskView ONE = task("1");
  private static final TaskView TWO = task("2");
  private static final TaskView THREE = task("3");

  @Test
  void tasksAreListedAgentByAgent() {
    TasksByAgent tasks =
        TasksByAgent.NONE.with(SECOND, List.of(ONE)).with(FIRST, List.of(TWO, THREE));

    assertThat(tasks).containsExactly(TWO, THREE, ONE);
    assertThat(tasks.on(FIRST)).containsExactly(TWO, THREE);
  }

  @Test
  void whatIsDerivedLeavesTheOriginalAsItIs() {
    TasksByAgent tasks =
        TasksByAgent.NONE.with(FIRST, List.of(ONE, TWO)).with(SECOND, List.of(THREE));

    TasksByAgent less = tasks.with(FIRST, List.of(TWO));

    assertThat(less).containsExactly(TWO, THREE);
    assertThat(less.with(FIRST, List.of())).containsExactly(THREE);
    assertThat(tasks).containsExactly(ONE, TWO, THREE);
  }

  @Test
  void onlyThoseThatAreWantedAreKept() {
    TasksByAgent tasks =
        TasksByAgent.NONE.with(FIRST, List.of(ONE, TWO)).with(SECOND, List.of(THREE));

    assertThat(tasks.only(task -> !task.equals(ONE))).containsExactly(TWO, THREE);
    assertThat(tasks.only(THREE::equals)).containsExactly(THREE);
    assertThat(tasks.only(task -> true)).isSameAs(tasks);
  }

  @Test
  void theSameTasksOnTheSameAgentsAreEqual() {
    TasksByAgent tasks = TasksByAgent.NONE.with(FIRST, List.of(ONE)).with(SECOND, List.of(TWO));
    TasksByAgent same = TasksByAgent.NONE.with(SECOND, List.of(TWO)).with(FIRST, List.of(ONE));

    assertThat(same).isEqualTo(tasks).hasSameHashCodeAs(tasks);
    assertThat(same).isNotEqualTo(tasks.with(FIRST, List.of(ONE, THREE)));
  }

  @Test
  void anAgentWithoutTasksIsNotThere() {
    TasksByAgent none = TasksByAgent.NONE.with(FIRST, List.of());

    assertThat(none).isEmpty();
    assertThatThrownBy(() -> none.iterator().next()).isInstanceOf(NoSuchElementException.class);
  }

  private static TaskView task(String id) {
    return new TaskView(
        Task.newBuilder()
            .setName(id)
            .setTaskId(TaskID.newBuilder().setValue(id))
            .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
            .setAgentId(AgentID.newBuilder().setValue("a"))
            .setState(TaskState.TASK_RUNNING)
            .build(),
        "*",
        Resources.EMPTY,
        false);
  }
}
