/** Tests of the agent's core: given these events, when this event, then exactly these effects. */
@NullMarked
package io.meseta.agent.core;

import org.jspecify.annotations.NullMarked;
