package io.meseta.master.view;

import io.meseta.api.v1.AgentInfo;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.Optional;

/**
 * One agent at one moment.
 *
 * @param ip the address at which it is reached; its hostname as long as it has not said
 * @param used what its tasks hold
 * @param offered what open offers hold
 */
public record AgentView(
    AgentInfo info,
    Standing standing,
    String version,
    String ip,
    Instant registeredAt,
    Optional<Instant> reregisteredAt,
    Resources total,
    Resources used,
    Resources offered) {

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
