package io.meseta.master.registry;

/** How a registry write ended. Plain data. */
public sealed interface RegistryOutcome {

  /** All changes of the write are durable. */
  record Written() implements RegistryOutcome {}

  /**
   * Another master leads: nothing of this write was or will be applied, and no later write of this
   * term can succeed. The one right answer is to step down.
   */
  record Fenced() implements RegistryOutcome {}

  /**
   * The write could not be finished in time, or was refused.
   *
   * <p>When the cause was a lost connection, nobody can tell whether the changes were applied. A
   * leader treats what it wanted to store as unknown: it steps down and recovers, or writes the
   * same again.
   *
   * @param reason for the log and the operator: what failed and what to look at
   */
  record Failed(String reason) implements RegistryOutcome {}
}
