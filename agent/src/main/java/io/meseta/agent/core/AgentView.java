package io.meseta.agent.core;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent as it was at one moment; immutable, for any thread.
 *
 * @param agent with its id once a master gave one
 * @param journalFailure why the journal cannot be written, while it cannot: no new task is taken
 * @param engineFailure why the container engine does not answer, while it does not
 * @param retirement why the master refused the agent for good, if it did
 * @param draining an operator wants the agent empty: no new task is taken
 * @param counters in the order of {@link AgentCounter}
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
    List<ExecutorView> executors) {

  /** Whether something that the agent needs for its work is missing. */
  public boolean degraded() {
    return journalFailure.isPresent() || engineFailure.isPresent();
  }
}
