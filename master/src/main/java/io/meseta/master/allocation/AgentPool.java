package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** All agents, which of them have something to give, and which the next cycle has to look at. */
final class AgentPool {
  private static final int[] NO_NUMBERS = {};

  private final AllocationOrder allocationOrder;
  private final LinkedHashMap<AgentId, AgentNode> byId = new LinkedHashMap<>();
  private final ArrayList<@Nullable AgentNode> byNumber = new ArrayList<>();
  private final BitSet numbers = new BitSet();
  private final BitSet giving = new BitSet();
  private final BitSet touched = new BitSet();

  /** The agent with which the last cycle has begun. */
  private int first = -1;

  /** Whom a cycle visits; kept so that none has to make an array. */
  private int[] visits = NO_NUMBERS;

  AgentPool(AllocationOrder allocationOrder) {
    this.allocationOrder = allocationOrder;
  }

  /** The number for an agent that is made and then added. */
  int nextNumber() {
    return numbers.nextClearBit(0);
  }

  void add(AgentNode agent) {
    byId.put(agent.id(), agent);
    numbers.set(agent.number);
    while (byNumber.size() <= agent.number) {
      byNumber.add(null);
    }
    byNumber.set(agent.number, agent);
    touch(agent);
  }

  void remove(AgentNode agent) {
    byId.remove(agent.id());
    numbers.clear(agent.number);
    byNumber.set(agent.number, null);
    giving.clear(agent.number);
    touched.clear(agent.number);
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

  AgentNode get(int number) {
    var agent = byNumber.get(number);
    if (agent == null) {
      throw new IllegalStateException("No agent has the number " + number);
    }
    return agent;
  }

  int size() {
    return byId.size();
  }

  /** In the order in which they were added. */
  Collection<AgentNode> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** Something has changed there: the next cycle looks at it, if it has anything to give. */
  void touch(AgentNode agent) {
    boolean gives = agent.isActive() && !agent.free().isEmpty();
    giving.set(agent.number, gives);
    touched.set(agent.number, gives);
  }

  /** Something was taken there, which is nothing to look at. */
  void taken(AgentNode agent) {
    if (agent.free().isEmpty()) {
      giving.clear(agent.number);
      touched.clear(agent.number);
    }
  }

  /** Nothing has changed there, but somebody may want it now. */
  void touch(int number) {
    if (giving.get(number)) {
      touched.set(number);
    }
  }

  /** Somebody wants offers who did not: all agents that give anything are looked at. */
  void touchAll() {
    touched.or(giving);
  }

  boolean hasTouched() {
    return !touched.isEmpty();
  }

  /**
   * Takes the agents to look at, from now on untouched.
   *
   * @return how many there are; which is told by {@link #visit}
   */
  int takeTouched() {
    int count = touched.cardinality();
    if (visits.length < count) {
      visits = new int[Math.max(count, 2 * visits.length)];
    }
    if (count > 1) {
      sortByUse();
    } else if (count == 1) {
      visits[0] = touched.nextSetBit(0);
    }
    if (count > 0) {
      first = visits[0];
      touched.clear();
    }
    return count;
  }

  AgentNode visit(int place) {
    return get(visits[place]);
  }

  /**
   * By how much is in use, in steps: a counting sort. Among those of one step each cycle begins
   * with another one, so that who is first in line does not always get the same agent.
   */
  private void sortByUse() {
    int[] begins = new int[AgentNode.USE_STEPS + 2];
    for (int n = touched.nextSetBit(0); n >= 0; n = touched.nextSetBit(n + 1)) {
      begins[rank(n) + 1]++;
    }
    Arrays.parallelPrefix(begins, Integer::sum);
    for (int n = touched.nextSetBit(first + 1); n >= 0; n = touched.nextSetBit(n + 1)) {
      visits[begins[rank(n)]++] = n;
    }
    for (int n = touched.nextSetBit(0); n >= 0 && n <= first; n = touched.nextSetBit(n + 1)) {
      visits[begins[rank(n)]++] = n;
    }
  }

  private int rank(int number) {
    int step = get(number).useStep();
    return switch (allocationOrder) {
      case SPREAD -> step;
      case PACK -> AgentNode.USE_STEPS - step;
    };
  }
}
