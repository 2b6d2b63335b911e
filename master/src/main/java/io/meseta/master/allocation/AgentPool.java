package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All agents, and which of them the next cycle has to look at. */
final class AgentPool {
  private final TreeMap<AgentId, AgentNode> agents = new TreeMap<>();
  private final TreeSet<AgentId> touched = new TreeSet<>();
  private @Nullable AgentId firstOfLastCycle;

  void add(AgentNode agent) {
    agents.put(agent.id(), agent);
    touch(agent);
  }

  void remove(AgentId id) {
    agents.remove(id);
    touched.remove(id);
  }

  @Nullable AgentNode get(AgentId id) {
    return agents.get(id);
  }

  AgentNode getOrThrow(AgentId id) {
    var agent = agents.get(id);
    if (agent == null) {
      throw new IllegalStateException("No such agent: " + id);
    }
    return agent;
  }

  int size() {
    return agents.size();
  }

  /** Sorted by id. */
  Collection<AgentNode> all() {
    return Collections.unmodifiableCollection(agents.values());
  }

  /** Something has changed there: the next cycle looks at it, if it has anything to give. */
  void touch(AgentNode agent) {
    if (agent.isActive() && !agent.free().isEmpty()) {
      touched.add(agent.id());
    } else {
      touched.remove(agent.id());
    }
  }

  void touch(Collection<AgentId> ids) {
    for (AgentId id : ids) {
      var agent = agents.get(id);
      if (agent != null) {
        touch(agent);
      }
    }
  }

  /** Someone wants offers who did not: all that have something to give are looked at. */
  void touchAll() {
    agents.values().forEach(this::touch);
  }

  boolean hasTouched() {
    return !touched.isEmpty();
  }

  /**
   * The agents to look at, from now on untouched. Each cycle begins with another one, so that who
   * is first in line does not always get the same agent.
   */
  List<AgentNode> takeTouched() {
    var order = new ArrayList<AgentId>(touched.size());
    if (firstOfLastCycle == null) {
      order.addAll(touched);
    } else {
      order.addAll(touched.tailSet(firstOfLastCycle, false));
      order.addAll(touched.headSet(firstOfLastCycle, true));
    }
    touched.clear();
    if (!order.isEmpty()) {
      firstOfLastCycle = order.get(0);
    }
    return order.stream().map(this::getOrThrow).toList();
  }
}
