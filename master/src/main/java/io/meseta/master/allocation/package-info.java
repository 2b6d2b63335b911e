/**
 * Who is offered what. Pure: no clock, no thread, no random source; the core tells facts and asks
 * for grants, and time comes as an argument.
 *
 * <pre>
 *   core ── addFramework, addAgent, suppress, … ──► DrfAllocator
 *   core ── allocate(now) ──► expire Filters ─► for each touched agent of AgentPool:
 *                                  roles by share (Shares) ─► their frameworks by share ─► OfferRules ─► Grant
 *   core ── answer(grants, used, refusal, now) ──► in use | free again, and a filter
 *   core ── release(agent, holding) ──► free again
 * </pre>
 *
 * <p>What an agent has is always either free, granted (in an offer that is not answered) or in use;
 * {@link io.meseta.master.allocation.AgentNode} keeps that account and the other classes never
 * change it.
 *
 * <p>A cycle visits only touched agents: those where something was freed, where a filter has ended,
 * that are new, or all of them when a framework wants offers again. An agent that nobody wanted is
 * not looked at again before something changes. With T touched agents, R roles and F frameworks
 * that want offers a cycle costs at most T·F checks of {@link
 * io.meseta.master.allocation.OfferRules}, each O(log filters); keeping shares in order costs O(log
 * R + log F) per change, and O(R + F) once when the size of the cluster has changed.
 *
 * <p>Each refusal has its {@link io.meseta.master.allocation.RefusalReason}; {@link
 * io.meseta.master.allocation.Allocator#explain} collects them with the same rules that decide.
 */
@NullMarked
package io.meseta.master.allocation;

import org.jspecify.annotations.NullMarked;
