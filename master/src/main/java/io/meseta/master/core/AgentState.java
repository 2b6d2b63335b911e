package io.meseta.master.core;

/** Where an agent stands; {@link AgentLifecycle} has the transitions. */
enum AgentState {
  /** Known from the registry; has not come back to this master yet. */
  RECOVERED,
  /** Has a link and was welcomed on it. */
  CONNECTED,
  /** Its link has ended. */
  DISCONNECTED,
  /** Was silent for too long; the registry says so. */
  UNREACHABLE,
  /** An operator declared it gone; the registry says so. */
  GONE
}
