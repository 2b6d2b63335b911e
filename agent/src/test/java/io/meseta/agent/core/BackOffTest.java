package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {

  private static final BackOff RECONNECT =
      AgentSettings.defaults(Messages.AGENT, "1.0").reconnect();

  @Test
  void updatesAreSentAgainAfterTenSecondsDoublingToTenMinutes() {
    BackOff resend = AgentSettings.defaults(Messages.AGENT, "1.0").resend();

    assertThat(IntStream.of(0, 1, 2, 3, 4, 5, 6, 7, 1000).mapToObj(resend::ceiling))
        .extracting(Duration::toSeconds)
        .containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L, 600L);
  }

  @Test
  void theBackOffFactorIsTheFirstCeilingWhateverItIs() {
    assertThat(BackOff.spreadOver(Duration.ofSeconds(1))).isEqualTo(RECONNECT);
    assertThat(BackOff.spreadOver(Duration.ZERO).ceiling(0)).isEqualTo(Duration.ofMillis(100));
    assertThat(BackOff.spreadOver(Duration.ofMinutes(1)).ceiling(9))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aSpreadWaitStaysBetweenFloorAndCeiling() {
    for (int attempt = 0; attempt < 200; attempt++) {
      assertThat(RECONNECT.spread(attempt, "run" + attempt))
          .isBetween(RECONNECT.floor(), RECONNECT.ceiling(attempt));
    }
  }

  @Test
  void agentsThatLostTheSameMasterComeBackApart() {
    List<Long> waits =
        IntStream.range(0, 1000)
            .mapToObj(i -> RECONNECT.spread(0, "a0b1c2d3-0000-0000-0000-" + i).toMillis())
            .toList();

    assertThat(new TreeSet<>(waits)).hasSizeGreaterThan(500);
    assertThat(waits.stream().filter(ms -> ms < 550)).hasSizeBetween(400, 600);
  }

  @Test
  void theSameAgentWaitsTheSameInAnyJvm() {
    assertThat(IntStream.range(0, 4).mapToObj(i -> RECONNECT.spread(i, "run1").toMillis()))
        .containsExactly(802L, 746L, 3415L, 277L);
  }

  @Test
  void boundsThatContradictEachOtherAreRefused() {
    assertThatThrownBy(() -> BackOff.doubling(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("floor <= first <= cap");
  }
}
