package io.meseta.cli.it;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_ERROR;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_LOST;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.cli.it.FrameworkFile.Line;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds what a framework was told of its tasks against what the engine says has happened.
 *
 * <p>Every task has one terminal state; it was started once or never; and
 *
 * <pre>
 * the engine says                the framework was told
 * never started                  TASK_DROPPED, TASK_GONE, TASK_LOST, TASK_ERROR, or TASK_FAILED or
 *                                TASK_KILLED with the reason that it was not launched
 * ended with 0                   TASK_FINISHED
 * ended with 137, out of memory  TASK_FAILED for memory
 * ended with another             TASK_FAILED, with the exit code
 * ended, and a kill was ordered  as above, or TASK_KILLED
 * </pre>
 */
final class ChaosVerdict {

  /** Terminal states that promise that nothing has run. */
  private static final Set<TaskState> NOT_RUN =
      EnumSet.of(TASK_DROPPED, TASK_GONE, TASK_LOST, TASK_ERROR);

  private final Set<String> agents;
  private final List<String> problems = new ArrayList<>();

  private ChaosVerdict(Set<String> agents) {
    this.agents = agents;
  }

  /** In words, one for each thing that is wrong; empty if all is well. */
  static List<String> problems(
      List<Line> told, Map<String, ContainerHistory.Of> engine, Set<String> agents) {
    ChaosVerdict verdict = new ChaosVerdict(agents);
    Map<String, TaskFate> fates = TaskFate.of(told);
    fates
        .values()
        .forEach(
            fate -> verdict.judge(fate, engine.getOrDefault(fate.id, new ContainerHistory.Of())));
    Set<String> unknown = new TreeSet<>(engine.keySet());
    unknown.removeAll(fates.keySet());
    unknown.forEach(task -> verdict.problems.add("The engine ran a task never launched: " + task));
    return verdict.problems;
  }

  private void judge(TaskFate fate, ContainerHistory.Of ran) {
    check(fate, ran, ran.starts <= 1, "was started more than once");
    check(fate, ran, ran.exitCodes.size() == ran.starts, "has starts and ends that do not match");
    check(fate, ran, agents.contains(fate.agent), "was launched on an agent that is not ours");
    check(
        fate,
        ran,
        ran.starts == 0 || ran.agent.equals(fate.agent),
        "ran on another agent than it was launched on");
    if (fate.neverWas) {
      check(fate, ran, ran.starts == 0, "was started, though its launch was not sent or refused");
      check(fate, ran, NOT_RUN.containsAll(fate.endStates()), "was never sent, and told to run");
      return;
    }
    check(fate, ran, ran.starts > 0 || !fate.ran(), "is told to have run, and was never started");
    check(fate, ran, !fate.endStates().isEmpty(), "has no terminal state");
    check(fate, ran, fate.endStates().size() <= 1, "has more than one terminal state");
    for (Line end : fate.ends()) {
      Optional<String> contradiction = ran.starts == 0 ? notRun(fate, end) : ended(fate, end, ran);
      contradiction.ifPresent(what -> check(fate, ran, false, what));
    }
    if (ran.starts == 1 && !fate.killWanted && fate.kind.exitCode().isPresent()) {
      check(
          fate,
          ran,
          ran.exitCodes.equals(List.of(fate.kind.exitCode().getAsInt())),
          "did not end by itself, as " + fate.kind + " does");
    }
  }

  private static Optional<String> notRun(TaskFate fate, Line end) {
    TaskState state = TaskState.valueOf(end.value());
    boolean notLaunched =
        state == TASK_FAILED && end.reason().equals(Reason.REASON_CONTAINER_LAUNCH_FAILED.name());
    boolean killedBefore = state == TASK_KILLED && fate.killWanted;
    return NOT_RUN.contains(state) || notLaunched || killedBefore
        ? Optional.empty()
        : Optional.of("was never started, and is told to be " + state);
  }

  private static Optional<String> ended(TaskFate fate, Line end, ContainerHistory.Of ran) {
    if (ran.exitCodes.isEmpty()) {
      return Optional.of("is told to have ended, and the engine says that it has not");
    }
    TaskState state = TaskState.valueOf(end.value());
    if (fate.killWanted && state == TASK_KILLED) {
      return Optional.empty();
    }
    int code = ran.exitCodes.get(0);
    TaskState expected = code == 0 ? TASK_FINISHED : TASK_FAILED;
    if (state != expected) {
      return Optional.of("should be " + expected + ", and is told to be " + state);
    }
    return wrongReason(end, ran, code);
  }

  /** An answer to reconciliation tells the state and not how it came to it. */
  private static Optional<String> wrongReason(Line end, ContainerHistory.Of ran, int code) {
    if (code == 0 || end.reason().equals(Reason.REASON_RECONCILIATION.name())) {
      return Optional.empty();
    }
    if (ran.outOfMemory) {
      return end.reason().equals(Reason.REASON_CONTAINER_LIMITATION_MEMORY.name())
          ? Optional.empty()
          : Optional.of("ran out of memory, and is told to have failed for " + end.reason());
    }
    return end.message().contains("status " + code)
        ? Optional.empty()
        : Optional.of("should be told to have ended with status " + code);
  }

  private void check(TaskFate fate, ContainerHistory.Of ran, boolean holds, String otherwise) {
    if (!holds) {
      problems.add(
          "Task " + fate.id + " " + otherwise + ". Engine: " + ran + ". Framework: " + fate);
    }
  }
}
