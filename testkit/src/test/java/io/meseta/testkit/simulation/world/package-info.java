/** Tests of the world that is made up around the cores. */
@NullMarked
package io.meseta.testkit.simulation.world;

import org.jspecify.annotations.NullMarked;
