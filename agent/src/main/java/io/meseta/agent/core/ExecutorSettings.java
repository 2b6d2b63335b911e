package io.meseta.agent.core;

import java.time.Duration;

/**
 * What holds for executors of frameworks.
 *
 * @param registrationTimeout from the start of its container until an executor has to have
 *     subscribed
 * @param reregistrationTimeout from the return of a restarted agent until its executors have to be
 *     back
 * @param recoveryTimeout how long an executor tries to get back to an agent that is away; one that
 *     is away from an agent that runs is ended after that
 */
public record ExecutorSettings(
    Duration registrationTimeout, Duration reregistrationTimeout, Duration recoveryTimeout) {

  /** One minute, fifteen seconds, fifteen minutes. */
  public static ExecutorSettings defaults() {
    return new ExecutorSettings(
        Duration.ofMinutes(1), Duration.ofSeconds(15), Duration.ofMinutes(15));
  }

  /** The longest wait between two tries of an executor: several of them fit into its time. */
  Duration subscriptionBackOffMax() {
    Duration fifth = reregistrationTimeout.dividedBy(5);
    Duration least = Duration.ofMillis(100);
    return fifth.compareTo(least) < 0 ? least : fifth;
  }
}
