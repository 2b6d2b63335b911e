/**
 * The scenarios in which the allocation is measured: those of Mesos's own benchmarks, with the same
 * parameters and the same steps inside and outside of the timer, and a few that ask what those do
 * not (what a cycle costs in which little has changed, how cost grows, how much heap is held).
 *
 * <pre>
 *   Scenario ── cases ──► Case ── run(Run) ──► Subject (an Allocator, its time, its open offers)
 *   AllocatorBench: warms up, runs each case several times ──► Rows, beside Mesos's figures and
 *                   the limits of {@link io.meseta.benchmarks.allocator.Published}
 * </pre>
 *
 * <p>A case counts the offers that arise, and does not pass when they are not the right ones: a
 * figure for the wrong work is worth nothing. Everything goes through {@link
 * io.meseta.master.allocation.Allocator}, on one thread, at a time that only the case moves.
 */
@NullMarked
package io.meseta.benchmarks.allocator;

import org.jspecify.annotations.NullMarked;
