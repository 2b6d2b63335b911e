/**
 * The world that a simulated cluster lives in: time, chance, the network, ZooKeeper, disks, and the
 * record of what happened. Nothing here knows what masters, agents and frameworks say.
 */
@NullMarked
package io.meseta.testkit.simulation.world;

import org.jspecify.annotations.NullMarked;
