package io.meseta.agent.container;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a container ended.
 *
 * @param exitCode as the engine reports it (128 + n for signal n); empty when nobody knows it any
 *     more, because the container vanished
 * @param outOfMemory the kernel killed it for memory beyond its limit
 * @param memoryLimitBytes the limit that was in force
 * @param detail one sentence for people; may be empty
 * @param fault why the agent could not go on with the container and removed it, if that is how it
 *     ended; nothing else is known then
 */
public record ContainerExit(
    OptionalInt exitCode,
    boolean outOfMemory,
    OptionalLong memoryLimitBytes,
    String detail,
    Optional<String> fault) {

  /** An end that is not the agent's fault. */
  public ContainerExit(
      OptionalInt exitCode, boolean outOfMemory, OptionalLong memoryLimitBytes, String detail) {
    this(exitCode, outOfMemory, memoryLimitBytes, detail, Optional.empty());
  }

  /** The agent failed; the container has been removed, whatever it was doing. */
  public static ContainerExit ofFault(String fault) {
    return new ContainerExit(
        OptionalInt.empty(), false, OptionalLong.empty(), "", Optional.of(fault));
  }
}
