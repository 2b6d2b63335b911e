/**
 * How long a leader takes until every agent of a cluster is registered again: the loop, the core
 * and a registry in a real ZooKeeper; the agents are prepared messages, and there are no sockets.
 *
 * <p>The work is that of {@code AgentReregistrationDelay} in Mesos's test suite. What differs: our
 * agents do not tell a new leader of tasks that are over and acknowledged, so that there is nothing
 * to send for completed frameworks.
 */
@NullMarked
package io.meseta.benchmarks.registration;

import org.jspecify.annotations.NullMarked;
