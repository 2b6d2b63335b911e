package io.meseta.testkit.simulation.check;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.resources.Resources;
import io.meseta.testkit.simulation.world.Violation;
import java.util.List;
import java.util.TreeMap;

/**
 * Watches the executors of one agent: nothing is given to one before it is durable, no task is
 * given away twice, a group is given away whole.
 */
public final class ExecutorChecks {

  /** A container in which an executor runs, or is to. */
  private static final class Live {
    final Resources own;
    final TreeMap<String, Resources> tasks = new TreeMap<>();

    Live(Resources own) {
      this.own = own;
    }
  }

  private final String name;
  private final Ledger ledger;
  private final Usage usage;

  /** By container. */
  private final TreeMap<String, Live> live = new TreeMap<>();

  /** Executors in the journal, by framework and id. */
  private final TreeMap<String, ExecutorRecord> journaled = new TreeMap<>();

  /** Tasks in the journal that an executor has or is to have and that have not ended. */
  private final TreeMap<String, Resources> tasks = new TreeMap<>();

  ExecutorChecks(String name, Ledger ledger, Usage usage) {
    this.name = name;
    this.ledger = ledger;
    this.usage = usage;
  }

  // ---- journal ----

  void durable(ExecutorRecord record) {
    journaled.put(
        key(record.getFrameworkId().getValue(), record.getExecutor().getExecutorId().getValue()),
        record);
  }

  void deleted(String framework, String executor) {
    journaled.remove(key(framework, executor));
  }

  void durable(TaskRecord record) {
    TaskInfo task = record.getTask();
    String key = key(record.getFrameworkId().getValue(), task.getTaskId().getValue());
    boolean inside =
        task.hasExecutor() && task.getExecutor().getType() != ExecutorInfo.Type.DEFAULT;
    if (inside && !Lifecycle.isTerminal(record.getState())) {
      tasks.put(key, AgentChecks.resources(task.getResourcesList()));
    } else {
      tasks.remove(key);
    }
  }

  void taskDeleted(String framework, String task) {
    tasks.remove(key(framework, task));
  }

  void agentDeleted() {
    journaled.clear();
    tasks.clear();
  }

  private static String key(String framework, String id) {
    return framework + "/" + id;
  }

  /** What executors and their tasks hold, as the journal has it. */
  Resources held() {
    Resources sum = Resources.EMPTY;
    for (ExecutorRecord record : journaled.values()) {
      sum = sum.plus(AgentChecks.resources(record.getExecutor().getResourcesList()));
    }
    for (Resources each : tasks.values()) {
      sum = sum.plus(each);
    }
    return sum;
  }

  // ---- containers ----

  /** The agent orders the container of an executor. */
  void launches(ContainerSpec spec) {
    ExecutorRecord record = journaled.get(key(spec.framework().value(), spec.executor().value()));
    String container = spec.container().value();
    if (record == null || !record.getContainerId().getValue().equals(container)) {
      throw new Violation(
          name + " starts executor " + spec.executor() + " before its journal has it",
          name,
          container);
    }
    Resources own = AgentChecks.resources(record.getExecutor().getResourcesList());
    if (!usage.takeIfFree(own)) {
      throw new Violation(
          name + " is to run executor " + spec.executor() + " with [" + own + "], " + usage,
          name,
          container);
    }
    live.put(container, new Live(own));
    ledger.tally.count("executors launched");
  }

  /** The container has ended, and with it all that ran in it. */
  void ended(ContainerSpec spec) {
    Live executor = live.remove(spec.container().value());
    if (executor == null) {
      return;
    }
    ledger.tally.count("executors ended");
    usage.giveBack(executor.own);
    executor.tasks.forEach((id, resources) -> {
      TaskHistory task = ledger.task(spec.framework().value(), id, name);
      task.fate =
          task.fate == TaskHistory.Fate.LAUNCHING
              ? TaskHistory.Fate.NEVER_STARTED
              : TaskHistory.Fate.ENDED;
      usage.giveBack(resources);
    });
  }

  /** The machine has stopped, and with it all executors and their tasks. */
  void machineStopped() {
    for (String key : tasks.keySet()) {
      int slash = key.indexOf('/');
      TaskHistory task = ledger.task(key.substring(0, slash), key.substring(slash + 1), name);
      if (task.isAlive()) {
        task.fate = TaskHistory.Fate.ENDED;
      }
    }
    live.clear();
  }

  boolean isAlive(String container) {
    return live.containsKey(container);
  }

  int containers() {
    return live.size();
  }

  // ---- tasks ----

  /** The agent gives tasks to an executor, which may never hear of them. */
  public void delivers(String container, String framework, List<TaskInfo> batch) {
    for (TaskInfo info : batch) {
      TaskHistory task = ledger.task(framework, info.getTaskId().getValue(), name);
      if (!task.journaled) {
        throw Ledger.violation(task, name + " gives it to its executor before its journal has it");
      }
      if (task.fate != TaskHistory.Fate.NONE) {
        throw Ledger.violation(
            task, name + " gives it to its executor a second time; it is " + task.fate);
      }
      if (task.verdict != null) {
        throw Ledger.violation(
            task, name + " gives it to its executor after its framework was told " + task.verdict);
      }
      TaskGroup group = task.group;
      if (group != null && group.members().size() != batch.size()) {
        throw Ledger.violation(task, name + " gives it to its executor without its whole group");
      }
      Live executor = live.get(container);
      if (executor == null) {
        task.fate = TaskHistory.Fate.NEVER_STARTED;
      } else {
        Resources needed = AgentChecks.resources(info.getResourcesList());
        usage.take(task, name, needed);
        executor.tasks.put(task.task, needed);
        task.fate = TaskHistory.Fate.LAUNCHING;
      }
      ledger.tally.count("tasks given to executors");
    }
  }

  /** The executor has it. */
  public void arrived(String framework, String id) {
    TaskHistory task = ledger.task(framework, id, name);
    if (task.fate == TaskHistory.Fate.LAUNCHING) {
      task.fate = TaskHistory.Fate.RUNNING;
    }
  }

  /** It was on its way to the executor when the connection ended. */
  public void lost(String container, String framework, String id) {
    TaskHistory task = ledger.task(framework, id, name);
    if (task.fate == TaskHistory.Fate.LAUNCHING) {
      task.fate = TaskHistory.Fate.NEVER_STARTED;
      free(container, id);
    }
  }

  /** The executor has ended it, and is going to say so. */
  public void endedBy(String container, String framework, String id, TaskState state) {
    TaskHistory task = ledger.task(framework, id, name);
    task.fate = TaskHistory.Fate.ENDED;
    task.executorSaid = state;
    free(container, id);
    ledger.tally.count("tasks ended by executors");
  }

  private void free(String container, String id) {
    Live executor = live.get(container);
    Resources held = executor == null ? null : executor.tasks.remove(id);
    if (held != null) {
      usage.giveBack(held);
    }
  }
}
