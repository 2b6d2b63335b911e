package io.meseta.agent.core;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckKind;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What has happened, as far as the agent is concerned. Every event carries its time. */
public sealed interface AgentEvent {

  Instant at();

  /**
   * The journal has been read. The first event of every run, and there is only one.
   *
   * @param runId unique per process; update ids and container ids are minted from it
   */
  record JournalRecovered(Instant at, String runId, String bootId, JournalSnapshot journal)
      implements AgentEvent {}

  /** A write ordered by {@link AgentEffect.WriteJournal} is durable. */
  record JournalWritten(Instant at, long sequence) implements AgentEvent {}

  /** The journal cannot be written: nothing new may be promised until a write succeeds again. */
  record JournalFailed(Instant at, long sequence, String reason) implements AgentEvent {}

  /** Another master leads now, at this address, or none does. */
  record LeaderChanged(Instant at, Optional<LeaderAddress> leader) implements AgentEvent {}

  /** A link to the master that {@link AgentEffect.OpenLink} named is open. */
  record LinkOpened(Instant at, long linkId) implements AgentEvent {}

  /** A link could not be opened, or has ended. */
  record LinkClosed(Instant at, long linkId, String reason) implements AgentEvent {}

  /** The master said something on this link. */
  record MasterMessageReceived(Instant at, long linkId, MasterMessage message)
      implements AgentEvent {}

  /**
   * Which containers of this agent exist, asked for by {@link AgentEffect.ObserveContainers}.
   *
   * @param kinds what this is about: containers of others may exist and are told on their own
   */
  record ContainersObserved(
      Instant at, Set<ContainerizerKind> kinds, List<ObservedContainer> containers)
      implements AgentEvent {}

  /** A launch has come this far. */
  record ContainerProgressed(Instant at, ContainerId container, ContainerPhase phase, String detail)
      implements AgentEvent {}

  /** A container of a group lacks nothing but its start: {@link AgentEffect.StartContainer}. */
  record ContainerPrepared(Instant at, ContainerId container) implements AgentEvent {}

  /** The container runs. */
  record ContainerStarted(Instant at, ContainerId container, StartedContainer started)
      implements AgentEvent {}

  /** The container could not be started, and nothing is left of it. */
  record ContainerLaunchFailed(
      Instant at, ContainerId container, ContainerPhase phase, String reason)
      implements AgentEvent {}

  /** The container has ended, and none of its processes is left. */
  record ContainerExited(Instant at, ContainerId container, ContainerExit exit)
      implements AgentEvent {}

  /** A question ordered by {@link AgentEffect.RunCheck} has been asked. */
  record CheckAnswered(
      Instant at, ContainerId container, CheckKind kind, long attempt, CheckAnswer answer)
      implements AgentEvent {}

  /** The container engine answers, or has stopped answering. */
  record EngineHealthChanged(Instant at, boolean healthy, String detail) implements AgentEvent {}

  /** A container uses more disk than its task may. May come again until the container has ended. */
  record DiskLimitExceeded(Instant at, ContainerId container, long usedBytes, long limitBytes)
      implements AgentEvent {}

  /** A timer set by {@link AgentEffect.SetTimer} fired. */
  record TimerFired(Instant at, AgentTimer timer) implements AgentEvent {}

  /**
   * An executor calls; answered by {@link AgentEffect.AnswerExecutor} or, once, by {@link
   * AgentEffect.OpenExecutor}.
   *
   * @param call names the exchange; of a SUBSCRIBE also the stream that it becomes
   */
  record ExecutorCalled(Instant at, long call, Call message) implements AgentEvent {}

  /** The event stream of an executor has ended. */
  record ExecutorDisconnected(Instant at, long connection) implements AgentEvent {}

  /** The operator has changed what the agent is configured with. */
  record ConfigurationChanged(Instant at, List<Attribute> attributes, List<Resource> resources)
      implements AgentEvent {}

  /**
   * The process is to stop, and everything on the agent is to end before.
   *
   * @param longestGrace what no task gets more than; empty: each its own
   */
  record StopOrdered(Instant at, Optional<Duration> longestGrace, Identity identity)
      implements AgentEvent {

    /** What the next process with the same work directory is. */
    public enum Identity {
      /** The same agent. */
      KEEP,
      /** Another one: all that this agent has written down is forgotten. */
      FORGET
    }
  }
}
