/**
 * Who is offered what. Pure: no clock, no thread, no random source; the core tells facts and asks
 * for grants, and time comes as an argument.
 *
 * <pre>
 *   core ── addFramework, addAgent, suppress, setQuota, … ──► DrfAllocator
 *   core ── allocate(now) ──► Cycle: for each agent that has changed (AgentPool)
 *                               ask who wants offers (Contenders), in the order of shares (ShareTree),
 *                               what the OfferRules let him have ──► Grant
 *   core ── answer(grants, used, refusal, now) ──► in use | free again, and a filter (Filters)
 *   core ── release(agent, holding) ──► free again
 * </pre>
 *
 * <p>{@link io.meseta.master.allocation.Cycle} has the decisions in their order, {@link
 * io.meseta.master.allocation.OfferRules} the reasons against an offer. What an agent has is always
 * either free, granted (in an offer that is not answered) or in use; {@link
 * io.meseta.master.allocation.Ledger} alone changes that, and keeps shares, totals and quotas in
 * step with it.
 *
 * <p><b>How offers are cut.</b> An offer holds all that is free on one agent and may be the
 * framework's: what is unreserved, and what is reserved for its role or those above. Only quotas
 * cut: of what is unreserved it has as much as the limits of its role and of those above leave, and
 * as much as the guarantees of others can spare.
 *
 * <p><b>What it costs</b>, with A agents, C claims (a framework in a role) that want offers, and d
 * levels of roles:
 *
 * <table>
 *   <caption>Costs</caption>
 *   <tr><th>operation</th><th>time</th><th>why</th></tr>
 *   <tr><td>cycle</td><td>O(changed agents)</td><td>only agents that have got more to give, or that
 *       somebody may want now, are visited; at each only those claims are asked of whom it is not
 *       known to be in vain: a bit for each. Finding the touched ones takes A/64 steps, and finding
 *       whom to ask C/64</td></tr>
 *   <tr><td>grant, answer, release</td><td>O(d log C)</td><td>who is charged moves to another place
 *       in the order of his siblings: a binary search and a move within an array, at each level
 *       </td></tr>
 *   <tr><td>an agent comes, grows or goes</td><td>O(1); O(C log C) once in the next cycle when the
 *       totals have not changed in proportion</td><td>shares are parts of the totals</td></tr>
 *   <tr><td>suppress, revive, a new framework</td><td>O(A/64)</td><td>agents find out at their next
 *       visit who has changed his mind since the last one</td></tr>
 *   <tr><td>filter added, found, ended</td><td>O(1)</td><td>hash table and timer wheel; 60 to 80 bytes
 *       each</td></tr>
 *   <tr><td>explain</td><td>O(A) per claim</td><td>computed when asked, by the same rules</td></tr>
 * </table>
 *
 * <p>A cycle that finds nothing to give makes no garbage for any agent; a grant makes itself.
 * Resources are values with whole numbers; what shares and quotas need of them is added up into
 * arrays ({@link io.meseta.master.allocation.Amounts}).
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
