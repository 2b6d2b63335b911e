/** Containers that follow a script instead of running: for tests and for the simulation. */
@NullMarked
package io.meseta.agent.container.scripted;

import org.jspecify.annotations.NullMarked;
