package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was granted is what the kernel enforces. */
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
  void aBusyLoopIsHeldAtItsShare() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("while true; do :; done"));
    Cgroups cgroups = new Cgroups(docker.told().awaitStarted(spec.container()).pid().orElseThrow());

    long begin = System.nanoTime();
    long usedBefore = cgroups.cpuUsedNanos();
    long used =
        await("a second of CPU time is used")
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> cgroups.cpuUsedNanos() - usedBefore,
                sofar -> sofar >= Duration.ofSeconds(1).toNanos());
    long elapsed = System.nanoTime() - begin;

    // A busy machine may give it less; more than its half of a CPU it must not get.
    assertThat((double) used / elapsed).isLessThan(0.6);
  }
}
