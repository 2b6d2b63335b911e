package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.cli.it.FrameworkFile.Kind;
import io.meseta.cli.it.FrameworkFile.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link ChaosIT} would say if something were wrong. */
class ChaosVerdictTest {

  private static final String AGENT = "S0";
  private static final String TASK = "0001";

  private final List<Line> told = new ArrayList<>();
  private final Map<String, ContainerHistory.Of> engine = new LinkedHashMap<>();

  @Test
  void whatEndedAsToldIsNoProblem() {
    launched(ChaosTask.FAILS);
    update(TaskState.TASK_RUNNING, "", "");
    update(TaskState.TASK_FAILED, "", "Container exited with status 7");
    update(TaskState.TASK_FAILED, Reason.REASON_RECONCILIATION.name(), "");
    ranTo(7);

    assertThat(problems()).isEmpty();
  }

  @Test
  void whatNeverStartedMayBeDropped() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_DROPPED, "", "");

    assertThat(problems()).isEmpty();
  }

  @Test
  void twoTerminalStates() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_FINISHED, "", "");
    update(TaskState.TASK_GONE, "", "");
    ranTo(0);

    assertThat(problems())
        .anyMatch(problem -> problem.contains("has more than one terminal state"))
        .anyMatch(
            problem -> problem.contains("should be TASK_FINISHED, and is told to be TASK_GO"));
  }

  @Test
  void noTerminalState() {
    launched(ChaosTask.UNTIL_ASKED);
    update(TaskState.TASK_UNKNOWN, "", "");

    assertOnlyProblem("has no terminal state");
  }

  @Test
  void twoStarts() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_FINISHED, "", "");
    ranTo(0);
    ranTo(0);

    assertThat(problems()).anyMatch(problem -> problem.contains("was started more than once"));
  }

  @Test
  void aStartThatWasToldToBeDropped() {
    launched(ChaosTask.UNTIL_ASKED);
    update(TaskState.TASK_DROPPED, "", "");
    ranTo(137);

    assertOnlyProblem("should be TASK_FAILED, and is told to be TASK_DROPPED");
  }

  @Test
  void aWrongExitCode() {
    launched(ChaosTask.FAILS);
    update(TaskState.TASK_FAILED, "", "Container exited with status 1");
    ranTo(7);

    assertOnlyProblem("should be told to have ended with status 7");
  }

  @Test
  void anEndByAnotherHand() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_FAILED, "", "Container exited with status 137");
    ranTo(137);

    assertOnlyProblem("did not end by itself");
  }

  @Test
  void aMissedLackOfMemory() {
    launched(ChaosTask.OUT_OF_MEMORY);
    update(TaskState.TASK_FAILED, "", "Container exited with status 137");
    ranTo(137);
    ran().outOfMemory = true;

    assertOnlyProblem("ran out of memory");
  }

  @Test
  void aKillThatNobodyOrdered() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_KILLED, "", "");
    ranTo(0);

    assertOnlyProblem("should be TASK_FINISHED, and is told to be TASK_KILLED");
  }

  @Test
  void anOrderedKill() {
    launched(ChaosTask.UNTIL_FORCED);
    told.add(Line.of(Kind.KILL, TASK, ""));
    update(TaskState.TASK_KILLED, "", "");
    ranTo(137);

    assertThat(problems()).isEmpty();
  }

  @Test
  void anEndThatHasNotCome() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_FINISHED, "", "");
    ran().starts = 1;

    assertThat(problems()).anyMatch(problem -> problem.contains("the engine says that it has not"));
  }

  @Test
  void aRunThatTheEngineKnowsNothingOf() {
    launched(ChaosTask.SUCCEEDS);
    update(TaskState.TASK_RUNNING, "", "");
    update(TaskState.TASK_FINISHED, "", "");

    assertThat(problems())
        .anyMatch(problem -> problem.contains("is told to have run, and was never started"))
        .anyMatch(
            problem -> problem.contains("was never started, and is told to be TASK_FINISHED"));
  }

  @Test
  void aStartOfWhatWasNeverSent() {
    launched(ChaosTask.SUCCEEDS);
    told.add(Line.of(Kind.VOID, TASK, ""));
    ranTo(0);

    assertOnlyProblem("was started, though its launch was not sent or refused");
  }

  @Test
  void tasksThatNobodyLaunched() {
    ranTo(0);
    assertThat(problems()).containsExactly("The engine ran a task never launched: " + TASK);

    update(TaskState.TASK_RUNNING, "", "");
    assertThatThrownBy(this::problems).hasMessageContaining("told of a task that was not launched");
  }

  private void launched(ChaosTask kind) {
    told.add(Line.of(Kind.LAUNCH, TASK, AGENT).because(kind.name(), ""));
  }

  private void update(TaskState state, String reason, String message) {
    told.add(Line.of(Kind.UPDATE, TASK, state.name()).because(reason, message));
  }

  private ContainerHistory.Of ran() {
    ContainerHistory.Of ran = engine.computeIfAbsent(TASK, task -> new ContainerHistory.Of());
    ran.agent = AGENT;
    return ran;
  }

  private void ranTo(int exitCode) {
    ran().starts++;
    ran().exitCodes.add(exitCode);
  }

  private List<String> problems() {
    return ChaosVerdict.problems(told, engine, Set.of(AGENT));
  }

  private void assertOnlyProblem(String part) {
    assertThat(problems()).singleElement().asString().contains(part);
  }
}
