package io.meseta.master.core;

/**
 * The life of an agent.
 *
 * <pre>
 * (new) ──► CONNECTED ◄──► DISCONNECTED ──► UNREACHABLE ──► CONNECTED
 *               └──────────────────────────────▲
 * RECOVERED ──► CONNECTED, or UNREACHABLE after the re-registration timeout
 * GONE is for ever: an agent of that state is refused.
 * </pre>
 */
enum AgentState {
  /** Known from the registry; has not come back to this master yet. */
  RECOVERED,
  /** Has a link and was welcomed on it. */
  CONNECTED,
  /** Its link has ended, or a returning agent's welcome waits for the registry. */
  DISCONNECTED,
  /** Was silent for too long; the registry says so. */
  UNREACHABLE,
  /** An operator declared it gone; the registry says so. */
  GONE
}
