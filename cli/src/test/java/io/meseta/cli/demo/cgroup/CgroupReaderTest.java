package io.meseta.cli.demo.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupReaderTest {

  private static final String V1_MOUNTS =
      """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
      35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
      """;
  private static final String V1_PROCESS =
      """
      9:name=systemd:/
      4:memory:/docker/abc
      2:cpu,cpuacct:/docker/abc
      0::/
      """;
  private static final String V2_MOUNTS =
      """
      24 30 0:22 / /proc rw,nosuid shared:5 - proc proc rw
      27 23 0:25 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
      """;
  private static final String V2_PROCESS = "0::/system.slice/docker-abc.scope\n";
  private static final String V2_DIRECTORY = "sys/fs/cgroup/system.slice/docker-abc.scope/";

  @TempDir private Path root;

  @Test
  void version1_limitsAreReadPerController() throws IOException {
    write("proc/self/mountinfo", V1_MOUNTS);
    write("proc/7/cgroup", V1_PROCESS);
    write("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "50000\n");
    write("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n");
    write("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpuacct.usage", "1234567890\n");
    write(
        "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.stat",
        "nr_periods 40\nnr_throttled 31\nthrottled_time 99\n");
    write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "67108864\n");
    write("sys/fs/cgroup/memory/docker/abc/memory.memsw.limit_in_bytes", "67108864\n");

    Cgroup cgroup = reader().of(7);

    assertThat(cgroup.cpuLimit()).contains(new CpuLimit(50_000, 100_000));
    assertThat(cgroup.memoryLimitBytes()).hasValue(64L << 20);
    assertThat(cgroup.swapLimitBytes()).hasValue(0);
    assertThat(cgroup.cpuUsageNs()).isEqualTo(1_234_567_890L);
    assertThat(cgroup.throttledPeriods()).isEqualTo(31);
    assertThat(cgroup.memoryLimitFile())
        .isEqualTo(root.resolve("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes"));
  }

  @Test
  void version1_noLimitIsEmpty() throws IOException {
    write("proc/self/mountinfo", V1_MOUNTS);
    write("proc/7/cgroup", V1_PROCESS);
    write("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "-1\n");
    write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712\n");

    Cgroup cgroup = reader().of(7);

    assertThat(cgroup.cpuLimit()).isEmpty();
    assertThat(cgroup.memoryLimitBytes()).isEmpty();
    assertThat(cgroup.swapLimitBytes()).as("a kernel that does not count swap").isEmpty();
  }

  @Test
  void version1_insideAContainer_theMountedPartIsLeftOut() throws IOException {
    write(
        "proc/self/mountinfo",
        """
        1 2 0:1 /docker/outer /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu
        1 2 0:2 /docker/outer /sys/fs/cgroup/cpuacct ro - cgroup cgroup rw,cpuacct
        1 2 0:3 /docker/outer /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
        """);
    String in = "/docker/outer/docker/inner\n";
    write("proc/7/cgroup", "4:memory:" + in + "2:cpuacct:" + in + "1:cpu:" + in);
    write("sys/fs/cgroup/memory/docker/inner/memory.limit_in_bytes", "1048576\n");

    assertThat(reader().of(7).memoryLimitBytes()).hasValue(1 << 20);
  }

  @Test
  void version2_limitsAreReadFromOneTree() throws IOException {
    write("proc/self/mountinfo", V2_MOUNTS);
    write("proc/7/cgroup", V2_PROCESS);
    write(V2_DIRECTORY + "cpu.max", "150000 100000\n");
    write(
        V2_DIRECTORY + "cpu.stat",
        "usage_usec 2500000\nuser_usec 2000000\nnr_periods 20\nnr_throttled 12\n");
    write(V2_DIRECTORY + "memory.max", "134217728\n");
    write(V2_DIRECTORY + "memory.swap.max", "0\n");

    Cgroup cgroup = reader().of(7);

    assertThat(cgroup.cpuLimit())
        .hasValueSatisfying(limit -> assertThat(limit.milliCpus()).isEqualTo(1_500));
    assertThat(cgroup.memoryLimitBytes()).hasValue(128L << 20);
    assertThat(cgroup.swapLimitBytes()).hasValue(0);
    assertThat(cgroup.cpuUsageNs()).isEqualTo(2_500_000_000L);
    assertThat(cgroup.throttledPeriods()).isEqualTo(12);
    assertThat(cgroup.cpuLimitFile()).isEqualTo(root.resolve(V2_DIRECTORY + "cpu.max"));
  }

  @Test
  void version2_noLimitIsEmpty() throws IOException {
    write("proc/self/mountinfo", V2_MOUNTS);
    write("proc/7/cgroup", V2_PROCESS);
    write(V2_DIRECTORY + "cpu.max", "max 100000\n");
    write(V2_DIRECTORY + "memory.max", "max\n");
    write(V2_DIRECTORY + "memory.swap.max", "max\n");

    Cgroup cgroup = reader().of(7);

    assertThat(cgroup.cpuLimit()).isEmpty();
    assertThat(cgroup.memoryLimitBytes()).isEmpty();
    assertThat(cgroup.swapLimitBytes()).isEmpty();
  }

  @Test
  void aCgroupOutsideOfWhatIsMountedIsSaidToBeSo() throws IOException {
    write("proc/self/mountinfo", V2_MOUNTS);
    write("proc/7/cgroup", "0::/../elsewhere\n");

    assertThatThrownBy(() -> reader().of(7))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be seen from here");
  }

  @Test
  void aFileThatHoldsSomethingElseIsNamed() throws IOException {
    write("proc/self/mountinfo", V2_MOUNTS);
    write("proc/7/cgroup", V2_PROCESS);
    write(V2_DIRECTORY + "memory.max", "plenty\n");
    write(V2_DIRECTORY + "cpu.stat", "user_usec 1\n");

    Cgroup cgroup = reader().of(7);

    assertThatThrownBy(cgroup::memoryLimitBytes).hasMessageContaining("memory.max");
    assertThatThrownBy(cgroup::cpuUsageNs).hasMessageContaining("usage_usec");
  }

  @Test
  void aProcessThatIsNotThereFails() throws IOException {
    write("proc/self/mountinfo", V2_MOUNTS);

    assertThatThrownBy(() -> reader().of(8)).isInstanceOf(NoSuchFileException.class);
  }

  private CgroupReader reader() {
    return new CgroupReader(root);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
