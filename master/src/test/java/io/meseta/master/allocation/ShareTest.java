package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShareTest {
  @Test
  void comparesLikeFractionsOfAnySize() {
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      var left = new Share(number(random), 1 + number(random));
      var right = random.nextInt(10) == 0 ? left : new Share(number(random), 1 + number(random));
      long leftWeight = 1 + number(random) / 2;
      long rightWeight = random.nextInt(3) == 0 ? leftWeight : 1 + number(random) / 2;
      var expected =
          big(left.allocated(), right.total(), rightWeight)
              .compareTo(big(right.allocated(), left.total(), leftWeight));
      assertThat(left.compareWeighted(leftWeight, right, rightWeight))
          .as("%s/%s and %s/%s", left, leftWeight, right, rightWeight)
          .isEqualTo(expected);
    }
  }

  private static long number(Random random) {
    return random.nextLong(1L << (1 + random.nextInt(61)));
  }

  private static BigInteger big(long... factors) {
    var product = BigInteger.ONE;
    for (long factor : factors) {
      product = product.multiply(BigInteger.valueOf(factor));
    }
    return product;
  }

  @Test
  void takesTheLargestFraction() {
    var totals = new ClusterTotals();
    totals.add(Quantities.ofMilli(Map.of("cpus", 10L, "mem", 100L)));
    assertThat(
            Share.dominant(
                Quantities.ofMilli(Map.of("cpus", 2L, "mem", 50L, "gpus", 9L)).asMap(), totals))
        .isEqualTo(new Share(50, 100));
    totals.subtract(Quantities.ofMilli(Map.of("cpus", 10L)));
    assertThat(totals.asQuantities()).isEqualTo(Quantities.ofMilli(Map.of("mem", 100L)));
  }

  @Test
  void hasTheDefaultsOfMesos() throws ResourceException {
    var options = AllocationOptions.defaults();
    assertThat(options.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.minAllocatable())
        .isEqualTo(AllocationOptions.parseMinAllocatable("cpus:0.01|mem:32"));
    assertThat(options.gpuAgentsOnlyForGpuFrameworks()).isTrue();
    assertThat(options.maxOpenOffers()).isZero();
    assertThat(AllocationOptions.parseMinAllocatable("")).isEmpty();
    assertThat(AllocationOptions.parseMinAllocatable("cpus:1;mem:64|gpus:1"))
        .extracting(Quantities::toString)
        .containsExactly("cpus:1;mem:64", "gpus:1");
    assertThatThrownBy(() -> AllocationOptions.parseMinAllocatable("cpus:1|"))
        .isInstanceOf(ResourceException.class);
    assertThatThrownBy(() -> options.withInterval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withMaxOpenOffers(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
