package io.meseta.master.core;

/**
 * The life of a framework.
 *
 * <pre>
 * RECOVERED ──► CONNECTED ◄──► DISCONNECTED        any ──► removed (torn down or timed out)
 * </pre>
 */
enum FrameworkState {
  /** Known from the registry or from an agent; has not subscribed to this master yet. */
  RECOVERED,
  /** Has a stream. */
  CONNECTED,
  /** Its stream has ended; its failover timeout runs. */
  DISCONNECTED
}
