package io.meseta.agent.core;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Operation;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The agent as it was at one moment; immutable, for any thread.
 *
 * @param agent with its id once a master gave one
 * @param journalFailure why the journal cannot be written, while it cannot: no new task is taken
 * @param engineFailure why the container engine does not answer, while it does not
 * @param retirement why the master refused the agent for good, if it did
 * @param draining an operator wants the agent empty: no new task is taken
 * @param counters in the order of {@link AgentCounter}
 * @param drain what the operator said of it, if the agent is drained
 * @param total all that the agent has, as operations have changed it
 * @param operations whose end is not acknowledged
 * @param history what is over here
 */
public record AgentView(
    AgentInfo agent,
    LinkState link,
    Optional<LeaderAddress> leader,
    Optional<String> journalFailure,
    Optional<String> engineFailure,
    Optional<String> retirement,
    boolean draining,
    List<FrameworkInfo> frameworks,
    List<TaskView> tasks,
    Map<AgentCounter, Long> counters,
    List<ExecutorView> executors,
    Optional<DrainView> drain,
    Resources total,
    List<Operation> operations,
    HistoryView history) {

  /** Whether something that the agent needs for its work is missing. */
  public boolean degraded() {
    return journalFailure.isPresent() || engineFailure.isPresent();
  }

  /** What is missing, for people; empty if nothing is. */
  public List<String> degradedReasons() {
    return Stream.of(
            journalFailure.map(why -> "the journal cannot be written: " + why),
            engineFailure.map(why -> "the container engine does not answer: " + why))
        .flatMap(Optional::stream)
        .toList();
  }
}
