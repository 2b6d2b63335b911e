package io.meseta.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.inventory.DetectedResources;
import org.junit.jupiter.api.Test;

class SharesTest {

  @Test
  void agentsOfOneMachineShareItAndNoPortTwice() {
    Shares shares = new Shares(new DetectedResources(2_000, 3_001, 9_000, 31_000, 32_000, 0), 3);

    assertThat(shares.apply(0)).isEqualTo("cpus:0.666;mem:1000;disk:3000;ports:[31000-31999]");
    assertThat(shares.apply(2)).isEqualTo("cpus:0.666;mem:1000;disk:3000;ports:[33000-33999]");
  }
}
