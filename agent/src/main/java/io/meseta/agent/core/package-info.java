/**
 * The agent's logic: a passive state machine that knows no thread, clock, socket, file or engine.
 *
 * <p>{@link io.meseta.agent.core.AgentCore} takes {@link io.meseta.agent.core.AgentEvent}s and
 * answers with {@link io.meseta.agent.core.AgentEffect}s.
 *
 * <pre>
 * RunTask ─► journal ─► LaunchContainer ─► (pull ► create ► start) ─► ContainerStarted
 *         ─► update appended ─► journal ─► SendToMaster(StatusUpdate), SetTimer(resend)
 * group   ─► LaunchContainer for each ─► ContainerPrepared of all ─► StartContainer for each
 * Ack     ─► head of the stream matches? ─► journal ─► CancelTimer(resend), next update
 * </pre>
 *
 * <p>Where to look: the way to the master in {@code MasterLink} and {@code Registration}; what the
 * master orders in {@code MasterMessages}, {@code Launches}, {@code Kills} and {@code Draining};
 * what the containerizer tells in {@code Containers}, and what an end means in {@code
 * ContainerEnds}; the lifecycles as tables in {@code TaskTransitions} and {@code
 * ContainerLifecycle}; delivery in {@code StatusUpdateStreams}; durability in {@code
 * JournalWriter}; a restart in {@code Recovery}; the end of the agent in {@code Retirement}.
 *
 * <p>Executors of frameworks: what the master orders for them in {@code ExecutorLaunches}, what
 * they say in {@code ExecutorCalls}, their tasks in {@code ExecutorTasks}, their containers in
 * {@code ExecutorContainers}, their end in {@code ExecutorShutdowns}; groups that the agent runs
 * itself in {@code Groups} and {@code EndedTasks}.
 */
@NullMarked
package io.meseta.agent.core;

import org.jspecify.annotations.NullMarked;
