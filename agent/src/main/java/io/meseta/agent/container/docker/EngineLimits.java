package io.meseta.agent.container.docker;

import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import io.meseta.agent.container.ResourceLimits;

/** Limits of a container, as the engine is told them. */
final class EngineLimits {

  /** As the kernel says it of memory: the engine takes no other word for a container that runs. */
  static final long UNLIMITED_MEMORY = Long.MAX_VALUE - 4095;

  private static final long NO_QUOTA = -1;

  private EngineLimits() {}

  /** For a container that runs: what is not limited is said so, as it may be limited now. */
  static UpdateContainerCmd apply(ResourceLimits limits, UpdateContainerCmd update) {
    long memory = limits.memoryBytes().orElse(UNLIMITED_MEMORY);
    return update
        .withCpuShares(limits.cpuShares())
        .withCpuPeriod(ResourceLimits.CPU_PERIOD_MICROS)
        .withCpuQuota(limits.cpuQuotaMicros().orElse(NO_QUOTA))
        .withMemory(memory)
        .withMemorySwap(memory)
        .withMemoryReservation(limits.memoryReservationBytes().orElse(memory));
  }

  static void apply(ResourceLimits limits, HostConfig host) {
    host.withCpuShares(limits.cpuShares());
    limits
        .cpuQuotaMicros()
        .ifPresent(
            quota -> host.withCpuPeriod(ResourceLimits.CPU_PERIOD_MICROS).withCpuQuota(quota));
    // Equal to the memory limit: no swap.
    limits.memoryBytes().ifPresent(bytes -> host.withMemory(bytes).withMemorySwap(bytes));
    limits.memoryReservationBytes().ifPresent(host::withMemoryReservation);
    limits.oomScoreAdj().ifPresent(host::withOomScoreAdj);
  }
}
