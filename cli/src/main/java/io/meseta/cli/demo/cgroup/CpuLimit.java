package io.meseta.cli.demo.cgroup;

/**
 * So much CPU time in each period, both in microseconds; the quota may be longer than the period,
 * for more than one CPU.
 */
public record CpuLimit(long quotaUs, long periodUs) {

  public CpuLimit {
    if (quotaUs <= 0 || periodUs <= 0) {
      throw new IllegalArgumentException(
          "A CPU limit has a positive quota and period, not " + quotaUs + " in " + periodUs);
    }
  }

  /** In thousandths of a CPU. */
  public long milliCpus() {
    return quotaUs * 1_000 / periodUs;
  }
}
