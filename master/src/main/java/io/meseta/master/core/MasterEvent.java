package io.meseta.master.core;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.acl.Authorizer;
import io.meseta.master.allocation.Question;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import java.time.Instant;
import java.util.Optional;

/** What has happened, as far as the master is concerned. Every event carries its time. */
public sealed interface MasterEvent {

  Instant at();

  /**
   * This master leads, and the registry has been read.
   *
   * @param self what is published; its id is new in each term, because every id that the master
   *     mints begins with it
   */
  record LeadershipGained(Instant at, MasterInfo self, RegistrySnapshot registry)
      implements MasterEvent {}

  /** This master leads no more. Another one may do so already. */
  record LeadershipLost(Instant at, String reason) implements MasterEvent {}

  /**
   * A well-formed call of the scheduler API.
   *
   * @param exchange names the HTTP exchange that waits for the answer
   * @param newStreamId random, made by the edge; used if the call is a SUBSCRIBE
   * @param streamId the {@code Mesos-Stream-Id} header of the request
   * @param principal who is authenticated; empty without authentication
   */
  record CallReceived(
      Instant at,
      long exchange,
      String newStreamId,
      Optional<String> streamId,
      Optional<String> principal,
      Call call)
      implements MasterEvent {}

  /**
   * A well-formed call of the operator API that the core has to answer.
   *
   * @param exchange names the HTTP exchange that waits for the answer
   */
  record OperatorCallReceived(Instant at, long exchange, io.meseta.api.v1.master.Call call)
      implements MasterEvent {}

  /**
   * Somebody wants to know why a framework or the frameworks of a role are not offered more.
   *
   * @param framework its id or its name; if there is none, the role of the question is meant
   */
  record ExplanationAsked(Instant at, long exchange, Optional<String> framework, Question question)
      implements MasterEvent {}

  /** Who may do what has changed: it holds for what is asked from now on. */
  record AccessListsChanged(Instant at, Authorizer authorizer) implements MasterEvent {}

  /** The client of a parked call went away before it was answered. */
  record ExchangeClosed(Instant at, long exchange) implements MasterEvent {}

  /** An event stream has ended: the client left, or was too slow, or we closed it. */
  record StreamClosed(Instant at, String streamId, String reason) implements MasterEvent {}

  /** An agent said something on this link. */
  record AgentMessageReceived(Instant at, long linkId, AgentMessage message)
      implements MasterEvent {}

  /** An agent's link has ended. */
  record LinkClosed(Instant at, long linkId, String reason) implements MasterEvent {}

  /**
   * A write ordered by {@link MasterEffect.WriteRegistry} has come back. In order of the orders.
   */
  record RegistryWriteEnded(Instant at, long writeId, RegistryOutcome outcome)
      implements MasterEvent {}

  /** A timer set by {@link MasterEffect.SetTimer} fired. */
  record TimerFired(Instant at, MasterTimer timer) implements MasterEvent {}
}
