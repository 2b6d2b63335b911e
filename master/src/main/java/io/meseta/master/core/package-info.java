/**
 * The master's logic: a passive state machine that knows no thread, clock, socket or store.
 *
 * <p>{@link io.meseta.master.core.MasterCore} takes {@link io.meseta.master.core.MasterEvent}s and
 * answers with {@link io.meseta.master.core.MasterEffect}s. It is a router; the rules are in one
 * class per slice, which share the state of one term, {@link io.meseta.master.core.Cluster}:
 *
 * <pre>
 * who                 slice              what it decides
 * frameworks          Subscriptions      who may subscribe, when the welcome is sent
 *                     Frameworks         connection, failover timeout, the end
 *                     FrameworkUpdates   UPDATE_FRAMEWORK
 *                     Calls              which slice answers a call, and the status code
 * agents              Registrations      admission and return
 *                     AgentHoldings      what a returning agent still holds
 *                     Agents             pings, disconnect, unreachable
 *                     RemovalQueue       how fast silent agents become unreachable
 *                     GoneAgents         agents that an operator declares gone
 *                     Drains             deactivated and draining agents
 * operators           OperatorCalls      which slice answers a call, and the status code
 *                     OperatorOperations reservations and volumes that operators make
 *                     Maintenance        machines that are to go away, or are away
 *                     RolePolicies       weights and quotas
 * offers and tasks    Offers             open, rescind, time out, return
 *                     Launches           ACCEPT: validate, take from the offer, run
 *                     Tasks              status updates, acknowledgements, kills, removal
 *                     Reconciliation     what the master knows of a task
 * durability          RegistryWrites     what waits until a write has come back
 *                     Records            what the registry holds, or will hold
 *                     RegistryCleaning   what it may forget
 * </pre>
 *
 * <p>Lifecycles are tables ({@code AgentLifecycle}, {@code DrainLifecycle}, {@code
 * FrameworkLifecycle}, {@code TaskLifecycle}), and each kind of object changes its state in one
 * place that asks its table: what is illegal is an invariant broken, except where a peer reports
 * it, and there it is counted and ignored.
 *
 * <p>A handler first reaches its verdict, then changes state, then orders effects. Nothing that
 * depends on durability is told to anyone before {@code RegistryWritten}.
 */
@NullMarked
package io.meseta.master.core;

import org.jspecify.annotations.NullMarked;
