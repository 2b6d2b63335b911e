package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was granted is what the kernel enforces. */
@Tag("alone")
class ContainerLimitsIT {

  private static final long MIB = 1L << 20;

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeAll
  static void engine() throws IOException, InterruptedException {
    TestEngine.ensure();
  }

  @BeforeEach
  void open() {
    docker = new DockerFixture(workDir);
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    docker.close();
  }

  @Test
  void theRequestIsTheLimit() throws Exception {
    Cgroups cgroups = cgroupsOf(TestTasks.shell("sleep 1000"));

    assertThat(cgroups.cpuQuotaMicros()).isEqualTo(50_000);
    assertThat(cgroups.memoryBytes()).isEqualTo(64 * MIB);
    if (cgroups.hasSwapAccounting()) {
      assertThat(cgroups.swapBytes()).isZero();
    }
    if (!cgroups.isUnified()) {
      assertThat(cgroups.read("cpu", "cpu.shares")).isEqualTo("512");
    }
  }

  @Test
  void limitsRaiseIt() throws Exception {
    Cgroups cgroups =
        cgroupsOf(
            TestTasks.shell("sleep 1000")
                .putLimits("cpus", scalar(1.5))
                .putLimits("mem", scalar(96)));

    assertThat(cgroups.cpuQuotaMicros()).isEqualTo(150_000);
    assertThat(cgroups.memoryBytes()).isEqualTo(96 * MIB);
    if (!cgroups.isUnified()) {
      assertThat(cgroups.read("memory", "memory.soft_limit_in_bytes"))
          .isEqualTo(Long.toString(64 * MIB));
    }
  }

  @Test
  void infiniteLimitsAreNone() throws Exception {
    Cgroups cgroups =
        cgroupsOf(
            TestTasks.shell("sleep 1000")
                .putLimits("cpus", scalar(Double.POSITIVE_INFINITY))
                .putLimits("mem", scalar(Double.POSITIVE_INFINITY)));

    assertThat(cgroups.cpuQuotaMicros()).isEqualTo(-1);
    assertThat(cgroups.memoryBytes()).isGreaterThan(1L << 50);
  }

  private static Value.Scalar scalar(double value) {
    return Value.Scalar.newBuilder().setValue(value).build();
  }

  private Cgroups cgroupsOf(TaskInfo.Builder task) throws Exception {
    ContainerSpec spec = docker.launch(task);
    return new Cgroups(docker.told().awaitStarted(spec.container()).pid().orElseThrow());
  }

  @Test
  void whoWantsMoreMemoryIsKilledAndItIsToldWhy() throws Exception {
    // tail keeps a line until it ends, and this one never does.
    ContainerSpec spec = docker.launch(TestTasks.shell("exec tail /dev/zero"));

    ContainerExit exit = docker.told().awaitExited(spec.container());

    assertThat(exit.outOfMemory()).isTrue();
    assertThat(exit.exitCode()).hasValue(137);
    assertThat(exit.memoryLimitBytes()).hasValue(64 * MIB);
  }

  @Test
  void aKillByForceIsNotTakenForOneForMemory() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(spec.container());

    docker.docker("kill", DockerFixture.name(spec.container()));

    ContainerExit exit = docker.told().awaitExited(spec.container());

