/**
 * The loop that drives a passive core, and its timers.
 *
 * <p>A core is a {@link io.meseta.common.runtime.StateMachine}: events in, effects out, nothing
 * else. Everything around it, threads and clocks included, is here, so that the simulation can put
 * its own time and its own order in the place of this package.
 *
 * <pre>
 * any thread ── post ──► inbox (bounded) ──► loop thread: stamp time ─► handle(event) ─► effects ─► runner
 *                                               ▲                                                    │
 *                                               └────────────── timer due ◄──── timers ◄─────────────┘
 * </pre>
 */
@NullMarked
package io.meseta.common.runtime;

import org.jspecify.annotations.NullMarked;
