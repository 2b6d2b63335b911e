/**
 * Does the simulation bite? Faults are planted in the compiled code, one at a time, and each has to
 * be found within a stated number of seeds.
 *
 * <p>The code under test has no switches for this: a fault is an advice that Byte Buddy weaves into
 * one method of the loaded class, and takes out again.
 */
@NullMarked
package io.meseta.testkit.simulation.planted;

import org.jspecify.annotations.NullMarked;
