package io.meseta.master.registry;

/** How a registry write ended. Plain data. */
public sealed interface RegistryOutcome {

  /** All changes of the write are durable. */
  record Written() implements RegistryOutcome {}

  /**
   * Another master has begun its term: no later write of this term can succeed. What this write
   * wanted was either applied before the other's term began (the answer got lost on the way), and
   * then the other has recovered it, or never will be. The one right answer is to step down.
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
