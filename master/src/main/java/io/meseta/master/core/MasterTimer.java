package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;

/** The timers of a master. Setting one with an equal key replaces it. */
public sealed interface MasterTimer {

  /** Time for the next regular allocation. */
  record AllocationInterval() implements MasterTimer {}

  /** Something became free or wanted: allocate as soon as the events at hand are handled. */
  record AllocateNow() implements MasterTimer {}

  /** Send the next heartbeat on this framework's stream. */
  record Heartbeat(FrameworkId framework) implements MasterTimer {}

  /** The framework has not come back in time. */
  record FailoverTimeout(FrameworkId framework) implements MasterTimer {}

  /** Ask the agent whether it is there, or count its silence. */
  record Ping(AgentId agent) implements MasterTimer {}

  /** An agent known from the registry has not come back since this master leads. */
  record ReregisterTimeout(AgentId agent) implements MasterTimer {}

  /** The next silent agent may become unreachable. */
  record RemovalPermit() implements MasterTimer {}

  /** Look for what the registry may forget. */
  record RegistryCleaning() implements MasterTimer {}

  /** The offer has not been answered in time. */
  record OfferTimeout(OfferId offer) implements MasterTimer {}

  /** The inverse offer has not been answered in time. */
  record InverseOfferTimeout(OfferId offer) implements MasterTimer {}
}
