package io.meseta.common.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the connections of one server share. */
final class ServerContext {
  final HttpServerOptions options;
  final Router router;
  final ServerCounters counters = new ServerCounters();
  final MemoryBudget memory;
  final PeerLog peerLog = new PeerLog(PeerLog.PERIOD, System::nanoTime);
  final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  ServerContext(HttpServerOptions options, Router router) {
    this.options = options;
    this.router = router;
    this.memory = new MemoryBudget(options.limits().maxBufferedBytes());
  }

  /** Whether connections are to end with the answer that they are at. */
  boolean isStopping() {
    return stopping;
  }

  void beginStopping() {
    stopping = true;
  }
}
