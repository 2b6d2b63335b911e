package io.meseta.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimingTest {

  private static Map<String, Double> numbers(Timing timing) {
    Map<String, Double> all = new TreeMap<>();
    timing.forEach("run_ms", all::put);
    return all;
  }

  @Test
  void isNothingBeforeTheFirstTime() {
    assertThat(numbers(Timing.unshown(Duration.ofHours(1)))).isEmpty();
  }

  @Test
  void hasTheNumbersOfATimerOfMesos() {
    Timing timing = Timing.unshown(Duration.ofHours(1));
    for (int ms = 1; ms <= 100; ms++) {
      timing.record(Duration.ofMillis(ms));
    }
    timing.record(Duration.ofMillis(7));

    Map<String, Double> numbers = numbers(timing);

    assertThat(numbers)
        .containsOnlyKeys(
            "run_ms",
            "run_ms/count",
            "run_ms/max",
            "run_ms/min",
            "run_ms/p50",
            "run_ms/p90",
            "run_ms/p95",
            "run_ms/p99",
            "run_ms/p999",
            "run_ms/p9999")
        .containsEntry("run_ms", 7.0)
        .containsEntry("run_ms/count", 101.0)
        .containsEntry("run_ms/max", 100.0);
    assertThat(numbers.get("run_ms/min")).isCloseTo(1, within(0.1));
    assertThat(numbers.get("run_ms/p50")).isCloseTo(50, within(2.0));
    assertThat(numbers.get("run_ms/p99")).isCloseTo(99, within(2.0));
    assertThat(timing.count()).isEqualTo(101);
  }
}
