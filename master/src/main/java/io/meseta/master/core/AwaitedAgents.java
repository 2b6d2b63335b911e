package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import java.time.Instant;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents that a new leader knows from the registry and that have not come back to it.
 *
 * <p>If many of them stay away, it is rather the leader that is cut off, or a restored registry
 * that is old, than all those machines that have died at once. Then nothing is given up ({@code
 * --recovery_agent_removal_limit}): their tasks stay as they are until the agents come back, or the
 * operator says that they are gone.
 */
final class AwaitedAgents {

  private static final Logger log = LoggerFactory.getLogger(AwaitedAgents.class);
  private static final int ALL_PERCENT = 100;

  /** Those that became unreachable meanwhile are among them: they have not come back. */
  private final TreeSet<AgentId> absent = new TreeSet<>();

  private int known;
  private Instant nextWarning = Instant.MIN;

  /** An agent that the registry holds as a part of the cluster. */
  void add(AgentId agent) {
    absent.add(agent);
    known++;
  }

  /** It has come back, or the operator has said what is to become of it. */
  void settle(AgentId agent) {
    absent.remove(agent);
  }

  /** Whether so many are missing that none of them may be given up. */
  boolean tooMany(MasterSettings settings) {
    long most = (long) known * settings.recoveryAgentRemovalLimitPercent();
    return (long) absent.size() * ALL_PERCENT > most;
  }

  /** Says so, once each time that they are looked at together. */
  void warn(MasterSettings settings, Instant at) {
    if (at.isBefore(nextWarning)) {
      return;
    }
    nextWarning = at.plus(settings.agentReregisterTimeout().dividedBy(2));
    log.error(
        "{} of {} agents have not come back to this leader within {} s, more than"
            + " --recovery_agent_removal_limit={}%: none becomes unreachable, and all are awaited for"
            + " as long again. Look whether agents reach this master; mark those gone that are; or"
            + " raise the limit",
        absent.size(),
        known,
        settings.agentReregisterTimeout().toSeconds(),
        settings.recoveryAgentRemovalLimitPercent());
  }
}
