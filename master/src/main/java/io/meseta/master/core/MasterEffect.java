package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.allocation.Explained;
import io.meseta.master.registry.RegistryChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the master's core orders the outside to do. */
public sealed interface MasterEffect {

  /** Answer a call. An empty message with 202 is an empty answer; others are plain text. */
  record Reply(long exchange, int status, String message) implements MasterEffect {}

  /** Answer somebody who asked why. */
  record TellExplanation(long exchange, Instant at, Explained explained) implements MasterEffect {}

  /** Answer a SUBSCRIBE with 200 and an event stream of this id. */
  record OpenStream(long exchange, String streamId) implements MasterEffect {}

  /** Send an event on a stream. Dropped when the stream has ended. */
  record SendToFramework(String streamId, Event event) implements MasterEffect {}

  /** End a stream cleanly, after everything sent on it. */
  record CloseStream(String streamId) implements MasterEffect {}

  /** Say something on a link. Dropped when the link has ended. */
  record SendToAgent(long linkId, MasterMessage message) implements MasterEffect {}

  /** End a link, after everything sent on it. */
  record CloseLink(long linkId, String reason) implements MasterEffect {}

  /** Make these changes durable, all or none; answered by RegistryWriteEnded. */
  record WriteRegistry(long writeId, List<RegistryChange> changes) implements MasterEffect {}

  record SetTimer(MasterTimer timer, Duration after) implements MasterEffect {}

  record CancelTimer(MasterTimer timer) implements MasterEffect {}

  /** The core has taken over from the registry: publish this as the leader. */
  record PublishLeadership(MasterInfo self) implements MasterEffect {}

  /** This master must not act any longer: give up leadership and contend again. */
  record StepDown(String reason) implements MasterEffect {}

  /** Every timer, stream and link of the term that has ended is to be dropped. */
  record DropEverything(String reason) implements MasterEffect {}
}
