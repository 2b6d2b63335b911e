package io.meseta.agent.container;

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
 */
public record ContainerExit(
    OptionalInt exitCode, boolean outOfMemory, OptionalLong memoryLimitBytes, String detail) {}
