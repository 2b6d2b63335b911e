package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import io.meseta.agent.container.ResourceLimits;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceLimitsTest {

  private static final long MIB = 1L << 20;
  private static final long HOST = 1024 * MIB;

  @ParameterizedTest
  @CsvSource({
    "0.5, 512, 50000",
    "1, 1024, 100000",
    "2.25, 2304, 225000",
    "0.001, 2, 1000", // both at their floors
    "0.1, 102, 10000"
  })
  void cpusBecomeSharesAndAQuota(double cpus, int shares, long quota) {
    ResourceLimits limits = limitsOf(task(cpus, 64));

    assertThat(limits.cpuShares()).isEqualTo(shares);
    assertThat(limits.cpuQuotaMicros()).hasValue(quota);
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "32, 32", "1, 32", "0.5, 32", "100.5, 100.5"})
  void memoryIsALimitWithAFloor(double mem, double limit) {
    ResourceLimits limits = limitsOf(task(1, mem));

    assertThat(limits.memoryBytes()).hasValue((long) (limit * MIB));
    assertThat(limits.memoryReservationBytes()).isEmpty();
    assertThat(limits.oomScoreAdj()).isEmpty();
  }

  @Test
  void severalEntriesOfOneResourceAddUp() {
    TaskInfo.Builder task =
        task(0.1, 40)
            .addResources(TestTasks.scalar("cpus", 0.2))
            .addResources(TestTasks.scalar("mem", 24));

    assertThat(limitsOf(task).cpuQuotaMicros()).hasValue(30_000);
    assertThat(limitsOf(task).memoryBytes()).hasValue(64 * MIB);
  }

  @Test
  void nothingGrantedIsNothingMuch() {
    ResourceLimits limits = limitsOf(TaskInfo.newBuilder());

    assertThat(limits.cpuShares()).isEqualTo(2);
    assertThat(limits.cpuQuotaMicros()).hasValue(1000);
    assertThat(limits.memoryBytes()).hasValue(32 * MIB);
  }

  @Test
  void limitsRaiseAndTheRequestIsReserved() {
    ResourceLimits limits =
        limitsOf(task(1, 256).putLimits("cpus", scalar(2)).putLimits("mem", scalar(512)));

    assertThat(limits.cpuShares()).isEqualTo(1024);
    assertThat(limits.cpuQuotaMicros()).hasValue(200_000);
    assertThat(limits.memoryBytes()).hasValue(512 * MIB);
    assertThat(limits.memoryReservationBytes()).hasValue(256 * MIB);
    assertThat(limits.oomScoreAdj()).hasValue(750);
  }

  @Test
  void aMemoryLimitThatIsTheRequestMakesItNoFirstVictim() {
    ResourceLimits limits = limitsOf(task(1, 256).putLimits("mem", scalar(256)));

    assertThat(limits.memoryReservationBytes()).hasValue(256 * MIB);
    assertThat(limits.oomScoreAdj()).isEmpty();
  }

  @Test
  void infinityIsNoLimit() {
    ResourceLimits limits =
        limitsOf(
            task(1, 256)
                .putLimits("cpus", scalar(Double.POSITIVE_INFINITY))
                .putLimits("mem", scalar(Double.POSITIVE_INFINITY)));
    HostConfig host = HostConfig.newHostConfig();
    EngineLimits.apply(limits, host);

    assertThat(host.getCpuQuota()).isNull();
    assertThat(host.getCpuPeriod()).isNull();
    assertThat(host.getMemory()).isNull();
    assertThat(host.getMemorySwap()).isNull();
    assertThat(host.getMemoryReservation()).isEqualTo(256 * MIB);
    assertThat(host.getOomScoreAdj()).isEqualTo(750);
  }

  @Test
  void theEngineIsAskedForNoSwap() {
    HostConfig host = HostConfig.newHostConfig();
    EngineLimits.apply(limitsOf(task(0.5, 64)), host);

    assertThat(host.getCpuPeriod()).isEqualTo(100_000);
    assertThat(host.getCpuQuota()).isEqualTo(50_000);
    assertThat(host.getMemory()).isEqualTo(64 * MIB);
    assertThat(host.getMemorySwap()).isEqualTo(host.getMemory());
  }

  @Test
  void limitsBelowTheRequestOrOfOtherResourcesAreRefused() {
    assertThatThrownBy(() -> limitsOf(task(1, 64).putLimits("mem", scalar(32))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits.mem");
    assertThatThrownBy(() -> limitsOf(task(1, 64).putLimits("disk", scalar(32))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits.disk");
  }

  private static ResourceLimits limitsOf(TaskInfo.Builder task) {
    return ResourceLimits.of(task.buildPartial(), HOST);
  }

  private static TaskInfo.Builder task(double cpus, double mem) {
    return TaskInfo.newBuilder()
        .addResources(TestTasks.scalar("cpus", cpus))
        .addResources(TestTasks.scalar("mem", mem));
  }

  private static Value.Scalar scalar(double value) {
    return Value.Scalar.newBuilder().setValue(value).build();
  }
}
