package io.meseta.agent.container.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.cgroup.CgroupMounts.Mount;
import io.meseta.api.v1.ResourceStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupStatisticsTest {

  @TempDir Path directory;

  @Test
  void readsVersion1() throws IOException {
    write("proc/self/cgroup", "1:cpu:/\n2:cpuacct:/\n3:memory:/\n4:pids:/\n");
    write("proc/7/cgroup", "1:cpu:/m/x\n2:cpuacct:/m/x\n3:memory:/m/x\n4:pids:/m/x\n0::/\n");
    write("cpuacct/m/x/cpuacct.stat", "user 250\nsystem 50\n");
    write("cpu/m/x/cpu.stat", "nr_periods 40\nnr_throttled 20\nthrottled_time 1500000000\n");
    write("cpu/m/x/cpu.cfs_quota_us", "50000\n");
    write("cpu/m/x/cpu.cfs_period_us", "100000\n");
    write("cpu/m/x/cpu.shares", "512\n");
    write("memory/m/x/memory.usage_in_bytes", "3000\n");
    write("memory/m/x/memory.limit_in_bytes", "67108864\n");
    write("memory/m/x/memory.soft_limit_in_bytes", "9223372036854771712\n");
    write("memory/m/x/memory.stat", "cache 1\nrss 1\ntotal_cache 1000\ntotal_rss 2000\n");
    write("pids/m/x/cgroup.procs", "7\n8\n");
    write("pids/m/x/pids.current", "5\n");

    ResourceStatistics read = statistics(false).of(7).orElseThrow();

    assertThat(read)
        .isEqualTo(
            ResourceStatistics.newBuilder()
                .setTimestamp(1000.5)
                .setProcesses(2)
                .setThreads(5)
                .setCpusUserTimeSecs(2.5)
                .setCpusSystemTimeSecs(0.5)
                .setCpusLimit(0.5)
                .setCpusSoftLimit(0.5)
                .setCpusNrPeriods(40)
                .setCpusNrThrottled(20)
                .setCpusThrottledTimeSecs(1.5)
                .setMemTotalBytes(3000)
                .setMemLimitBytes(67108864)
                .setMemRssBytes(2000)
                .setMemAnonBytes(2000)
                .setMemCacheBytes(1000)
                .setMemFileBytes(1000)
                .build());
  }

  @Test
  void readsVersion2() throws IOException {
    write("proc/self/cgroup", "0::/agent\n");
    write("proc/7/cgroup", "0::/m/x\n");
    write(
        "unified/m/x/cpu.stat",
        """
        usage_usec 3000000
        user_usec 2500000
        system_usec 500000
        nr_periods 40
        nr_throttled 20
        throttled_usec 1500000
        """);
    write("unified/m/x/cpu.max", "50000 100000\n");
    write("unified/m/x/memory.current", "3000\n");
    write("unified/m/x/memory.swap.current", "500\n");
    write("unified/m/x/memory.max", "max\n");
    write("unified/m/x/memory.low", "33554432\n");
    write("unified/m/x/memory.stat", "anon 2000\nfile 1000\nfile_mapped 300\n");
    write("unified/m/x/cgroup.procs", "7\n");
    write("unified/m/x/pids.current", "1\n");

    ResourceStatistics read = statistics(true).of(7).orElseThrow();

    assertThat(read)
        .isEqualTo(
            ResourceStatistics.newBuilder()
                .setTimestamp(1000.5)
                .setProcesses(1)
                .setThreads(1)
                .setCpusUserTimeSecs(2.5)
                .setCpusSystemTimeSecs(0.5)
                .setCpusLimit(0.5)
                .setCpusNrPeriods(40)
                .setCpusNrThrottled(20)
                .setCpusThrottledTimeSecs(1.5)
                .setMemTotalBytes(3000)
                .setMemTotalMemswBytes(3500)
                .setMemSwapBytes(500)
                .setMemSoftLimitBytes(33554432)
                .setMemRssBytes(2000)
                .setMemAnonBytes(2000)
                .setMemCacheBytes(1000)
                .setMemFileBytes(1000)
                .setMemMappedFileBytes(300)
                .build());
  }

  @Test
  void whatTheWholeMachineUsesIsNoContainers() throws IOException {
    write("proc/self/cgroup", "0::/agent\n");
    write("proc/7/cgroup", "0::/agent\n");
    write("unified/agent/memory.current", "3000\n");

    assertThat(statistics(true).of(7)).isEmpty();
  }

  @Test
  void aProcessThatIsGoneHasNone() {
    assertThat(statistics(true).of(7)).isEmpty();
  }

  private CgroupStatistics statistics(boolean unified) {
    CgroupMounts mounts =
        unified
            ? new CgroupMounts(Map.of(), Optional.of(mount("unified")))
            : new CgroupMounts(
                Map.of(
                    "cpu",
                    mount("cpu"),
                    "cpuacct",
                    mount("cpuacct"),
                    "memory",
                    mount("memory"),
                    "pids",
                    mount("pids")),
                Optional.of(mount("unified")));
    return new CgroupStatistics(
        mounts,
        directory.resolve("proc"),
        Clock.fixed(Instant.ofEpochMilli(1_000_500), ZoneOffset.UTC));
  }

  private Mount mount(String name) {
    return new Mount(directory.resolve(name), "/");
  }

  private void write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
