/**
 * Checks of running tasks: how a question is asked. When it is asked, and what the answer means, is
 * the core's business ({@code io.meseta.agent.core.Checks}).
 *
 * <p>{@link io.meseta.agent.health.CheckRunner} asks: over HTTP or TCP from the agent, or with a
 * command inside the container.
 */
@NullMarked
package io.meseta.agent.health;

import org.jspecify.annotations.NullMarked;
