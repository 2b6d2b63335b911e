package io.meseta.master.core;

import java.time.Duration;
import java.util.Optional;

/**
 * How the core behaves.
 *
 * @param allocationInterval between two regular allocations
 * @param offerTimeout after which an unanswered offer is rescinded; empty is never
 * @param heartbeatInterval on event streams; told to frameworks
 * @param agentPingTimeout between two pings of an agent
 * @param maxAgentPingTimeouts so many pings unanswered make an agent unreachable
 * @param agentReregisterTimeout for agents and frameworks to come back to a new leader
 * @param maxCompletedFrameworks remembered, and refused when they subscribe again
 * @param maxCompletedTasksPerFramework remembered for reads
 * @param rootSubmissions whether frameworks may run as root
 */
public record MasterSettings(
    Duration allocationInterval,
    Optional<Duration> offerTimeout,
    Duration heartbeatInterval,
    Duration agentPingTimeout,
    int maxAgentPingTimeouts,
    Duration agentReregisterTimeout,
    int maxCompletedFrameworks,
    int maxCompletedTasksPerFramework,
    boolean rootSubmissions) {

  /** As Mesos, except that an offer is rescinded when it stays unanswered (decision 0006). */
  public static final MasterSettings DEFAULTS =
      new MasterSettings(
          Duration.ofSeconds(1),
          Optional.of(Duration.ofSeconds(60)),
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          5,
          Duration.ofMinutes(10),
          50,
          1000,
          true);

  /** After how much silence the agent takes its link for dead. */
  Duration silenceLimit() {
    return agentPingTimeout.multipliedBy(maxAgentPingTimeouts);
  }
}
