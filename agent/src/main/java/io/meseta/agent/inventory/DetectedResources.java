package io.meseta.agent.inventory;

import io.meseta.common.resources.Resources;
import java.util.Locale;

/**
 * What an agent offers of its machine unless its operator says otherwise: as Mesos does, some
 * memory and disk are left to the machine itself.
 *
 * @param milliCpus thousandths of a CPU
 * @param memMib for tasks
 * @param diskMib for tasks, on the file system of the work directory
 * @param firstPort of the ports for tasks
 * @param lastPort of the ports for tasks, itself one of them
 * @param gpus whole ones
 */
public record DetectedResources(
    long milliCpus, long memMib, long diskMib, int firstPort, int lastPort, int gpus) {

  private static final long MIB = 1024L * 1024;
  private static final long MEM_KEPT_MIB = 1024;
  private static final long DISK_KEPT_MIB = 5 * 1024;
  private static final int FIRST_PORT = 31000;
  private static final int LAST_PORT = 32000;

  /** What is left for tasks on such a machine. */
  public static DetectedResources of(Machine machine) {
    return new DetectedResources(
        machine.cpus() * 1000L,
        withoutKept(machine.memoryBytes() / MIB, MEM_KEPT_MIB),
        withoutKept(machine.diskBytes() / MIB, DISK_KEPT_MIB),
        FIRST_PORT,
        LAST_PORT,
        machine.gpus());
  }

  /** The same as resources; without GPUs there is nothing of that name. */
  public Resources toResources() {
    return Resources.of(
        String.format(
            Locale.ROOT,
            "cpus:%d.%03d;mem:%d;disk:%d;ports:[%d-%d]%s",
            milliCpus / 1000,
            milliCpus % 1000,
            memMib,
            diskMib,
            firstPort,
            lastPort,
            gpus > 0 ? ";gpus:" + gpus : ""));
  }

  /** A part is kept for the machine; of one that has little more than that, half. */
  private static long withoutKept(long total, long kept) {
    return total >= 2 * kept ? total - kept : total / 2;
  }
}
