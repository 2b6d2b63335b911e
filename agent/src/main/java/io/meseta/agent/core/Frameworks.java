package io.meseta.agent.core;

import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.ids.FrameworkId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The frameworks that have something on this agent. One that has nothing left is forgotten. */
final class Frameworks {

  private final JournalWriter journal;
  private final Map<FrameworkId, AgentFramework> byId = new LinkedHashMap<>();

  Frameworks(JournalWriter journal) {
    this.journal = journal;
  }

  void recover(FrameworkRecord record) {
    AgentFramework framework = new AgentFramework(record);
    byId.put(framework.id(), framework);
  }

  /** Takes what the master says of a framework, known or new. */
  AgentFramework learn(FrameworkId id, FrameworkInfo info) {
    AgentFramework framework = byId.get(id);
    if (framework == null) {
      framework = new AgentFramework(id, info);
      byId.put(id, framework);
      journal.save(framework);
    } else if (!framework.info().equals(info)) {
      framework.info(info);
      journal.save(framework);
    }
    return framework;
  }

  void taskAdded(AgentTask task) {
    of(task).holdsOneMore();
  }

  void taskRemoved(AgentTask task) {
    AgentFramework framework = of(task);
    framework.holdsOneLess();
    forgetIfEmpty(framework);
  }

  void executorAdded(AgentExecutor executor) {
    of(executor).holdsOneMore();
  }

  void executorRemoved(AgentExecutor executor) {
    AgentFramework framework = of(executor);
    framework.holdsOneLess();
    forgetIfEmpty(framework);
  }

  /**
   * A crash can leave a framework without tasks in no journal of ours; an older one may have it.
   */
  void forgetEmpty() {
    all().forEach(this::forgetIfEmpty);
  }

  private void forgetIfEmpty(AgentFramework framework) {
    if (!framework.holdsAnything()) {
      byId.remove(framework.id());
      journal.delete(framework);
    }
  }

  Optional<AgentFramework> find(FrameworkId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The framework of a task that the agent has. */
  AgentFramework of(AgentTask task) {
    AgentFramework framework = byId.get(task.key().framework());
    if (framework == null) {
      throw new IllegalStateException("Task " + task.key() + " has no framework record");
    }
    return framework;
  }

  /** The framework of an executor that the agent has. */
  AgentFramework of(AgentExecutor executor) {
    AgentFramework framework = byId.get(executor.key().framework());
    if (framework == null) {
      throw new IllegalStateException("Executor " + executor.key() + " has no framework record");
    }
    return framework;
  }

  List<AgentFramework> all() {
    return new ArrayList<>(byId.values());
  }
}
