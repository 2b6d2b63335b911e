package io.meseta.master.core;

import static io.meseta.master.core.AgentState.CONNECTED;
import static io.meseta.master.core.AgentState.DISCONNECTED;
import static io.meseta.master.core.AgentState.GONE;
import static io.meseta.master.core.AgentState.RECOVERED;
import static io.meseta.master.core.AgentState.UNREACHABLE;

import io.meseta.common.runtime.LifecycleTable;

/**
 * The life of an agent, as a table.
 *
 * <pre>
 * RECOVERED    ─► CONNECTED     it came back to the new leader, or is new and is let in
 *              ─► UNREACHABLE   it did not come back in time
 * CONNECTED    ─► DISCONNECTED  its link ended
 *              ─► UNREACHABLE   it did not answer its pings, although it has a link
 * DISCONNECTED ─► CONNECTED     it opened a new link
 *              ─► UNREACHABLE   it did not, in time
 * UNREACHABLE  ─► CONNECTED     it is back
 * each of them ─► GONE          an operator says so; GONE absorbs: such an agent is refused
 * </pre>
 *
 * <p>A new link in place of a living one is no transition: the agent stays CONNECTED. Unreachable
 * and gone agents are forgotten in the end, which is not a state ({@link RegistryCleaning}).
 */
final class AgentLifecycle {

  static final LifecycleTable<AgentState> TABLE =
      LifecycleTable.named("agent", AgentState.class)
          .allow(RECOVERED, CONNECTED, UNREACHABLE, GONE)
          .allow(CONNECTED, DISCONNECTED, UNREACHABLE, GONE)
          .allow(DISCONNECTED, CONNECTED, UNREACHABLE, GONE)
          .allow(UNREACHABLE, CONNECTED, GONE)
          .build();

  private AgentLifecycle() {}
}
