/**
 * The hosts of a simulated cluster: the real cores with everything around them played, the authors
 * of frameworks, and what goes wrong.
 */
@NullMarked
package io.meseta.testkit.simulation.cluster;

import org.jspecify.annotations.NullMarked;
