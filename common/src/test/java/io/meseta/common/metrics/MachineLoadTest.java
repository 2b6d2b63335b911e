package io.meseta.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MachineLoadTest {

  @Test
  void theLoadIsReadAsTheKernelWritesIt() {
    assertThat(MachineLoad.parse("0.52 0.40 1.31 1/523 4711\n")).containsExactly(0.52, 0.40, 1.31);
    assertThatThrownBy(() -> MachineLoad.parse("0.52"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLoadOfThisMachineIsKnown() {
    MachineLoad now = MachineLoad.now();

    assertThat(now.cpus()).isPositive();
    assertThat(now.memTotalBytes()).isGreaterThan(now.memFreeBytes());
  }
}
