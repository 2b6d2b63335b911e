package io.meseta.master.core;

/** How far the draining of an agent is; {@link DrainLifecycle} has the transitions. */
enum DrainStage {
  /** Nobody wants it drained. */
  NONE,
  /** Its tasks are ended, and no new ones come. */
  DRAINING,
  /** Nothing is left on it; it stays deactivated. */
  DRAINED
}
