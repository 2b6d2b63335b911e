package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {

  @ParameterizedTest(name = "engine {0}, at least {1}: {2}")
  @CsvSource({
    "1.41, 1.12, 1.41", // engine 20.10
    "1.43, 1.12, 1.43", // engine 24
    "1.47, 1.24, 1.44", // engine 27
    "1.52, 1.44, 1.44", // engine 29
    "1.60, 1.50, 1.50" // one that has given up what we know best
  })
  void isTheNewestOfOursThatTheEngineAccepts(String engine, String minimum, String chosen) {
    assertThat(ApiVersion.choose(ApiVersion.parse(engine), ApiVersion.parse(minimum)))
        .hasToString(chosen);
  }

  @Test
  void minorVersionsAreNumbers() {
    assertThat(ApiVersion.parse("1.9")).isLessThan(ApiVersion.parse("1.41"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1.x", "1.2.3"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> ApiVersion.parse(text)).hasMessageContaining("'" + text + "'");
  }
}
