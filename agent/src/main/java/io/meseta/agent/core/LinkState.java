package io.meseta.agent.core;

/** How far the agent has come with the leading master. */
public enum LinkState {
  /** Nobody leads, as far as is known. */
  NO_LEADER,
  /** The last link failed; the next attempt is due in a moment. */
  WAITING,
  OPENING,
  /** Introduced itself, no answer yet. */
  REGISTERING,
  /** Part of the cluster. */
  REGISTERED,
  /** Has taken its leave, which the master has not answered yet by closing the link. */
  LEAVING,
  /** The master refused this agent for good, or the agent has left. */
  RETIRED
}
