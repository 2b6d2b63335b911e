package io.meseta.agent.core;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.FrameworkId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is over on this agent, for readers: a bounded memory that ends with the process.
 *
 * <p>A task comes in when the agent forgets it, that is, with the acknowledgement of its last
 * update. Kept are, as in Mesos, the newest 150 of a framework, and 50 frameworks that have nothing
 * here any more.
 */
final class History {

  static final int MAX_TASKS = 150;
  static final int MAX_FRAMEWORKS = 50;

  /** What is left of a framework; the list is replaced and not changed, so that views share it. */
  private static final class Past {
    private FrameworkInfo info;
    private final Deque<TaskView> tasks = new ArrayDeque<>();
    private boolean present = true;
    private List<TaskView> shown = List.of();
    private boolean changed;

    Past(FrameworkInfo info) {
      this.info = info;
    }

    List<TaskView> shown() {
      if (changed) {
        shown = List.copyOf(tasks);
        changed = false;
      }
      return shown;
    }
  }

  /** By framework; those that left last are last. */
  private final Map<FrameworkId, Past> frameworks = new LinkedHashMap<>();

  private final Map<TaskState, Long> ended = new EnumMap<>(TaskState.class);

  /** A task of a framework that is still here has come to its last state. */
  void ended(TaskState state) {
    ended.merge(state, 1L, Long::sum);
  }

  /** The agent forgets a task. */
  void forgotten(AgentTask task, FrameworkInfo framework) {
    Past past = frameworks.computeIfAbsent(task.key().framework(), id -> new Past(framework));
    past.info = framework;
    past.present = true;
    past.tasks.addLast(TaskView.of(task).withInfo(slim(task.info())));
    if (past.tasks.size() > MAX_TASKS) {
      past.tasks.removeFirst();
    }
    past.changed = true;
  }

  /** What may be large and is on no page. */
  private static TaskInfo slim(TaskInfo info) {
    TaskInfo.Builder slim = info.toBuilder().clearData();
    if (slim.hasCommand()) {
      slim.getCommandBuilder().clearEnvironment().clearUris();
    }
    return slim.build();
  }

  /** The framework has nothing here any more. */
  void left(FrameworkId framework) {
    Past past = frameworks.remove(framework);
    if (past == null) {
      return;
    }
    past.present = false;
    frameworks.put(framework, past);
    long over = frameworks.values().stream().filter(p -> !p.present).count() - MAX_FRAMEWORKS;
    Iterator<Past> oldest = frameworks.values().iterator();
    while (over > 0 && oldest.hasNext()) {
      if (!oldest.next().present) {
        oldest.remove();
        over--;
      }
    }
  }

  /** The framework has something here again. */
  void came(FrameworkId framework) {
    Past past = frameworks.get(framework);
    if (past != null) {
      past.present = true;
    }
  }

  HistoryView view() {
    List<HistoryView.PastFramework> all = new ArrayList<>(frameworks.size());
    for (Map.Entry<FrameworkId, Past> entry : frameworks.entrySet()) {
      Past past = entry.getValue();
      all.add(new HistoryView.PastFramework(entry.getKey(), past.info, past.present, past.shown()));
    }
    return new HistoryView(
        Collections.unmodifiableList(all),
        Collections.unmodifiableMap(
            ended.isEmpty() ? new EnumMap<>(TaskState.class) : new EnumMap<>(ended)));
  }
}
