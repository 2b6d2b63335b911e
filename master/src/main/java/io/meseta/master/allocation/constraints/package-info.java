/**
 * Offer constraints: what a framework says of the agents that it wants to be offered at all, for
 * each of its roles, so that it need not decline the others again and again.
 *
 * <pre>
 *   SUBSCRIBE, UPDATE_FRAMEWORK ── CompiledConstraints.of(message, limits) ──► refused, with a reason
 *                                        │
 *   AgentInfo ── AgentTraits.of ─────────┴──► allows(role, traits)   for the decision
 *                                             unmet(role, traits)    for an explanation
 * </pre>
 *
 * <p>A role's constraints are groups; an agent will do if it meets all constraints of one group.
 * Nothing here is kept in the registry: a framework sends its constraints with each subscription.
 */
@NullMarked
package io.meseta.master.allocation.constraints;

import org.jspecify.annotations.NullMarked;
