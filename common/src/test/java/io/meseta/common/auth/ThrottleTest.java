package io.meseta.common.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThrottleTest {
  private static final String LIMITS =
      "{\"limits\": [{\"principal\": \"slow\", \"qps\": 10, \"capacity\": 2},"
          + " {\"principal\": \"free\"}],"
          + " \"aggregate_default_qps\": 1000, \"aggregate_default_capacity\": 0}";

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Throttle throttle = new Throttle(RateLimits.parse(LIMITS), now::get);

  private OptionalLong turnMs(String principal) {
    OptionalLong turn = throttle.turn(Optional.of(principal).filter(name -> !name.isEmpty()));
    return turn.isEmpty() ? turn : OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(turn.getAsLong()));
  }

  @Test
  void turnsAreApartAndOnlySoManyWait() {
    assertThat(turnMs("slow")).hasValue(0);
    assertThat(turnMs("slow")).hasValue(100);
    assertThat(turnMs("slow")).hasValue(200);
    assertThat(turnMs("slow")).isEmpty();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(turnMs("slow")).hasValue(200);
    assertThat(turnMs("slow")).isEmpty();
    now.addAndGet(TimeUnit.SECONDS.toNanos(100));
    assertThat(turnMs("slow")).as("turns are not saved up").hasValue(0);
    assertThat(turnMs("slow")).hasValue(100);
  }

  @Test
  void whoIsNotNamedSharesAndWhoHasNoRateIsFree() {
    assertThat(turnMs("a")).hasValue(0);
    assertThat(turnMs("b")).isEmpty();
    assertThat(turnMs("")).isEmpty();
    for (int i = 0; i < 10_000; i++) {
      assertThat(turnMs("free")).hasValue(0);
    }
  }

  @Test
  void withoutLimitsNobodyWaits() {
    Throttle free = new Throttle(RateLimits.none(), now::get);
    assertThat(free.turn(Optional.empty())).hasValue(0);
    assertThat(free.turn(Optional.empty())).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "[]",
        "{\"limit\": []}",
        "{\"limits\": [{\"qps\": 1}]}",
        "{\"limits\": [{\"principal\": \"a\", \"qps\": 0}]}",
        "{\"limits\": [{\"principal\": \"a\", \"qps\": \"1\"}]}",
        "{\"limits\": [{\"principal\": \"a\", \"qps\": 1, \"capacity\": -1}]}",
        "{\"limits\": [{\"principal\": \"a\", \"rate\": 1}]}",
        "{\"limits\": [{\"principal\": \"a\"}, {\"principal\": \"a\"}]}",
        "{\"aggregate_default_qps\": -1}",
      })
  void whatIsNoLimitIsRefused(String text) {
    assertThatThrownBy(() -> RateLimits.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--rate_limits");
  }
}
