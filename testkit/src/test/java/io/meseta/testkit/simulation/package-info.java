/** Tests of, and by, the simulation. */
@NullMarked
package io.meseta.testkit.simulation;

import org.jspecify.annotations.NullMarked;
