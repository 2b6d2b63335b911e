/**
 * The agent's logic: a passive state machine that knows no thread, clock, socket, file or engine.
 *
 * <p>{@link io.meseta.agent.core.AgentCore} takes {@link io.meseta.agent.core.AgentEvent}s and
 * answers with {@link io.meseta.agent.core.AgentEffect}s.
 *
 * <pre>
 * RunTask ─► journal ─► LaunchContainer ─► (pull ► create ► start) ─► ContainerStarted
 *         ─► update appended ─► journal ─► SendToMaster(StatusUpdate), SetTimer(resend)
 * Ack     ─► head of the stream matches? ─► journal ─► CancelTimer(resend), next update
 * </pre>
 */
@NullMarked
package io.meseta.agent.core;

import org.jspecify.annotations.NullMarked;
