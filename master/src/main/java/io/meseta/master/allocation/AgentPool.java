package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All agents, and which of them the next cycle has to look at. */
final class AgentPool {
  /**
   * An agent that has to be looked at.
   *
   * @param wanting who may want it now and did not before; nothing when that can be anybody
   */
  record Visit(AgentNode agent, @Nullable Set<Claim> wanting) {
    boolean mayBeWantedBy(Claim claim) {
      return wanting == null || wanting.contains(claim);
    }

    boolean mayBeWantedFor(String role) {
      return wanting == null || wanting.stream().anyMatch(claim -> claim.role().equals(role));
    }
  }

  private final TreeMap<AgentId, AgentNode> agents = new TreeMap<>();

  /** The same, as comparing ids takes longer than anything else that is done to find one. */
  private final HashMap<AgentId, AgentNode> byId = new HashMap<>();

  private final TreeMap<AgentId, Visit> touched = new TreeMap<>();
  private @Nullable AgentId firstOfLastCycle;

  void add(AgentNode agent) {
    agents.put(agent.id(), agent);
    byId.put(agent.id(), agent);
    touch(agent);
  }

  void remove(AgentId id) {
    agents.remove(id);
    byId.remove(id);
    touched.remove(id);
  }

  @Nullable AgentNode get(AgentId id) {
    return byId.get(id);
  }

  AgentNode getOrThrow(AgentId id) {
    var agent = byId.get(id);
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
      touched.put(agent.id(), new Visit(agent, null));
    } else {
      touched.remove(agent.id());
    }
  }

  /** Nothing has changed there but for these: what they had refused is theirs to be seen again. */
  void touch(List<Filters.Scope> scopes) {
    for (Filters.Scope scope : scopes) {
      var agent = byId.get(scope.agent());
      if (agent != null) {
        touch(agent, scope.claim());
      }
    }
  }

  /** Somebody wants offers who did not: all agents are looked at for it. */
  void touchAll(Claim wanting) {
    agents.values().forEach(agent -> touch(agent, wanting));
  }

  /** It is gone, and wants nothing any more. */
  void forget(Claim claim) {
    for (Visit visit : touched.values()) {
      if (visit.wanting() != null) {
        visit.wanting().remove(claim);
      }
    }
  }

  private void touch(AgentNode agent, Claim wanting) {
    if (!agent.isActive() || agent.free().isEmpty()) {
      return;
    }
    var visit = touched.computeIfAbsent(agent.id(), id -> new Visit(agent, new HashSet<>()));
    if (visit.wanting() != null) {
      visit.wanting().add(wanting);
    }
  }

  boolean hasTouched() {
    return !touched.isEmpty();
  }

  /**
   * The agents to look at, from now on untouched. Each cycle begins with another one, so that who
   * is first in line does not always get the same agent.
   */
  List<Visit> takeTouched() {
    var order = new ArrayList<Visit>(touched.size());
    if (firstOfLastCycle == null) {
      order.addAll(touched.values());
    } else {
      order.addAll(touched.tailMap(firstOfLastCycle, false).values());
      order.addAll(touched.headMap(firstOfLastCycle, true).values());
    }
    touched.clear();
    if (!order.isEmpty()) {
      firstOfLastCycle = order.get(0).agent().id();
    }
    return order;
  }
}
