package io.meseta.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "10secs, PT10S",
    "1.5mins, PT90S",
    "500ms, PT0.5S",
    "2weeks, PT336H",
    "7ns, PT0.000000007S",
    "3us, PT0.000003S",
    "0.5ns, PT0S",
    "4hrs, PT4H",
    "1days, PT24H",
    "0secs, PT0S",
    "0.1secs, PT0.1S"
  })
  void reads(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "PT15S, 15secs",
    "PT90S, 90secs",
    "PT2M, 2mins",
    "PT1H, 1hrs",
    "PT24H, 1days",
    "PT168H, 1weeks",
    "PT0.5S, 500ms",
    "PT0.000003S, 3us",
    "PT0.000000007S, 7ns",
    "PT0S, 0ns",
    "PT1.000000001S, 1000000001ns"
  })
  void printsWhatItReads(Duration duration, String text) {
    assertThat(Durations.print(duration)).isEqualTo(text);
    assertThat(Durations.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "10", "secs", "10 secs", "-1secs", "1e3secs", "10s", "10SECS", ".5secs", "1.secs"
      })
  void refusesAnythingElseAndSaysHowToWriteIt(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a duration")
        .hasMessageContaining("15secs");
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> Durations.parse("99999999weeks")).hasMessageContaining("292 years");
    Duration long300Years = Duration.ofDays(300 * 365);
    assertThatThrownBy(() -> Durations.print(long300Years)).hasMessageContaining("292 years");
    Duration negative = Duration.ofSeconds(-1);
    assertThatThrownBy(() -> Durations.print(negative)).hasMessageContaining("negative");
  }
}
