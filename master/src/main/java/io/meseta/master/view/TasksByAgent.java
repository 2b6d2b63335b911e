package io.meseta.master.view;

import io.meseta.common.ids.AgentId;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Tasks of one framework, agent by agent; those of one agent in the order of their ids. What is
 * derived from one of these shares all but the agents that differ: a change costs what its agent
 * has, and an agent that comes back with a hundred tasks costs as much as one with a single one.
 *
 * <p>Immutable.
 */
public final class TasksByAgent extends AbstractCollection<TaskView> {

  public static final TasksByAgent NONE = new TasksByAgent(TreePMap.empty(), 0);

  private final PSortedMap<AgentId, List<TaskView>> byAgent;
  private final int size;

  private TasksByAgent(PSortedMap<AgentId, List<TaskView>> byAgent, int size) {
    this.byAgent = byAgent;
    this.size = size;
  }

  /** The same, but for the agent, which now has just these. */
  public TasksByAgent with(AgentId agent, List<TaskView> tasks) {
    int newSize = size - on(agent).size() + tasks.size();
    return new TasksByAgent(
        tasks.isEmpty() ? byAgent.minus(agent) : byAgent.plus(agent, List.copyOf(tasks)), newSize);
  }

  /** Those of one agent. */
  public List<TaskView> on(AgentId agent) {
    List<TaskView> tasks = byAgent.get(agent);
    return tasks == null ? List.of() : tasks;
  }

  /** Those of which it holds; all that this has, if it holds of all. */
  public TasksByAgent only(Predicate<TaskView> wanted) {
    TasksByAgent some = this;
    for (Map.Entry<AgentId, List<TaskView>> agent : byAgent.entrySet()) {
      List<TaskView> kept = new ArrayList<>(agent.getValue());
      if (kept.removeIf(wanted.negate())) {
        some = some.with(agent.getKey(), kept);
      }
    }
    return some;
  }

  @Override
  public Iterator<TaskView> iterator() {
    return new Walk(byAgent.values().iterator());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TasksByAgent tasks && byAgent.equals(tasks.byAgent);
  }

  @Override
  public int hashCode() {
    return byAgent.hashCode();
  }

  /** No agent is kept without tasks, so that each list has a next one. */
  private static final class Walk implements Iterator<TaskView> {
    private final Iterator<List<TaskView>> agents;
    private Iterator<TaskView> tasks = Collections.emptyIterator();

    Walk(Iterator<List<TaskView>> agents) {
      this.agents = agents;
    }

    @Override
    public boolean hasNext() {
      return tasks.hasNext() || agents.hasNext();
    }

    @Override
    public TaskView next() {
      if (!tasks.hasNext()) {
        tasks = agents.next().iterator();
      }
      return tasks.next();
    }
  }
}
