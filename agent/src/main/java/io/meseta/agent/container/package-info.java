/**
 * Containers: the port that the agent's core speaks to, and what is behind it.
 *
 * <p>{@link io.meseta.agent.container.Containerizer} is the port. Launching is a sequence of
 * phases, each with its own progress and time limit: pull ► create ► start. A container carries its
 * identity in labels, so that a restarted agent adopts it by looking.
 */
@NullMarked
package io.meseta.agent.container;

import org.jspecify.annotations.NullMarked;
