package io.meseta.agent.core;

/** How far an executor has come. */
public enum ExecutorState {
  /** Its container is being launched, or runs, and it has not subscribed yet. */
  REGISTERING,
  /** It has subscribed, though it may be disconnected just now. */
  RUNNING,
  /** It is to end: asked to first, and by force after its grace period. */
  TERMINATING,
  /** Nothing of it is left. */
  TERMINATED
}
