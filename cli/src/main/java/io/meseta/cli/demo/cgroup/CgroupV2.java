package io.meseta.cli.demo.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Version 2: one tree for all controllers. */
record CgroupV2(Path directory) implements Cgroup {

  private static final String NO_LIMIT = "max";

  @Override
  public Optional<CpuLimit> cpuLimit() throws IOException {
    List<String> quotaAndPeriod = CgroupFiles.words(cpuLimitFile());
    if (quotaAndPeriod.size() != 2) {
      throw new IOException(
          cpuLimitFile() + " should hold a quota and a period, not " + quotaAndPeriod);
    }
    if (quotaAndPeriod.get(0).equals(NO_LIMIT)) {
      return Optional.empty();
    }
    return Optional.of(
        new CpuLimit(
            CgroupFiles.number(cpuLimitFile(), quotaAndPeriod.get(0)),
            CgroupFiles.number(cpuLimitFile(), quotaAndPeriod.get(1))));
  }

  @Override
  public OptionalLong memoryLimitBytes() throws IOException {
    return limit(memoryLimitFile());
  }

  @Override
  public OptionalLong swapLimitBytes() throws IOException {
    Path file = directory.resolve("memory.swap.max");
    return Files.exists(file) ? limit(file) : OptionalLong.empty();
  }

  @Override
  public long cpuUsageNs() throws IOException {
    return CgroupFiles.field(directory.resolve("cpu.stat"), "usage_usec") * 1_000;
  }

  @Override
  public long throttledPeriods() throws IOException {
    return CgroupFiles.field(directory.resolve("cpu.stat"), "nr_throttled");
  }

  @Override
  public Path cpuLimitFile() {
    return directory.resolve("cpu.max");
  }

  @Override
  public Path memoryLimitFile() {
    return directory.resolve("memory.max");
  }

  private static OptionalLong limit(Path file) throws IOException {
    String text = Files.readString(file).strip();
    return text.equals(NO_LIMIT)
        ? OptionalLong.empty()
        : OptionalLong.of(CgroupFiles.number(file, text));
  }
}
