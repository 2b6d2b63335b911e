package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Tasks on unreachable agents, found by their framework and by their agent: an agent that registers
 * costs what it has, however many others are away.
 */
final class UnreachableTasks {

  private final TreeMap<AgentId, TreeMap<TaskKey, MasterTask>> byAgent = new TreeMap<>();

  void add(Framework framework, MasterTask task) {
    MasterTask other = framework.unreachableTasks.put(task.id, task);
    if (other != null) {
      forget(other);
    }
    byAgent.computeIfAbsent(task.agent, unused -> new TreeMap<>()).put(task.key(), task);
  }

  /** Whether it was there. */
  boolean remove(Framework framework, MasterTask task) {
    forget(task);
    return framework.unreachableTasks.remove(task.id, task);
  }

  /** A copy: the caller may remove them. */
  List<MasterTask> of(AgentId agent) {
    TreeMap<TaskKey, MasterTask> tasks = byAgent.get(agent);
    return tasks == null ? List.of() : new ArrayList<>(tasks.values());
  }

  /** The framework is gone, and its tasks with it. */
  void forgetAllOf(Framework framework) {
    framework.unreachableTasks.values().forEach(this::forget);
    framework.unreachableTasks.clear();
  }

  private void forget(MasterTask task) {
    TreeMap<TaskKey, MasterTask> tasks = byAgent.get(task.agent);
    if (tasks != null && tasks.remove(task.key(), task) && tasks.isEmpty()) {
      byAgent.remove(task.agent);
    }
  }
}
