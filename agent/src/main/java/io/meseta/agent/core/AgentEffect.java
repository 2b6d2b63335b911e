package io.meseta.agent.core;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.health.CheckRequest;
import io.meseta.agent.journal.JournalChange;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.List;

/** What the agent's core orders the outside to do. */
public sealed interface AgentEffect {

  /** Open a link to this master; answered by LinkOpened or LinkClosed with the same id. */
  record OpenLink(long linkId, LeaderAddress leader) implements AgentEffect {}

  /** End a link; what has not been sent on it is dropped. */
  record CloseLink(long linkId) implements AgentEffect {}

  /** Say something on a link. Dropped when the link has ended. */
  record SendToMaster(long linkId, AgentMessage message) implements AgentEffect {}

  /**
   * Make these changes durable, all or none; answered by JournalWritten or JournalFailed.
   *
   * <p>Several writes may be in flight. They become durable in the order of their sequences: after
   * a failed one every later one fails too, until the failed one has been ordered again, under its
   * old sequence, and has succeeded.
   */
  record WriteJournal(long sequence, List<JournalChange> changes) implements AgentEffect {}

  /**
   * Look which containers of this agent exist; answered by ContainersObserved, by each
   * containerizer on its own, once its engine answers.
   */
  record ObserveContainers(AgentId agent) implements AgentEffect {}

  /**
   * Pull, create and start; answered by ContainerStarted or ContainerLaunchFailed. The container of
   * a group's task is not started before {@link StartContainer}: ContainerPrepared tells that
   * nothing else is left to be done.
   */
  record LaunchContainer(ContainerSpec spec) implements AgentEffect {}

  /** Start a prepared container; answered as its launch. */
  record StartContainer(ContainerId container) implements AgentEffect {}

  /**
   * Go on with a container that an earlier process of this agent started: follow its logs and tell
   * its end.
   */
  record AdoptContainer(ContainerSpec spec) implements AgentEffect {}

  /**
   * Ask the container to end, and end it by force after the grace period. A launch under way is
   * given up. Answered by ContainerExited or ContainerLaunchFailed, as ever.
   */
  record KillContainer(ContainerId container, Duration grace) implements AgentEffect {}

  /** Remove what is left of an ended or unknown container. Not answered; repeating is harmless. */
  record RemoveContainer(ContainerId container) implements AgentEffect {}

  /**
   * Make the directories of new persistent volumes, empty. Not answered: one that is missing is
   * made when a container needs it. Repeating is harmless.
   */
  record CreateVolumes(List<MadeVolume> volumes) implements AgentEffect {}

  /** Delete persistent volumes and what is in them. Not answered. */
  record RemoveVolumes(List<Resource> volumes) implements AgentEffect {}

  /**
   * Do what an earlier process may have left undone: these are the persistent volumes of this
   * agent. Directories that are not made yet are made, and those of its volumes that were destroyed
   * are deleted. Ordered at the start, before any container. Not answered.
   *
   * @param disks all that it is configured with, which says where directories may be
   */
  record KeepVolumes(AgentId agent, List<MadeVolume> volumes, List<Resource> disks)
      implements AgentEffect {}

  /** Ask a running task; answered by CheckAnswered, within the timeout. */
  record RunCheck(CheckRequest request) implements AgentEffect {}

  record SetTimer(AgentTimer timer, Duration after) implements AgentEffect {}

  record CancelTimer(AgentTimer timer) implements AgentEffect {}

  /** The agent cannot go on: it was marked gone. The process tells the operator and ends. */
  record Terminate(String reason) implements AgentEffect {}

  /**
   * The container may use other amounts now: those of this description, which is sized as that of
   * its launch was. Not answered; one that comes during the launch counts from the start on.
   */
  record UpdateContainer(ContainerId container, TaskInfo sized) implements AgentEffect {}

  /** Answers a call of an executor; an empty message: no body. */
  record AnswerExecutor(long call, int status, String message) implements AgentEffect {}

  /** Answers a SUBSCRIBE of an executor with an event stream; it bears the name of the call. */
  record OpenExecutor(long call) implements AgentEffect {}

  /** Says something on the stream of an executor. Dropped when the stream has ended. */
  record SendToExecutor(long connection, Event event) implements AgentEffect {}

  /** Ends a stream after what was said on it. */
  record CloseExecutor(long connection) implements AgentEffect {}
}
