package io.meseta.master.view;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.DrainInfo;
import io.meseta.api.v1.allocator.InverseOfferStatus;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One agent at one moment.
 *
 * @param deactivated an operator wants no new tasks on it
 * @param degraded why it cannot take new tasks at the moment, as it says itself; empty if it can
 * @param draining while it is being drained or is drained
 * @param inverseOffers what frameworks have said last to the maintenance of its machine
 * @param ip the address at which it is reached; its hostname as long as it has not said
 * @param used what its tasks hold
 * @param offered what open offers hold
 */
public record AgentView(
    AgentInfo info,
    Standing standing,
    boolean deactivated,
    Optional<String> degraded,
    Optional<Draining> draining,
    List<InverseOfferStatus> inverseOffers,
    String version,
    String ip,
    Instant registeredAt,
    Optional<Instant> reregisteredAt,
    Resources total,
    Resources used,
    Resources offered) {

  /** Whether frameworks may be offered what is free there. */
  public boolean isActive() {
    return standing == Standing.CONNECTED && !deactivated;
  }

  /** Where it is reached, in the form that tools parse. */
  public String pid() {
    String host = ip.contains(":") ? "[" + ip + "]" : ip;
    return "slave(1)@" + host + ":" + info.getPort();
  }

  /** How far its draining is, and since when it lasts. */
  public record Draining(DrainInfo info, Instant since) {}

  /** Where the agent stands. */
  public enum Standing {
    /** Known from the registry, not yet back. */
    RECOVERED,
    CONNECTED,
    DISCONNECTED,
    UNREACHABLE,
    GONE
  }
}
