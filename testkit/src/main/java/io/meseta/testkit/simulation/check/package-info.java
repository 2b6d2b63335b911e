/**
 * What must hold: the truth about tasks and containers as an onlooker sees it who is told
 * everything, and the invariants that compare the cluster with it.
 */
@NullMarked
package io.meseta.testkit.simulation.check;

import org.jspecify.annotations.NullMarked;
