package io.meseta.scheduler.internal;

import static io.meseta.scheduler.internal.CoreContext.answer;
import static io.meseta.scheduler.internal.CoreContext.calls;
import static io.meseta.scheduler.internal.CoreContext.launch;
import static io.meseta.scheduler.internal.CoreContext.question;
import static io.meseta.scheduler.internal.CoreContext.reconcile;
import static io.meseta.scheduler.internal.CoreContext.sent;
import static io.meseta.scheduler.internal.CoreContext.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which tasks are asked for, and when. */
class SchedulerCoreReconciliationTest {

  private final CoreContext core = new CoreContext();

  @Test
  void afterASubscriptionKnownTasksAreAskedForAndAllOthersToo() {
    running("t1", "t2");

    assertThat(asked(reconnect()))
        .containsExactly(reconcile(question("t1"), question("t2")), reconcile());
    assertThat(core.timers()).containsEntry(SchedulerTimer.RECONCILE_RETRY, Duration.ofSeconds(5));
    assertThat(core.timers()).doesNotContainKey(SchedulerTimer.RECONCILE);
  }

  @Test
  void anAnswerToEachEndsTheRun() {
    running("t1", "t2");
    asked(reconnect());

    core.updated(2, answer("t1", TaskState.TASK_RUNNING));
    assertThat(core.timers()).containsKey(SchedulerTimer.RECONCILE_RETRY);
    core.updated(2, answer("t2", TaskState.TASK_RUNNING));

    assertThat(core.timers())
        .doesNotContainKey(SchedulerTimer.RECONCILE_RETRY)
        .containsEntry(SchedulerTimer.RECONCILE, Duration.ofMinutes(15));
  }

  @Test
  void unansweredTasksAreAskedForAgainLessAndLessOften() {
    running("t1", "t2");
    asked(reconnect());
    core.updated(2, answer("t1", TaskState.TASK_RUNNING));

    List<Duration> delays = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      delays.add(core.timer(SchedulerTimer.RECONCILE_RETRY));
      assertThat(asked(core.fires(SchedulerTimer.RECONCILE_RETRY)))
          .containsExactly(reconcile(question("t2")));
    }

    assertThat(delays).extracting(Duration::toSeconds).containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
  }

  @Test
  void anIntervalAfterTheRunTheNextOneBegins() {
    running("t1");
    core.answerOwn(core.fires(SchedulerTimer.RECONCILE));
    core.updated(1, answer("t1", TaskState.TASK_RUNNING));

    assertThat(asked(core.fires(SchedulerTimer.RECONCILE)))
        .containsExactly(reconcile(question("t1")), reconcile());
  }

  @Test
  void aLaunchWithUnknownOutcomeIsAskedFor() {
    core.connected();
    core.called(launch("t1"));
    core.unanswered(core.lastCallId());

    assertThat(asked(reconnect())).contains(reconcile(question("t1")));
  }

  @Test
  void aLaunchThatWasRefusedOrNeverSentIsForgotten() {
    core.connected();
    core.called(launch("t1"));
    core.answered(core.lastCallId(), Answer.of(400, "bad"));
    core.called(launch("t2"));
    core.neverSent(core.lastCallId());

    assertThat(asked(reconnect())).containsExactly(reconcile());
  }

  @Test
  void aTaskGoesOnWhenAnotherOneWithItsIdIsRefused() {
    running("t1", "t2");
    core.called(launch("t1"));
    core.answered(core.lastCallId(), Answer.of(202, ""));
    core.updated(1, refused("t1"));
    core.called(launch("t2"));
    core.answered(core.lastCallId(), Answer.of(400, "bad"));

    assertThat(asked(reconnect()))
        .containsExactly(reconcile(question("t1"), question("t2")), reconcile());
  }

  private static TaskStatus refused(String task) {
    return status(task, TaskState.TASK_ERROR).toBuilder()
        .clearUuid()
        .setReason(TaskStatus.Reason.REASON_TASK_INVALID)
        .build();
  }

  @Test
  void aLaunchThatWaitedInVainIsForgotten() {
    core.connected();
    core.called(launch("t1"));
    core.called(launch("t2"));

    assertThat(asked(reconnect())).containsExactly(reconcile(question("t1")), reconcile());
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void tasksThatHaveEndedAreNotAskedFor(TaskState state) {
    running("t1");
    core.updated(1, status("t1", state));
    boolean alive =
        switch (state) {
          case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE -> true;
          default -> false;
        };

    List<Call> asked = asked(reconnect());

    assertThat(asked.contains(reconcile(question("t1")))).isEqualTo(alive);
  }

  @Test
  void aTaskThatEndsDuringARunIsNotAskedForAgain() {
    running("t1", "t2");
    asked(reconnect());
    core.updated(2, status("t1", TaskState.TASK_FINISHED));

    assertThat(asked(core.fires(SchedulerTimer.RECONCILE_RETRY)))
        .containsExactly(reconcile(question("t2")));
  }

  @Test
  void tasksOfAnEarlierInstanceAreKnownOnceTheAuthorAsks() {
    core.connected();
    Call.Reconcile.Task stored =
        Call.Reconcile.Task.newBuilder().setTaskId(TaskID.newBuilder().setValue("stored")).build();
    core.called(Calls.reconcile(List.of(stored)));
    core.answered(core.lastCallId(), 202);

    assertThat(asked(core.fires(SchedulerTimer.RECONCILE_RETRY)))
        .containsExactly(reconcile(stored));
    core.updated(1, answer("stored", TaskState.TASK_GONE));
    assertThat(core.timers()).doesNotContainKey(SchedulerTimer.RECONCILE_RETRY);
  }

  @Test
  void tasksThatTheMasterTellsOfAreKnown() {
    core.connected();
    core.updated(1, answer("found", TaskState.TASK_RUNNING));

    assertThat(asked(reconnect())).contains(reconcile(question("found")));
  }

  @Test
  void manyTasksAreAskedForInSeveralCalls() {
    String[] tasks = new String[Reconciler.TASKS_PER_CALL + 1];
    for (int i = 0; i < tasks.length; i++) {
      tasks[i] = String.format("t%05d", i);
    }
    running(tasks);

    assertThat(asked(reconnect()))
        .extracting(call -> call.getReconcile().getTasksCount())
        .containsExactly(Reconciler.TASKS_PER_CALL, 1, 0);
  }

  /** Subscribed, and these tasks run. */
  private void running(String... tasks) {
    core.connected();
    core.called(launch(tasks));
    core.answered(core.lastCallId(), 202);
    for (String task : tasks) {
      core.updated(1, answer(task, TaskState.TASK_RUNNING));
    }
  }

  private List<SchedulerEffect> reconnect() {
    core.ended(1);
    return core.resubscribes(2);
  }

  /** The calls that are sent, when each is accepted at once. */
  private List<Call> asked(List<SchedulerEffect> effects) {
    List<Call> asked = new ArrayList<>(calls(effects));
    for (SchedulerEffect.SendCall call : sent(effects)) {
      asked.addAll(asked(core.answered(call.callId(), 202)));
    }
    return asked;
  }
}
