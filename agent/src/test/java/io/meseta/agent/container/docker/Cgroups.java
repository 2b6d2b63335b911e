package io.meseta.agent.container.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the kernel itself says a process is held to, under cgroups of either version. */
final class Cgroups {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final List<String> memberships;

  Cgroups(int pid) throws IOException {
    this.memberships = Files.readAllLines(Path.of("/proc", Integer.toString(pid), "cgroup"));
  }

  boolean isUnified() {
    return Files.exists(ROOT.resolve("cgroup.controllers"));
  }

  /** A file of a controller, such as {@code memory} and {@code memory.limit_in_bytes}. */
  String read(String controller, String file) throws IOException {
    for (String membership : memberships) {
      String[] parts = membership.split(":", 3);
      String path = parts[2].substring(1);
      if (isUnified() && parts[1].isEmpty()) {
        return Files.readString(ROOT.resolve(path).resolve(file)).strip();
      }
      if (Arrays.asList(parts[1].split(",", -1)).contains(controller)) {
        return Files.readString(ROOT.resolve(parts[1]).resolve(path).resolve(file)).strip();
      }
    }
    throw new IOException("no cgroup with " + controller + " in " + memberships);
  }

  /** CPU time per 100 ms, in microseconds; -1: no limit. */
  long cpuQuotaMicros() throws IOException {
    if (!isUnified()) {
      return Long.parseLong(read("cpu", "cpu.cfs_quota_us"));
    }
    String quota = read("cpu", "cpu.max").split(" ", -1)[0];
    return quota.equals("max") ? -1 : Long.parseLong(quota);
  }

  /** Weight against other groups, as this kernel keeps it. */
  long cpuShares() throws IOException {
    return Long.parseLong(isUnified() ? read("cpu", "cpu.weight") : read("cpu", "cpu.shares"));
  }

  /** Shares of a CPU as this kernel keeps them: under version 2 as a weight from 1 to 10000. */
  long asKept(long shares) {
    return isUnified() ? 1 + (shares - 2) * 9999 / 262142 : shares;
  }

  /** What is kept for it when memory is short. */
  long memoryReservationBytes() throws IOException {
    return Long.parseLong(
        isUnified() ? read("memory", "memory.low") : read("memory", "memory.soft_limit_in_bytes"));
  }

  /** The processes and threads that are in the group. */
  int tasks() throws IOException {
    return Integer.parseInt(read("pids", "pids.current"));
  }

  /** Whether the limit of processes has held one back. */
  boolean wasRefusedAFork() throws IOException {
    return !read("pids", "pids.events").equals("max 0");
  }

  /** CPU time that all processes of the group together have used so far. */
  long cpuUsedNanos() throws IOException {
    if (!isUnified()) {
      return Long.parseLong(read("cpuacct", "cpuacct.usage"));
    }
    return cpuStat("usage_usec") * 1_000;
  }

  /** A counter of {@code cpu.stat}. */
  long cpuStat(String name) throws IOException {
    return read("cpu", "cpu.stat")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException("cpu.stat has no " + name));
  }

  /** Memory; a very great number: no limit. */
  long memoryBytes() throws IOException {
    String text = read("memory", isUnified() ? "memory.max" : "memory.limit_in_bytes");
    return text.equals("max") ? Long.MAX_VALUE : Long.parseLong(text);
  }

  /** Swap that may be used beyond the memory. */
  long swapBytes() throws IOException {
    if (isUnified()) {
      return Long.parseLong(read("memory", "memory.swap.max"));
    }
    return Long.parseLong(read("memory", "memory.memsw.limit_in_bytes")) - memoryBytes();
  }

  /** Whether the kernel accounts for swap at all. */
  boolean hasSwapAccounting() {
    try {
      return swapBytes() >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
