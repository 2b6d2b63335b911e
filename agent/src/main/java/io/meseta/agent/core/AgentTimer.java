package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.health.CheckKind;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;

/** The timers of an agent. Setting one with an equal key replaces it. */
public sealed interface AgentTimer {

  /** Open a link again after the last one failed. */
  record Reconnect() implements AgentTimer {}

  /** Nothing has been heard from the master for too long. */
  record MasterSilent(long linkId) implements AgentTimer {}

  /** The update at the head of this task's stream has not been acknowledged. */
  record ResendUpdate(FrameworkId framework, TaskId task) implements AgentTimer {}

  /** The end of this operation has not been acknowledged. */
  record ResendOperation(ByteString operation) implements AgentTimer {}

  /** Look at the containers again. */
  record ObserveContainers() implements AgentTimer {}

  /** A task has used up its {@code max_completion_time}. */
  record CompletionTimeReached(ContainerId container) implements AgentTimer {}

  /** Ask a task again. */
  record CheckDue(ContainerId container, CheckKind kind) implements AgentTimer {}

  /** Try the journal again after a write failed. */
  record RetryJournal() implements AgentTimer {}

  /** An executor has to have subscribed, to be back, or to have ended; which, its state says. */
  record ExecutorOverdue(ContainerId container) implements AgentTimer {}

  /** An executor has to hear something, so that nobody between takes the connection for dead. */
  record ExecutorHeartbeat(ContainerId container) implements AgentTimer {}

  /** The tasks of an executor were to have ended, as the agent is drained. */
  record ExecutorDrainOverdue(ContainerId container) implements AgentTimer {}

  /** A task inside an executor has used up its {@code max_completion_time}. */
  record TaskTimeReached(FrameworkId framework, TaskId task) implements AgentTimer {}
}