    assertThat(exit.exitCode()).hasValue(137);
    assertThat(exit.outOfMemory()).isFalse();
  }

  @Test
  void aBusyLoopUsesItsShareAndNoMore() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("while true; do :; done"));
    Cgroups cgroups = new Cgroups(docker.told().awaitStarted(spec.container()).pid().orElseThrow());

    // A busy machine may give it less; more than its half of a CPU it must never get.
    for (int window = 0; window < 6; window++) {
      long periods = cgroups.cpuStat("nr_periods");
      long throttled = cgroups.cpuStat("nr_throttled");
      double share = shareIn(cgroups, Duration.ofSeconds(5));
      assertThat(share).isLessThan(1.03 * 0.5);
      double held =
          (double) (cgroups.cpuStat("nr_throttled") - throttled)
              / (cgroups.cpuStat("nr_periods") - periods);
      if (held > 0.98) {
        // Held back in each period: it had all that it may have.
        assertThat(share).isGreaterThan(0.97 * 0.5);
        return;
      }
    }
    Assumptions.abort("this machine is too busy to give a container half of a CPU");
  }

  private static double shareIn(Cgroups cgroups, Duration window) throws IOException {
    long begin = System.nanoTime();
    long usedBefore = cgroups.cpuUsedNanos();
    await("the window is over")
        .atMost(DockerFixture.LIMIT)
        .until(() -> System.nanoTime() - begin >= window.toNanos());
    return (double) (cgroups.cpuUsedNanos() - usedBefore) / (System.nanoTime() - begin);
  }

  @Test
  void aForkBombStaysSmallAndIsGoneAfterItsKill() throws Exception {
    TaskInfo.Builder task =
        TestTasks.shell("bomb() { bomb & bomb & sleep 1000; }; bomb & exec sleep 1000");
    task.getContainerBuilder()
        .getDockerBuilder()
        .addParametersBuilder()
        .setKey("pids-limit")
        .setValue("40");
    ContainerSpec spec = docker.launch(task);
    int pid = docker.told().awaitStarted(spec.container()).pid().orElseThrow();
    Cgroups cgroups = new Cgroups(pid);
    // How many are left depends on who of them could not fork, as a shell ends by that.
    await("the bomb has gone off").atMost(DockerFixture.LIMIT).until(cgroups::wasRefusedAFork);
    assertThat(cgroups.tasks()).isBetween(2, 40);

    docker.containerizer().kill(spec.container(), Duration.ZERO);

    docker.told().awaitExited(spec.container());
    await("the cgroup is gone with all that was in it")
        .atMost(DockerFixture.LIMIT)
        .until(() -> !Files.exists(Path.of("/proc/" + pid)) && isEmptyOrGone(cgroups));
  }

  private static boolean isEmptyOrGone(Cgroups cgroups) {
    try {
      return cgroups.tasks() == 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void limitsChangeWhileItRuns() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));
    Cgroups cgroups = new Cgroups(docker.told().awaitStarted(spec.container()).pid().orElseThrow());

    update(spec, TestTasks.shell("").clearResources(), 1.5, 96);
    awaitLimits(cgroups, 150_000, 96 * MIB);
    update(spec, TestTasks.shell("").clearResources(), 0.2, 48);
    awaitLimits(cgroups, 20_000, 48 * MIB);
    assertThat(cgroups.cpuShares()).isEqualTo(cgroups.asKept(204));

    update(
        spec,
        TestTasks.shell("")
            .clearResources()
            .putLimits("cpus", scalar(Double.POSITIVE_INFINITY))
            .putLimits("mem", scalar(Double.POSITIVE_INFINITY)),
        0.5,
        64);
    await("no limits")
        .atMost(DockerFixture.LIMIT)
        .until(() -> cgroups.cpuQuotaMicros() == -1 && cgroups.memoryBytes() > 1L << 50);
    assertThat(docker.told().endsOf(spec.container())).isEmpty();
  }

  private void update(ContainerSpec spec, TaskInfo.Builder sized, double cpus, double mem) {
    docker
        .containerizer()
        .update(
            spec.container(),
            sized
                .addResources(TestTasks.scalar("cpus", cpus))
                .addResources(TestTasks.scalar("mem", mem))
                .build());
  }

  private static void awaitLimits(Cgroups cgroups, long quota, long memory) {
    await("quota %d, memory %d".formatted(quota, memory))
        .atMost(DockerFixture.LIMIT)
        .until(() -> cgroups.cpuQuotaMicros() == quota && cgroups.memoryBytes() == memory);
  }
}
