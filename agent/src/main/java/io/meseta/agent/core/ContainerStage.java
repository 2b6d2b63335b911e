package io.meseta.agent.core;

/** What the agent knows of a task's container. */
enum ContainerStage {
  /** Its launch waits until the task's record is durable. */
  PARKED,
  /** Known from the journal only; the engine has not yet been asked what became of it. */
  IN_DOUBT,
  /** Launched or adopted by this run, which is owed its end. */
  ORDERED,
  /** As ORDERED, and it waits for the other containers of its group to be started with them. */
  PREPARED,
  /** Runs, as far as is known. */
  STARTED,
  /** Ended, or never came to be. */
  ENDED
}
