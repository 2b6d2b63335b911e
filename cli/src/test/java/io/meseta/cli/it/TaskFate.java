package io.meseta.cli.it;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.FrameworkFile.Line;
import io.meseta.scheduler.Tasks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a framework was told of one of its tasks, by its {@link FrameworkFile}. */
final class TaskFate {

  final String id;
  final ChaosTask kind;
  final String agent;
  boolean neverWas;
  boolean killWanted;
  final List<Line> updates = new ArrayList<>();

  private TaskFate(Line launch) {
    this.id = launch.task();
    this.kind = ChaosTask.valueOf(launch.reason());
    this.agent = launch.value();
  }

  /** By task id, in the order of their launches. */
  static Map<String, TaskFate> of(List<Line> lines) {
    Map<String, TaskFate> fates = new LinkedHashMap<>();
    for (Line line : lines) {
      switch (line.kind()) {
        case LAUNCH -> fates.put(line.task(), new TaskFate(line));
        case VOID -> of(fates, line).neverWas = true;
        case KILL -> of(fates, line).killWanted = true;
        case UPDATE -> of(fates, line).updates.add(line);
        case BEGUN, SUBSCRIBED -> {}
      }
    }
    return fates;
  }

  private static TaskFate of(Map<String, TaskFate> fates, Line line) {
    TaskFate fate = fates.get(line.task());
    if (fate == null) {
      throw new AssertionError("told of a task that was not launched: " + line);
    }
    return fate;
  }

  /** The updates with terminal states; the same may have come more than once. */
  List<Line> ends() {
    return updates.stream().filter(line -> Tasks.isTerminal(stateOf(line))).toList();
  }

  /** One, if all is well. */
  Set<TaskState> endStates() {
    Set<TaskState> states = EnumSet.noneOf(TaskState.class);
    ends().forEach(line -> states.add(stateOf(line)));
    return states;
  }

  boolean ran() {
    return updates.stream().anyMatch(line -> stateOf(line) == TaskState.TASK_RUNNING);
  }

  private static TaskState stateOf(Line line) {
    return TaskState.valueOf(line.value());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(id);
    text.append(" on ").append(agent).append(killWanted ? " (to be killed)" : "").append(':');
    for (Line line : updates) {
      text.append("\n    ").append(Instant.ofEpochMilli(line.atMs())).append(' ');
      text.append(line.value()).append(' ').append(line.reason());
      text.append(" \"").append(line.message()).append('"');
    }
    return text.toString();
  }
}
