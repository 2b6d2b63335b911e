package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.HostConfig;
import io.meseta.agent.container.ResourceLimits;

/** Limits of a container, as the engine is told them. */
final class EngineLimits {

  private EngineLimits() {}

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
