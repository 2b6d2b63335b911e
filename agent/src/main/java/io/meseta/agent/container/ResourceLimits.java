package io.meseta.agent.container;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel is told to hold a task to.
 *
 * <p>The request is the limit, unless {@code TaskInfo.limits} raises it: CPU by a quota per period
 * of 100 ms, memory without swap. Floors and formulas are those of Mesos, so that a task behaves
 * the same here.
 *
 * @param cpuShares weight against other containers when CPU is short
 * @param cpuQuotaMicros per period; empty: not limited
 * @param memoryBytes empty: not limited
 * @param memoryReservationBytes what is kept for it when memory is short; empty: no other than the
 *     limit
 * @param oomScoreAdj set for one that may use more than it asked for, so that it goes first
 */
public record ResourceLimits(
    int cpuShares,
    OptionalLong cpuQuotaMicros,
    OptionalLong memoryBytes,
    OptionalLong memoryReservationBytes,
    OptionalInt oomScoreAdj) {

  /** In each, a quota is spent once. */
  public static final long CPU_PERIOD_MICROS = 100_000;

  private static final long MIN_CPU_QUOTA_MICROS = 1_000;
  private static final int MIN_CPU_SHARES = 2;
  private static final long MIB = 1024L * 1024;
  private static final long MIN_MEMORY_BYTES = 32 * MIB;

  /**
   * From what a task asks for.
   *
   * @param hostMemoryBytes of this machine
   * @throws IllegalArgumentException if it asks for what cannot be; the message tells the task's
   *     author what
   */
  public static ResourceLimits of(TaskInfo task, long hostMemoryBytes) {
    double cpus = sum(task, "cpus");
    double mem = sum(task, "mem");
    double cpuLimit = limit(task, "cpus", cpus);
    double memLimit = limit(task, "mem", mem);
    boolean memLimitNamed = task.containsLimits("mem");
    OptionalLong memory =
        Double.isInfinite(memLimit) ? OptionalLong.empty() : OptionalLong.of(memoryBytes(memLimit));
    OptionalInt oomScore =
        memLimitNamed && memLimit > mem
            ? OptionalInt.of(oomScoreAdj(mem * MIB, hostMemoryBytes))
            : OptionalInt.empty();
    return new ResourceLimits(
        Math.clamp((long) (1024 * cpus), MIN_CPU_SHARES, Integer.MAX_VALUE),
        Double.isInfinite(cpuLimit)
            ? OptionalLong.empty()
            : OptionalLong.of(
                Math.max(Math.round(CPU_PERIOD_MICROS * cpuLimit), MIN_CPU_QUOTA_MICROS)),
        memory,
        memLimitNamed ? OptionalLong.of(memoryBytes(mem)) : OptionalLong.empty(),
        oomScore);
  }

  /**
   * Whole GPUs.
   *
   * @throws IllegalArgumentException if it asks for a part of one
   */
  public static long gpus(TaskInfo task) {
    double gpus = sum(task, "gpus");
    if (gpus != Math.rint(gpus)) {
      throw new IllegalArgumentException("gpus is " + gpus + "; it must be a whole number");
    }
    return (long) gpus;
  }

  /** What a container may write by itself, in MiB: the disk that is no volume. */
  public static long diskMib(TaskInfo task) {
    double total = 0;
    for (Resource resource : task.getResourcesList()) {
      if (resource.getName().equals("disk") && !resource.hasDisk()) {
        total += resource.getScalar().getValue();
      }
    }
    return Math.round(total);
  }

  private static long memoryBytes(double mib) {
    return Math.max(Math.round(mib * MIB), MIN_MEMORY_BYTES);
  }

  private static int oomScoreAdj(double requestBytes, long hostMemoryBytes) {
    return Math.clamp(Math.round(1000 - 1000 * requestBytes / hostMemoryBytes), 0, 1000);
  }

  private static double sum(TaskInfo task, String name) {
    double total = 0;
    for (Resource resource : task.getResourcesList()) {
      if (resource.getName().equals(name)) {
        total += resource.getScalar().getValue();
      }
    }
    // Mesos keeps three decimals; this takes the noise of adding doubles away.
    return Math.round(total * 1000) / 1000.0;
  }

  private static double limit(TaskInfo task, String name, double request) {
    for (String limited : task.getLimitsMap().keySet()) {
      if (!limited.equals("cpus") && !limited.equals("mem")) {
        throw new IllegalArgumentException(
            "limits." + limited + " is not supported: only cpus and mem can be limited");
      }
    }
    if (!task.containsLimits(name)) {
      return request;
    }
    double limit = task.getLimitsOrThrow(name).getValue();
    if (Double.isNaN(limit) || limit < request) {
      throw new IllegalArgumentException(
          "limits." + name + " is " + limit + ", less than the " + request + " requested");
    }
    return limit;
  }
}
