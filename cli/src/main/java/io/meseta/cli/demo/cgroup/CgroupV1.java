package io.meseta.cli.demo.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Version 1: each controller has a tree of its own. */
record CgroupV1(Path cpu, Path cpuAccounting, Path memory) implements Cgroup {

  /** The kernel writes "no limit" as the greatest multiple of a page that it can count. */
  private static final long NO_LIMIT_FROM = 1L << 62;

  @Override
  public Optional<CpuLimit> cpuLimit() throws IOException {
    long quotaUs = CgroupFiles.number(cpuLimitFile());
    if (quotaUs < 0) {
      return Optional.empty();
    }
    return Optional.of(new CpuLimit(quotaUs, CgroupFiles.number(cpu.resolve("cpu.cfs_period_us"))));
  }

  @Override
  public OptionalLong memoryLimitBytes() throws IOException {
    return limit(CgroupFiles.number(memoryLimitFile()));
  }

  @Override
  public OptionalLong swapLimitBytes() throws IOException {
    Path both = memory.resolve("memory.memsw.limit_in_bytes");
    if (!Files.exists(both)) {
      return OptionalLong.empty();
    }
    OptionalLong memoryAndSwap = limit(CgroupFiles.number(both));
    OptionalLong memoryOnly = memoryLimitBytes();
    return memoryAndSwap.isPresent() && memoryOnly.isPresent()
        ? OptionalLong.of(memoryAndSwap.getAsLong() - memoryOnly.getAsLong())
        : OptionalLong.empty();
  }

  @Override
  public long cpuUsageNs() throws IOException {
    return CgroupFiles.number(cpuAccounting.resolve("cpuacct.usage"));
  }

  @Override
  public long throttledPeriods() throws IOException {
    return CgroupFiles.field(cpu.resolve("cpu.stat"), "nr_throttled");
  }

  @Override
  public Path cpuLimitFile() {
    return cpu.resolve("cpu.cfs_quota_us");
  }

  @Override
  public Path memoryLimitFile() {
    return memory.resolve("memory.limit_in_bytes");
  }

  private static OptionalLong limit(long bytes) {
    return bytes >= NO_LIMIT_FROM ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}
