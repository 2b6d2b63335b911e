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
 * <p>A cycle visits only touched agents, and asks at each only those {@link
 * io.meseta.master.allocation.Claim}s (a framework in one of its roles) for which the answer may be
 * another one than last time: all of them where something was freed or the agent is new, one where
 * a filter of it has ended or the framework wants offers again. For whom a filter hides all that is
 * free is remembered as a bit until more than that is free. An agent that nobody wanted is not
 * looked at again before something changes. With T touched agents and C claims that want offers a
 * cycle costs at most T·C steps through the order of shares, of which only those without such a bit
 * ask the {@link io.meseta.master.allocation.OfferRules}; keeping shares in order costs O(log R +
 * log F) per change, with R roles and F frameworks, and O(R + F) once when the size of the cluster
 * has changed.
 *
 * <p>Each refusal has its {@link io.meseta.master.allocation.RefusalReason}; {@link
 * io.meseta.master.allocation.Explainer} collects and counts them with the same rules that decide,
 * beside who comes first and how long each waits. It computes all that when it is asked: a question
 * looks once at each agent for each role that it is about, and changes nothing that is decided
 * later. Only since when a claim waits is kept, as two numbers.
 */
@NullMarked
package io.meseta.master.allocation;

import org.jspecify.annotations.NullMarked;
