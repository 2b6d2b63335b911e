package io.meseta.cli.it;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.FrameworkFile.Line;
import io.meseta.scheduler.Tasks;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the lines of a {@link FrameworkFile} come to: the tasks that have not ended. */
final class LiveTasks {

  private static final int SHORTEST_LIFE_MS = 5_000;
  private static final int LIFE_SPREAD_MS = 40_000;

  /**
   * @param killAtMs when one that does not end by itself is to be killed
   * @param killedAtMs when it was last asked to be killed; 0 if it was not
   */
  record Task(String id, String agent, ChaosTask kind, long killAtMs, long killedAtMs) {}

  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private Optional<String> frameworkId = Optional.empty();
  private int launches;
  private int processes;

  static LiveTasks of(List<Line> lines) {
    LiveTasks live = new LiveTasks();
    lines.forEach(live::apply);
    return live;
  }

  void apply(Line line) {
    switch (line.kind()) {
      case BEGUN -> processes++;
      case SUBSCRIBED -> frameworkId = Optional.of(line.value());
      case LAUNCH -> launched(line);
      case VOID -> tasks.remove(line.task());
      case KILL ->
          tasks.computeIfPresent(
              line.task(),
              (id, task) -> new Task(id, task.agent, task.kind, task.killAtMs, line.atMs()));
      case UPDATE -> {
        if (Tasks.isTerminal(TaskState.valueOf(line.value()))) {
          tasks.remove(line.task());
        }
      }
    }
  }

  private void launched(Line line) {
    launches++;
    // The same after a restart: nothing but the line decides it.
    long lifeMs = SHORTEST_LIFE_MS + launches * 7_919L % LIFE_SPREAD_MS;
    ChaosTask kind = ChaosTask.valueOf(line.reason());
    tasks.put(line.task(), new Task(line.task(), line.value(), kind, line.atMs() + lifeMs, 0));
  }

  /** No id is used twice, as each launch is written down before the next. */
  String nextId(ChaosTask kind) {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return String.format(Locale.ROOT, "%04d-%s", launches, name);
  }

  Collection<Task> all() {
    return List.copyOf(tasks.values());
  }

  long shortOnes() {
    return tasks.values().stream().filter(task -> task.kind.isShort()).count();
  }

  long longOnes() {
    return tasks.size() - shortOnes();
  }

  Optional<String> frameworkId() {
    return frameworkId;
  }

  int processes() {
    return processes;
  }
}
