package io.meseta.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoardTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final List<Board.Change> changes = new ArrayList<>();
  private final Board board = new Board(DemoTask.all(), changes::add);

  @Test
  void countsWhatIsOfferedLaunchedAndRunning() {
    board.offered("a1", "a1: 3 cpus");
    board.offered("a2", "a2: 3 cpus");
    board.offered("a1", "a1: 3 cpus");
    board.launched(DemoTask.BUSY, "a1");
    board.launched(DemoTask.GREEDY, "a2");
    board.updated(status(DemoTask.BUSY, TaskState.TASK_RUNNING).build());

    Board.View view = board.view();

    assertThat(view.offers()).isEqualTo(3);
    assertThat(view.offered().values()).containsExactly("a1: 3 cpus", "a2: 3 cpus");
    assertThat(view.launched()).isEqualTo(2);
    assertThat(view.running()).isEqualTo(1);
    assertThat(BoardPrinter.table(view).get(0)).isEqualTo("      offers 3, launched 2, running 1");
    assertThat(changes).hasSize(6);
  }

  @Test
  void keepsThePidThatTheRunningUpdateTold() {
    board.updated(
        status(DemoTask.BUSY, TaskState.TASK_RUNNING)
            .setContainerStatus(ContainerStatus.newBuilder().setExecutorPid(4711))
            .build());
    board.updated(status(DemoTask.BUSY, TaskState.TASK_KILLING).build());

    assertThat(board.view().row(DemoTask.BUSY).pid()).isEqualTo(4711);
  }

  @Test
  void anAnswerToReconciliationDoesNotReplaceTheEnd() {
    board.updated(
        status(DemoTask.GREEDY, TaskState.TASK_FAILED)
            .setReason(TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY)
            .setUuid(ByteString.copyFrom(new byte[16]))
            .build());
    board.updated(
        status(DemoTask.GREEDY, TaskState.TASK_FAILED)
            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
            .build());

    assertThat(BoardPrinter.table(board.view()))
        .anySatisfy(line ->
            assertThat(line)
                .contains("greedy", "TASK_FAILED", "REASON_CONTAINER_LIMITATION_MEMORY"));
  }

  @Test
  void updatesOfOtherTasksAreLeft() {
    board.updated(
        TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue("stranger"))
            .setState(TaskState.TASK_RUNNING)
            .build());

    assertThat(changes).isEmpty();
  }

  @Test
  void awaitReturnsWhenAnotherThreadMakesItSo() throws Exception {
    Thread writer = Thread.ofPlatform().start(() -> board.offered("a1", "a1: 3 cpus"));

    Board.View view = board.await("an offer", now -> now.offers() > 0, LONG);

    assertThat(view.offers()).isEqualTo(1);
    writer.join();
  }

  @Test
  void awaitSaysWhatDidNotHappen() {
    assertThatThrownBy(() -> board.await("An offer", now -> false, Duration.ZERO))
        .isInstanceOf(DoesNotHoldException.class)
        .hasMessage("An offer did not happen within 0 s.");
  }

  @Test
  void awaitEndsWhenTheMasterEndsTheFramework() {
    board.ended("Framework failed over");

    assertThatThrownBy(() -> board.await("An offer", now -> false, LONG))
        .isInstanceOf(DoesNotHoldException.class)
        .hasMessageContaining("Framework failed over");
  }

  private static TaskStatus.Builder status(DemoTask task, TaskState state) {
    return TaskStatus.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task.name()))
        .setState(state);
  }
}
