package io.meseta.cli.demo.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits and counters of one process's cgroup. Every call reads the file again, so that a value
 * is never older than the call; it fails when the cgroup has gone, because the process has ended.
 */
public sealed interface Cgroup permits CgroupV1, CgroupV2 {

  /** The hard limit of CPU time; empty without a limit. */
  Optional<CpuLimit> cpuLimit() throws IOException;

  /** The hard limit of memory in bytes; empty without a limit. */
  OptionalLong memoryLimitBytes() throws IOException;

  /**
   * How much may be swapped out, in bytes: 0 for none. Empty without a limit, and on a kernel that
   * does not count swap.
   */
  OptionalLong swapLimitBytes() throws IOException;

  /** CPU time that the cgroup has used since it was made, of all its processes, in nanoseconds. */
  long cpuUsageNs() throws IOException;

  /** In how many periods its processes had to wait because the limit was used up. */
  long throttledPeriods() throws IOException;

  /** The file that {@link #cpuLimit} comes from. */
  Path cpuLimitFile();

  /** The file that {@link #memoryLimitBytes} comes from. */
  Path memoryLimitFile();
}
