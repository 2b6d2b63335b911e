package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final long START = 1_700_000_000_000L;

  @Test
  void tellsWhatIsDueAndNothingElse() {
    var wheel = new TimerWheel(START);
    wheel.set(3, START + 5000);
    wheel.set(1, START + 5001);
    assertThat(due(wheel, START + 4999)).isEmpty();
    assertThat(wheel.earliest()).isEqualTo(START + 5000);
    assertThat(due(wheel, START + 5000)).containsExactly(3);
    assertThat(wheel.isSet(3)).isFalse();
    assertThat(due(wheel, START + 1_000_000)).containsExactly(1);
    assertThat(wheel.size()).isZero();
    assertThat(wheel.earliest()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatLiesInThePastIsDueAtOnce() {
    var wheel = new TimerWheel(START);
    wheel.set(0, START - 1);
    assertThat(wheel.earliest()).isEqualTo(START - 1);
    assertThat(due(wheel, START)).containsExactly(0);
  }

  @Test
  void aYearIsNoSpecialCase() {
    var wheel = new TimerWheel(START);
    long year = START + 365L * 24 * 3600 * 1000;
    wheel.set(0, year);
    assertThat(due(wheel, year - 1)).isEmpty();
    assertThat(due(wheel, year)).containsExactly(0);
  }

  @Test
  void isRightInAnyHistory() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      long now = random.nextInt(3) == 0 ? 0 : START + random.nextInt(1_000_000);
      var wheel = new TimerWheel(now);
      var model = new TreeMap<Integer, Long>();
      for (int step = 0; step < 500; step++) {
        int number = random.nextInt(60);
        if (random.nextInt(4) == 0) {
          now += 1L << random.nextInt(random.nextInt(3) == 0 ? 30 : 8);
          long then = now;
          var expected =
              model.entrySet().stream()
                  .filter(entry -> entry.getValue() <= then)
                  .map(Map.Entry::getKey)
                  .toList();
          assertThat(due(wheel, now)).containsExactlyInAnyOrderElementsOf(expected);
          model.keySet().removeAll(expected);
        } else if (model.remove(number) != null) {
          wheel.cancel(number);
        } else {
          long deadline = Math.max(0, now - 5 + (1L << random.nextInt(36)) + random.nextInt(100));
          wheel.set(number, deadline);
          model.put(number, deadline);
        }
        assertThat(wheel.size()).isEqualTo(model.size());
        assertThat(wheel.earliest())
            .isEqualTo(model.values().stream().min(Long::compare).orElse(Long.MAX_VALUE));
      }
    }
  }

  @Test
  void tellsATimeBeforeTheFirstDeadlineWhereThereAreMany() {
    var wheel = new TimerWheel(START);
    long year = START + Duration.ofDays(365).toMillis();
    for (int n = 0; n < 1000; n++) {
      wheel.set(n, year + n);
    }
    int wakes = 0;
    for (long next = wheel.earliest(); next < year; next = wheel.earliest()) {
      assertThat(due(wheel, next)).isEmpty();
      assertThat(++wakes).isLessThan(12);
    }
    assertThat(due(wheel, year + 999)).hasSize(1000);
  }

  private static List<Integer> due(TimerWheel wheel, long now) {
    var due = new ArrayList<Integer>();
    wheel.advance(now, due::add);
    return due;
  }
}
