package io.meseta.master.registry;

/** How reading the whole registry ended. Plain data. */
public sealed interface RegistryRecovery {

  /** All that earlier terms have written. */
  record Recovered(RegistrySnapshot snapshot) implements RegistryRecovery {}

  /**
   * The registry could not be read, or holds something that this release does not understand. A
   * leader without it must not go on: it steps down.
   *
   * @param reason for the log and the operator
   */
  record Failed(String reason) implements RegistryRecovery {}
}
