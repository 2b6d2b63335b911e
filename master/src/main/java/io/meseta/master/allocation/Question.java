package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import java.util.Optional;

/**
 * What an explanation is to tell.
 *
 * @param wanted what one task needs, to be told which agents have that; may be empty
 * @param agent only this agent; all when there is none given
 * @param role only this role of a framework, or all its roles
 * @param mostAgents so many agents are listed for each role, those with the fewest reasons first;
 *     the counts are of all agents
 * @param mostLooks about how often an agent is looked at for somebody, at least one of them, before
 *     the rest is left out: what bounds the time that the answer takes
 */
public record Question(
    Quantities wanted,
    Optional<AgentId> agent,
    Optional<String> role,
    int mostAgents,
    int mostLooks) {
  /** So many different resources can be wanted. */
  public static final int MOST_WANTED = 20;

  /** All agents, without a limit. */
  public static final Question EVERYTHING =
      new Question(
          Quantities.EMPTY,
          Optional.empty(),
          Optional.empty(),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  public Question {
    if (wanted.asMap().size() > MOST_WANTED) {
      throw new IllegalArgumentException("More than " + MOST_WANTED + " resources are wanted");
    }
    if (mostAgents < 0 || mostLooks < 0) {
      throw new IllegalArgumentException("Negative limits: " + mostAgents + ", " + mostLooks);
    }
  }

  public Question withWanted(Quantities amount) {
    return new Question(amount, agent, role, mostAgents, mostLooks);
  }

  public Question withAgent(AgentId only) {
    return new Question(wanted, Optional.of(only), role, mostAgents, mostLooks);
  }

  public Question withRole(String only) {
    return new Question(wanted, agent, Optional.of(only), mostAgents, mostLooks);
  }

  /** With limits for an answer in little time. */
  public Question withLimits(int agents, int looks) {
    return new Question(wanted, agent, role, agents, looks);
  }
}
