package io.meseta.master.core;

/** Where a framework stands; {@link FrameworkLifecycle} has the transitions. */
enum FrameworkState {
  /** Known from the registry or from an agent; has not subscribed to this master yet. */
  RECOVERED,
  /** Has a stream. */
  CONNECTED,
  /** Its stream has ended; its failover timeout runs. */
  DISCONNECTED,
  /** Torn down or timed out; the registry says so. Its id is refused from now on. */
  COMPLETED
}
