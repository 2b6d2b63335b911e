package io.meseta.master.core;

import static io.meseta.master.core.FrameworkState.COMPLETED;
import static io.meseta.master.core.FrameworkState.CONNECTED;
import static io.meseta.master.core.FrameworkState.DISCONNECTED;
import static io.meseta.master.core.FrameworkState.RECOVERED;

import io.meseta.common.runtime.LifecycleTable;

/**
 * The life of a framework, as a table.
 *
 * <pre>
 * RECOVERED    ─► CONNECTED     it subscribed to the new leader
 *              ─► COMPLETED     it did not, in time; or an operator tore it down
 * CONNECTED    ─► DISCONNECTED  its stream ended
 *              ─► COMPLETED     it was torn down
 * DISCONNECTED ─► CONNECTED     it is back, or is new and is welcomed
 *              ─► COMPLETED     its failover timeout has passed, or it was torn down
 * </pre>
 *
 * <p>A new instance that takes the place of a connected one is no transition: the framework stays
 * CONNECTED. COMPLETED absorbs.
 */
final class FrameworkLifecycle {

  static final LifecycleTable<FrameworkState> TABLE =
      LifecycleTable.named("framework", FrameworkState.class)
          .allow(RECOVERED, CONNECTED, COMPLETED)
          .allow(CONNECTED, DISCONNECTED, COMPLETED)
          .allow(DISCONNECTED, CONNECTED, COMPLETED)
          .build();

  private FrameworkLifecycle() {}
}
