package io.meseta.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.cli.demo.cgroup.Cgroup;
import io.meseta.cli.demo.cgroup.CgroupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsReportTest {

  @TempDir private Path root;

  @Test
  void whatWasAskedForStandsBesideWhatIsEnforced() throws Exception {
    LimitsReport report = new LimitsReport();

    report.add(DemoTask.BUSY, cgroup("50000 100000", "67108864", "0"));

    assertThat(report.text().lines())
        .startsWith(
            "TASK  ASKED FOR         KERNEL: CPU               KERNEL: MEMORY  SWAP",
            "busy  0.5 cpus, 64 MiB  0.5 (50000 of 100000 us)  64 MiB          0 MiB")
        .endsWith(root.resolve("cgroup/cpu.max").toString(), root + "/cgroup/memory.max");
  }

  @Test
  void eachLimitThatIsNotAsAskedForIsNamed() throws Exception {
    LimitsReport report = new LimitsReport();

    report.add(DemoTask.BUSY, cgroup("60000 100000", "max", "4096"));

    assertThatThrownBy(report::text)
        .isInstanceOf(DoesNotHoldException.class)
        .hasMessageContaining("no limit")
        .hasMessageContaining(
            "Not as asked for: the CPU of busy, the memory of busy, the swap space of busy.");
  }

  private Cgroup cgroup(String cpuMax, String memoryMax, String swapMax) throws IOException {
    write("proc/self/mountinfo", "1 2 0:1 / /cgroup rw - cgroup2 cgroup2 rw\n");
    write("proc/1/cgroup", "0::/\n");
    write("cgroup/cpu.max", cpuMax + "\n");
    write("cgroup/memory.max", memoryMax + "\n");
    write("cgroup/memory.swap.max", swapMax + "\n");
    return new CgroupReader(root).of(1);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
