package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** A control group of version 2: one directory. */
final class CgroupV2 extends CgroupSupport {

  /** Without these, nothing is limited. */
  static final List<String> REQUIRED = List.of("cpu", "memory");

  /** Those that are used where the kernel has them. */
  static final List<String> USED = List.of("cpu", "memory", "pids");

  private static final long MIN_SHARES = 2;
  private static final long MAX_SHARES = 262_144;
  private static final long MAX_WEIGHT = 10_000;

  private final Path directory;

  CgroupV2(CgroupFiles files, Path directory) {
    super(files);
    this.directory = directory;
  }

  @Override
  Path tracking() {
    return directory;
  }

  @Override
  List<Path> directories() {
    return List.of(directory);
  }

  @Override
  public void create() throws IOException {
    files().ensureDirectory(directory);
  }

  @Override
  public void limit(ResourceLimits limits, long maxProcesses) throws IOException {
    write("cpu.weight", Long.toString(weight(limits.cpuShares())));
    write("cpu.max", text(limits.cpuQuotaMicros()) + " " + ResourceLimits.CPU_PERIOD_MICROS);
    write("memory.max", text(limits.memoryBytes()));
    if (Files.exists(directory.resolve("memory.swap.max"))) {
      write("memory.swap.max", limits.memoryBytes().isPresent() ? "0" : UNLIMITED);
    }
    write("memory.low", Long.toString(limits.memoryReservationBytes().orElse(0)));
    if (Files.exists(directory.resolve("pids.max"))) {
      write("pids.max", Long.toString(maxProcesses));
    }
  }

  /** Shares from 2 to 262144 as weights from 1 to 10000, as container runtimes do it. */
  static long weight(long shares) {
    long within = Math.clamp(shares, MIN_SHARES, MAX_SHARES);
    return 1 + (within - MIN_SHARES) * (MAX_WEIGHT - 1) / (MAX_SHARES - MIN_SHARES);
  }

  private static String text(OptionalLong limit) {
    return limit.isPresent() ? Long.toString(limit.getAsLong()) : UNLIMITED;
  }

  private void write(String file, String value) throws IOException {
    files().write(directory.resolve(file), value);
  }

  @Override
  public List<Path> joinedBy() {
    return List.of(directory.resolve(PROCESSES));
  }

  @Override
  boolean canFreeze() {
    return Files.exists(directory.resolve("cgroup.freeze"));
  }

  @Override
  void askToFreeze(boolean frozen) throws IOException {
    write("cgroup.freeze", frozen ? "1" : "0");
  }

  @Override
  boolean isFrozen() throws IOException {
    return counter(directory.resolve("cgroup.events"), "frozen") == 1;
  }

  @Override
  public long outOfMemoryKills() throws IOException {
    return counter(directory.resolve("memory.events"), "oom_kill");
  }

  @Override
  void beginToKill() throws IOException {
    if (Files.exists(directory.resolve("cgroup.kill"))) {
      write("cgroup.kill", "1");
    } else if (Files.exists(directory.resolve("pids.max"))) {
      // A kernel before 5.14.
      write("pids.max", "0");
    }
  }

  /**
   * The outer group hands on no controllers, so that it may have processes and groups side by side.
   */
  @Override
  public Cgroup nested(String name) {
    return new NestedCgroup(this, directory.resolve(name));
  }
}
