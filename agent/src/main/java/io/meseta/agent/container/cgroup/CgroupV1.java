package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A control group of version 1: a directory for each controller. */
final class CgroupV1 extends CgroupSupport {

  /** Without these, nothing is limited. */
  static final List<String> REQUIRED = List.of("cpu", "memory");

  /** Those that are used where they are mounted. */
  static final List<String> USED = List.of("cpu", "cpuacct", "memory", "pids", "freezer");

  /** Of those that can list the processes, the first. */
  private static final List<String> TRACKING = List.of("pids", "freezer", "cpu");

  private static final String NO_LIMIT = "-1";

  private final Map<String, Path> directories;
  private final Path tracking;

  /** Of the directories that it has, by controller; controllers may share one. */
  CgroupV1(CgroupFiles files, Map<String, Path> directories) {
    super(files);
    this.directories = Map.copyOf(directories);
    this.tracking =
        TRACKING.stream()
            .filter(directories::containsKey)
            .map(this::directory)
            .findFirst()
            .orElseThrow();
  }

  @Override
  Path tracking() {
    return tracking;
  }

  @Override
  List<Path> directories() {
    return directories.values().stream().distinct().sorted().toList();
  }

  @Override
  public void create() throws IOException {
    for (Path directory : directories()) {
      files().ensureDirectory(directory);
    }
  }

  @Override
  public List<Path> joinedBy() {
    return directories().stream().map(directory -> directory.resolve(PROCESSES)).toList();
  }

  @Override
  public void limit(ResourceLimits limits, long maxProcesses) throws IOException {
    Path cpu = directory("cpu");
    files().write(cpu.resolve("cpu.shares"), Integer.toString(limits.cpuShares()));
    files()
        .write(cpu.resolve("cpu.cfs_period_us"), Long.toString(ResourceLimits.CPU_PERIOD_MICROS));
    files().write(cpu.resolve("cpu.cfs_quota_us"), text(limits.cpuQuotaMicros()));
    limitMemory(directory("memory"), text(limits.memoryBytes()));
    files()
        .write(
            directory("memory").resolve("memory.soft_limit_in_bytes"),
            text(limits.memoryReservationBytes()));
    if (directories.containsKey("pids")) {
      files().write(directory("pids").resolve("pids.max"), Long.toString(maxProcesses));
    }
  }

  /**
   * Memory with swap is never less than memory alone: which goes first depends on the direction.
   */
  private void limitMemory(Path memory, String limit) throws IOException {
    Path alone = memory.resolve("memory.limit_in_bytes");
    Path withSwap = memory.resolve("memory.memsw.limit_in_bytes");
    if (!Files.exists(withSwap)) {
      files().write(alone, limit);
      return;
    }
    try {
      files().write(alone, limit);
    } catch (IOException e) {
      try {
        files().write(withSwap, limit);
      } catch (IOException again) {
        again.addSuppressed(e);
        throw again;
      }
      files().write(alone, limit);
    }
    files().write(withSwap, limit);
  }

  private static String text(OptionalLong limit) {
    return limit.isPresent() ? Long.toString(limit.getAsLong()) : NO_LIMIT;
  }

  private Path directory(String controller) {
    Path directory = directories.get(controller);
    if (directory == null) {
      throw new IllegalStateException("no controller " + controller);
    }
    return directory;
  }

  @Override
  boolean canFreeze() {
    return directories.containsKey("freezer");
  }

  @Override
  void askToFreeze(boolean frozen) throws IOException {
    Path state = directory("freezer").resolve("freezer.state");
    if (Files.exists(state)) {
      files().write(state, frozen ? "FROZEN" : "THAWED");
    }
  }

  @Override
  boolean isFrozen() throws IOException {
    return files().read(directory("freezer").resolve("freezer.state")).equals("FROZEN");
  }

  @Override
  public long outOfMemoryKills() throws IOException {
    return counter(directory("memory").resolve("memory.oom_control"), "oom_kill");
  }

  @Override
  void beginToKill() throws IOException {
    if (directories.containsKey("pids")) {
      files().write(tracking.resolve("pids.max"), "0");
    }
  }

  @Override
  public Cgroup nested(String name) {
    return new NestedCgroup(this, tracking.resolve(name));
  }
}
