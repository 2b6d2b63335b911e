package io.meseta.cli.demo;

import io.meseta.cli.console.TextTable;
import io.meseta.cli.demo.cgroup.Cgroup;
import io.meseta.cli.demo.cgroup.CpuLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What was asked for beside what the kernel enforces. */
final class LimitsReport {

  private static final long MIB = 1024L * 1024;

  private final TextTable table =
      new TextTable("TASK", "ASKED FOR", "KERNEL: CPU", "KERNEL: MEMORY", "SWAP");
  private final List<String> wrong = new ArrayList<>();
  private String files = "";

  /** Reads the limits of a task's container, and remembers those that are not as asked for. */
  void add(DemoTask task, Cgroup cgroup) throws IOException {
    Optional<CpuLimit> cpu = cgroup.cpuLimit();
    OptionalLong memory = cgroup.memoryLimitBytes();
    OptionalLong swap = cgroup.swapLimitBytes();
    table.row(
        task.name(),
        task.wants(),
        cpu.map(LimitsReport::text).orElse("no limit"),
        memory.isPresent() ? text(memory.getAsLong()) : "no limit",
        swap.isPresent() ? text(swap.getAsLong()) : "not counted");
    if (cpu.map(CpuLimit::milliCpus).orElse(-1L) != task.milliCpus()) {
      wrong.add("the CPU of " + task.name());
    }
    if (memory.orElse(-1) != task.memoryMiB() * MIB) {
      wrong.add("the memory of " + task.name());
    }
    if (swap.orElse(0) != 0) {
      wrong.add("the swap space of " + task.name());
    }
    files = cgroup.cpuLimitFile() + System.lineSeparator() + cgroup.memoryLimitFile();
  }

  /**
   * The table, for people.
   *
   * @throws DoesNotHoldException when a limit is not as asked for
   */
  String text() throws DoesNotHoldException {
    String lines = String.join(System.lineSeparator(), table.lines(0));
    if (!wrong.isEmpty()) {
      throw new DoesNotHoldException(
          lines + System.lineSeparator() + "Not as asked for: " + String.join(", ", wrong) + ".");
    }
    return lines
        + System.lineSeparator()
        + "Read from the kernel's files, the last ones were:"
        + System.lineSeparator()
        + files;
  }

  private static String text(CpuLimit limit) {
    return "%s (%d of %d us)"
        .formatted(DemoTask.cpusText(limit.milliCpus()), limit.quotaUs(), limit.periodUs());
  }

  private static String text(long bytes) {
    return bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes + " B";
  }
}
