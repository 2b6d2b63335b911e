package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.cgroup.CgroupStatistics;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ResourceStatistics;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was granted is what the kernel enforces. Needs control groups of version 1. */
@Tag("alone")
class ProcessLimitsIT {

  private static final Path TREES = Path.of("/sys/fs/cgroup");
  private static final long MIB = 1L << 20;
  private static final String UNLIMITED_MEMORY = "9223372036854771712";

  @TempDir Path workDir;
  private Processes processes;

  @BeforeEach
  void open() {
    Assumptions.assumeTrue(Files.exists(TREES.resolve("memory/memory.limit_in_bytes")));
    processes = new Processes(workDir).start();
  }

  @AfterEach
  void close() throws IOException {
    if (processes != null) {
      processes.close();
    }
  }

  // An empty limit: none is named. Amounts of memory in MB, of the quota in microseconds.
  @ParameterizedTest
  @CsvSource({
    "0.1, 32, , , 102, 10000, 32, ",
    "0.5, 64, , , 512, 50000, 64, ",
    "1, 128, , , 1024, 100000, 128, ",
    "1.5, 256, , , 1536, 150000, 256, ",
    "2.25, 100.5, , , 2304, 225000, 100.5, ",
    "0.001, 64, , , 2, 1000, 64, ",
    "0.005, 64, , , 5, 1000, 64, ",
    "0.01, 1, , , 10, 1000, 32, ",
    "0.25, 31.9, , , 256, 25000, 32, ",
    "16, 1024, , , 16384, 1600000, 1024, ",
    "0.5, 64, 1, , 512, 100000, 64, ",
    "0.5, 64, 0.5, , 512, 50000, 64, ",
    "0.5, 64, Infinity, , 512, -1, 64, ",
    "0.5, 64, , 128, 512, 50000, 128, 64",
    "0.5, 64, , 64, 512, 50000, 64, 64",
    "0.5, 64, , Infinity, 512, 50000, Infinity, 64",
    "0.1, 8, 2, 96, 102, 200000, 96, 32",
    "1, 256, 1.5, 512, 1024, 150000, 512, 256",
    "1, 256, Infinity, Infinity, 1024, -1, Infinity, 256",
    "0.1, 32, 0.333, 40.5, 102, 33300, 40.5, 32"
  })
  void theKernelIsToldWhatWasAsked(
      double cpus,
      double mem,
      Double cpuLimit,
      Double memLimit,
      String shares,
      String quota,
      double memory,
      Double reserved)
      throws Exception {
    TaskInfo.Builder task =
        Processes.sized(
            CommandInfo.newBuilder().setShell(true).setValue("exec sleep 1000"), cpus, mem);
    if (cpuLimit != null) {
      task.putLimits("cpus", scalar(cpuLimit));
    }
    if (memLimit != null) {
      task.putLimits("mem", scalar(memLimit));
    }

    int pid = processes.told().awaitPid(processes.launch(task).container());

    assertThat(read(pid, "cpu", "cpu.shares")).isEqualTo(shares);
    assertThat(read(pid, "cpu", "cpu.cfs_quota_us")).isEqualTo(quota);
    assertThat(read(pid, "cpu", "cpu.cfs_period_us")).isEqualTo("100000");
    assertThat(read(pid, "memory", "memory.limit_in_bytes")).isEqualTo(bytes(memory));
    assertThat(read(pid, "memory", "memory.soft_limit_in_bytes"))
        .isEqualTo(reserved == null ? UNLIMITED_MEMORY : bytes(reserved));
    if (Files.exists(TREES.resolve("memory/memory.memsw.limit_in_bytes"))) {
      assertThat(read(pid, "memory", "memory.memsw.limit_in_bytes"))
          .as("memory with swap: no swap")
          .isEqualTo(bytes(memory));
    }
    assertThat(read(pid, "pids", "pids.max")).isEqualTo("500");
    int score =
        Integer.parseInt(Files.readString(Path.of("/proc/" + pid + "/oom_score_adj")).strip());
    if (memLimit != null && memLimit > mem) {
      assertThat(score).as("one that takes more than it asked for goes first").isPositive();
    } else {
      assertThat(score).isZero();
    }
  }

  private static String bytes(double mib) {
    return Double.isInfinite(mib) ? UNLIMITED_MEMORY : Long.toString((long) (mib * MIB));
  }

  private static Value.Scalar scalar(double value) {
    return Value.Scalar.newBuilder().setValue(value).build();
  }

