package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For each combination of request and limit, what the kernel holds the container to. */
class LimitCombinationsIT {

  private static final long MIB = 1L << 20;
  private static final long MUCH = 1L << 50;

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

  /** Of 0, there is no such limit; of -1, it is infinite. Sizes are in MiB. */
  @ParameterizedTest
  @CsvSource({
    // cpus, mem, limit of cpus, limit of mem: quota, shares, memory, reservation
    "0.1,   64,   0,    0,   10000,   102,   64,    0",
    "0.5,   64,   0,    0,   50000,   512,   64,    0",
    "1,     32,   0,    0,  100000,  1024,   32,    0",
    "2,    128,   0,    0,  200000,  2048,  128,    0",
    "0.001, 64,   0,    0,    1000,     2,   64,    0",
    "0.01,  16,   0,    0,    1000,    10,   32,    0",
    "0.333,  1,   0,    0,   33300,   340,   32,    0",
    "1.999, 33,   0,    0,  199900,  2046,   33,    0",
    "0.5,   64, 0.5,    0,   50000,   512,   64,    0",
    "0.5,   64,   1,    0,  100000,   512,   64,    0",
    "0.25,  64, 1.5,    0,  150000,   256,   64,    0",
    "0.5,   64,  -1,    0,      -1,   512,   64,    0",
    "0.5,   64,   0,   64,   50000,   512,   64,   64",
    "0.5,   64,   0,  100,   50000,   512,  100,   64",
    "0.5,   16,   0,   24,   50000,   512,   32,   32",
    "0.5,   16,   0,   48,   50000,   512,   48,   32",
    "0.5,   64,   0,   -1,   50000,   512,   -1,   64",
    "0.1,   40,   1,   80,  100000,   102,   80,   40",
    "0.1,   40,  -1,   80,      -1,   102,   80,   40",
    "0.2,   50,  -1,   -1,      -1,   204,   -1,   50",
  })
  void isWhatTheKernelHolds(
      double cpus,
      double mem,
      double cpuLimit,
      double memLimit,
      long quota,
      long shares,
      long memory,
      long reservation)
      throws Exception {
    TaskInfo.Builder task = TestTasks.shell("sleep 1000").clearResources();
    task.addResources(TestTasks.scalar("cpus", cpus)).addResources(TestTasks.scalar("mem", mem));
    limit(task, "cpus", cpuLimit);
    limit(task, "mem", memLimit);

    ContainerSpec spec = docker.launch(task);
    Cgroups cgroups = new Cgroups(docker.told().awaitStarted(spec.container()).pid().orElseThrow());

    assertThat(cgroups.cpuQuotaMicros()).isEqualTo(quota);
    assertThat(cgroups.cpuShares()).isEqualTo(cgroups.asKept(shares));
    if (memory < 0) {
      assertThat(cgroups.memoryBytes()).isGreaterThan(MUCH);
    } else {
      assertThat(cgroups.memoryBytes()).isEqualTo(memory * MIB);
      if (cgroups.hasSwapAccounting()) {
        assertThat(cgroups.swapBytes()).isZero();
      }
    }
    if (reservation == 0) {
      assertThat(cgroups.memoryReservationBytes()).isNotEqualTo(mem * MIB);
    } else {
      assertThat(cgroups.memoryReservationBytes()).isEqualTo(reservation * MIB);
    }
  }

  private static void limit(TaskInfo.Builder task, String name, double limit) {
    if (limit != 0) {
      task.putLimits(
          name,
          Value.Scalar.newBuilder().setValue(limit < 0 ? Double.POSITIVE_INFINITY : limit).build());
    }
  }
}
