/**
 * Whole clusters in one thread: both real cores, the real allocation, validation, codec and
 * scheduler bookkeeping under simulated time, network, election, registry, disks and containers.
 *
 * <p>A seed decides everything: the size of the cluster, its workload, and what goes wrong when.
 * {@link io.meseta.testkit.simulation.Simulation#run} plays one history:
 *
 * <pre>
 * safety     things go wrong; every invariant is checked after each event that could break it
 * liveness   all faults end; everything pending has to finish, or the failure says who waits for whom
 * </pre>
 *
 * <p>The same seed gives the same history in any JVM: see {@link
 * io.meseta.testkit.simulation.SimulationReport#traceHash}.
 */
@NullMarked
package io.meseta.testkit.simulation;

import org.jspecify.annotations.NullMarked;
