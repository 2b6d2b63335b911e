package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Silent agents that wait for their turn to become unreachable, the first first.
 *
 * <p>Only where an operator has set a rate limit does anybody wait. An agent that is heard of while
 * it waits is taken out.
 */
final class RemovalQueue {

  /** An agent whose turn it is. */
  record Due(AgentId agent, String why) {}

  private final Cluster cluster;
  private final Optional<Duration> interval;
  private final LinkedHashMap<AgentId, String> waiting = new LinkedHashMap<>();
  private Instant nextPermit = Instant.MIN;

  RemovalQueue(Cluster cluster) {
    this.cluster = cluster;
    this.interval = cluster.settings.agentRemovalRateLimit().map(RateLimit::interval);
  }

  /** True if the agent may go now; otherwise it waits, and asking again changes nothing. */
  boolean mayGoNow(AgentId agent, String why, Instant at) {
    if (interval.isEmpty()) {
      return true;
    }
    if (waiting.isEmpty() && !at.isBefore(nextPermit)) {
      nextPermit = at.plus(interval.get());
      return true;
    }
    if (waiting.putIfAbsent(agent, why) == null) {
      cluster.count(MasterCounter.UNREACHABLE_SCHEDULED);
      if (waiting.size() == 1) {
        setTimer(at);
      }
    }
    return false;
  }

  private void setTimer(Instant at) {
    Duration wait = Duration.between(at, nextPermit);
    cluster.outbox.setTimer(
        new MasterTimer.RemovalPermit(), wait.isNegative() ? Duration.ZERO : wait);
  }

  /** The agent that has waited longest, when a permit is due. */
  Optional<Due> handlePermit(Instant at) {
    Map.Entry<AgentId, String> first = waiting.pollFirstEntry();
    if (first == null || interval.isEmpty()) {
      return Optional.empty();
    }
    nextPermit = at.plus(interval.get());
    if (!waiting.isEmpty()) {
      setTimer(at);
    }
    return Optional.of(new Due(first.getKey(), first.getValue()));
  }

  /** The agent was heard of, or is no longer there to be removed. */
  void cancel(AgentId agent) {
    if (waiting.remove(agent) == null) {
      return;
    }
    cluster.count(MasterCounter.UNREACHABLE_CANCELED);
    if (waiting.isEmpty()) {
      cluster.outbox.cancelTimer(new MasterTimer.RemovalPermit());
    }
  }
}
