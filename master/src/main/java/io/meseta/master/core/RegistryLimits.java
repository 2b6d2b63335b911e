package io.meseta.master.core;

import java.time.Duration;

/**
 * How much of the past the registry keeps.
 *
 * @param cleaningInterval between two looks for what may be forgotten
 * @param maxAgentAge unreachable and gone agents are forgotten after this
 * @param maxAgentCount so many unreachable agents are kept at most, and so many gone ones; the
 *     oldest go first
 * @param maxCompletedFrameworks so many ended frameworks are refused when they subscribe again; the
 *     oldest are forgotten first
 */
public record RegistryLimits(
    Duration cleaningInterval,
    Duration maxAgentAge,
    int maxAgentCount,
    int maxCompletedFrameworks) {

  /** As Mesos has them for agents; Mesos does not keep frameworks. */
  public static final RegistryLimits DEFAULTS =
      new RegistryLimits(Duration.ofMinutes(15), Duration.ofDays(14), 102_400, 102_400);
}
