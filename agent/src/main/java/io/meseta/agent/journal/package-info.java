/**
 * The agent's durable memory: written before the outside hears of anything.
 *
 * <p>A restarted agent, {@code kill -9} included, recovers its id, its tasks and every
 * unacknowledged update from here.
 */
@NullMarked
package io.meseta.agent.journal;

import org.jspecify.annotations.NullMarked;
