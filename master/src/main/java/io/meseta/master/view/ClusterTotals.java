package io.meseta.master.view;

import io.meseta.api.v1.TaskState;
import io.meseta.common.resources.Quantities;
import java.util.Map;

/**
 * Sums over the whole cluster, kept up as things change: whoever asks does not have to count.
 *
 * @param agents how many stand where
 * @param deactivatedAgents of the connected ones, those that an operator wants no new tasks on
 * @param tasks how many of those that are not forgotten are in which state
 * @param offers how many nobody has answered
 * @param resources of the agents that are connected or may come back at any moment
 * @param used what tasks and executors hold of them
 * @param offered what open offers hold of them
 */
public record ClusterTotals(
    Map<AgentView.Standing, Integer> agents,
    int deactivatedAgents,
    int connectedFrameworks,
    int disconnectedFrameworks,
    Map<TaskState, Integer> tasks,
    int offers,
    Quantities resources,
    Quantities used,
    Quantities offered) {

  /** Of a cluster of which nothing is known. */
  public static final ClusterTotals NONE =
      new ClusterTotals(
          Map.of(), 0, 0, 0, Map.of(), 0, Quantities.EMPTY, Quantities.EMPTY, Quantities.EMPTY);

  public int agents(AgentView.Standing standing) {
    return agents.getOrDefault(standing, 0);
  }

  public int tasks(TaskState state) {
    return tasks.getOrDefault(state, 0);
  }
}
