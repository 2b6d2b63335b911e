package io.meseta.common.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {

  private final Timers<String> timers = new Timers<>();

  private List<String> due(long nowNs) {
    List<String> keys = new ArrayList<>();
    for (String key = timers.pollDue(nowNs); key != null; key = timers.pollDue(nowNs)) {
      keys.add(key);
    }
    return keys;
  }

  @Test
  void timersFireInTheOrderOfTheirTimes() {
    timers.set("late", 30);
    timers.set("early", 10);
    timers.set("never", 100);
    assertThat(due(9)).isEmpty();
    assertThat(due(30)).containsExactly("early", "late");
    assertThat(timers.size()).isEqualTo(1);
  }

  @Test
  void ofOneTimeTheFirstSetFiresFirst() {
    timers.set("a", 10);
    timers.set("b", 10);
    assertThat(due(10)).containsExactly("a", "b");
  }

  @Test
  void settingAgainReplaces() {
    timers.set("a", 10);
    timers.set("a", 20);
    assertThat(due(15)).isEmpty();
    assertThat(due(20)).containsExactly("a");
    assertThat(due(Long.MAX_VALUE / 2)).isEmpty();
  }

  @Test
  void aCancelledTimerDoesNotFire() {
    timers.set("a", 10);
    timers.cancel("a");
    timers.cancel("unknown");
    assertThat(timers.nanosToNext(0)).isEqualTo(Long.MAX_VALUE);
    assertThat(due(10)).isEmpty();
  }

  @Test
  void theClockMayOverflow() {
    timers.set("a", Long.MAX_VALUE + 10);
    assertThat(timers.nanosToNext(Long.MAX_VALUE)).isEqualTo(10);
    assertThat(due(Long.MAX_VALUE)).isEmpty();
    assertThat(due(Long.MAX_VALUE + 10)).containsExactly("a");
  }

  @Test
  void manyReplacementsKeepTheQueueSmall() {
    for (int i = 0; i < 100_000; i++) {
      timers.set("ping", i);
    }
    assertThat(timers.size()).isEqualTo(1);
    assertThat(timers.queued()).isLessThan(100);
  }
}