  private static String read(int pid, String controller, String file) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts[1].equals(controller)) {
        return Files.readString(TREES.resolve(controller + parts[2]).resolve(file)).strip();
      }
    }
    throw new IOException("process " + pid + " is in no group of " + controller);
  }

  @Test
  void limitsOfARunningContainerCanBeRaisedAndLowered() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("exec sleep 1000"));
    int pid = processes.told().awaitPid(spec.container());

    for (double size : new double[] {2, 0.25, 1}) {
      processes
          .containerizer()
          .update(
              spec.container(),
              Processes.sized(CommandInfo.newBuilder(), size, 256 * size).buildPartial());

      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            assertThat(read(pid, "cpu", "cpu.cfs_quota_us"))
                .isEqualTo(Long.toString((long) (100_000 * size)));
            assertThat(read(pid, "memory", "memory.limit_in_bytes")).isEqualTo(bytes(256 * size));
            assertThat(read(pid, "pids", "pids.max")).isEqualTo("500");
          });
    }
  }

  @Test
  void whoWantsMoreMemoryIsKilledAndItIsToldWhy() throws Exception {
    // tail keeps a line until it ends, and this one never does.
    ContainerSpec spec = processes.launch(Processes.shell("exec tail /dev/zero"));

    ContainerExit exit = processes.told().awaitExited(spec.container());

    assertThat(exit.outOfMemory()).isTrue();
    assertThat(exit.exitCode()).hasValue(137);
    assertThat(exit.memoryLimitBytes()).hasValue(64 * MIB);
  }

  @Test
  void aChildThatIsKilledForMemoryIsToldAsWell() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("tail /dev/zero; exit $?"));

    ContainerExit exit = processes.told().awaitExited(spec.container());

    assertThat(exit.outOfMemory()).isTrue();
    assertThat(exit.exitCode()).hasValue(137);
  }

  @Test
  void aKillByForceIsNotTakenForOneForMemory() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("kill -9 $$"));

    ContainerExit exit = processes.told().awaitExited(spec.container());

    assertThat(exit.exitCode()).hasValue(137);
    assertThat(exit.outOfMemory()).isFalse();
  }

  /**
   * The kernel hands out the quota at the begin of each period and says how many periods a group
   * has used up. In such a period it has had its quota, however busy the machine is: so the measure
   * is not the clock, but the periods.
   */
  @Test
  void aBusyLoopGetsItsQuotaAndNoMore() throws Exception {
    double cpus = 0.2;
    ContainerSpec spec =
        processes.launch(
            Processes.sized(
                CommandInfo.newBuilder().setShell(true).setValue("while :; do :; done"), cpus, 64));
    int pid = processes.told().awaitPid(spec.container());
    CgroupStatistics statistics = CgroupStatistics.ofThisMachine();

    awaitPeriods(statistics, pid, 1);
    long usedBefore = used(pid);
    long begin = System.nanoTime();
    int first = periods(statistics, pid);
    awaitPeriods(statistics, pid, first + 50);
    long elapsed = System.nanoTime() - begin;
    long usedNanos = used(pid) - usedBefore;
    int passed = periods(statistics, pid) - first;
    ResourceStatistics last = statistics.of(pid).orElseThrow();

    assertThat(passed).isGreaterThanOrEqualTo(50);
    assertThat(usedNanos / (passed * 100e6))
        .as("CPU time per period of 100 ms")
        .isLessThanOrEqualTo(cpus * 1.03);
    assertThat(usedNanos / (double) elapsed)
        .as("CPU time per time, with one period begun")
        .isLessThanOrEqualTo((cpus * (elapsed + 100e6) / elapsed) * 1.03);
    assertThat(last.getCpusLimit()).isCloseTo(cpus, within(1e-9));
    if (last.getCpusNrThrottled() >= last.getCpusNrPeriods() - 1) {
      // Nobody else kept it from using all that it has.
      assertThat(usedNanos / (passed * 100e6)).isGreaterThanOrEqualTo(cpus * 0.97);
    }
  }

  private static long used(int pid) throws IOException {
    return Long.parseLong(read(pid, "cpuacct", "cpuacct.usage"));
  }

  private static int periods(CgroupStatistics statistics, int pid) {
    return statistics.of(pid).orElseThrow().getCpusNrPeriods();
  }

  private static void awaitPeriods(CgroupStatistics statistics, int pid, int number) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> periods(statistics, pid) >= number);
  }

  @Test
  void whatAContainerUsesIsMeasured() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell("head -c 8000000 /dev/zero | tail -c 8000000 | sleep 1000"));
    int pid = processes.told().awaitPid(spec.container());
    CgroupStatistics statistics = CgroupStatistics.ofThisMachine();

    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            statistics.of(pid).map(ResourceStatistics::getMemRssBytes).orElse(0L) > 7_000_000);
    ResourceStatistics measured = statistics.of(pid).orElseThrow();

    assertThat(measured.getMemLimitBytes()).isEqualTo(64 * MIB);
    assertThat(measured.getMemTotalBytes()).isBetween(measured.getMemRssBytes() / 2, 64 * MIB);
    assertThat(measured.getCpusLimit()).isEqualTo(0.5);
    assertThat(measured.getProcesses()).isBetween(2, 6);
    assertThat(measured.hasCpusUserTimeSecs()).isTrue();
    assertThat(statistics.of((int) ProcessHandle.current().pid()))
        .as("the machine's own group is no container's")
        .isEmpty();
  }
}
