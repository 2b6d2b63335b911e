package io.meseta.master.allocation.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regular expressions that frameworks send: RE2's syntax, and limits whatever they are. */
class RegexTest {

  private static Regex regex(String text) {
    return Regex.of(text, ConstraintLimits.DEFAULTS);
  }

  @Test
  void matchesTheWholeText() {
    assertThat(regex("b").matches("abc")).isFalse();
    assertThat(regex(".*b.*").matches("abc")).isTrue();
    assertThat(regex("a|ab").matches("ab")).isTrue();
    assertThat(regex("a.c").matches("a\nc")).isFalse();
    assertThat(regex("(?i)ABC").matches("abc")).isTrue();
    assertThat(regex("").matches("")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "a**", "(?=a)", "(a)\\1", "a{1001}", "*"})
  void whatRe2DoesNotKnowIsRefused(String text) {
    assertThatThrownBy(() -> regex(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a regular expression");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rack-[0-9]{1,3}",
        "(10|192)\\.([0-9]{1,3}\\.){2}[0-9]{1,3}",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "((((a))))|(?:b|c)*",
        "\\p{Greek}+\\d",
      })
  void whatPeopleWriteIsTaken(String text) {
    assertThat(regex(text)).hasToString(text);
  }

  static List<String> dangerous() {
    return Stream.of(
            "((a{1000}){1000}){1000}",
            "(" + "a".repeat(4000) + "){1000}",
            "(?:(?:(?:a{99}){99}){99}){99}",
            "(".repeat(2000) + "a" + ")".repeat(2000),
            "a".repeat(5000),
            "a".repeat(200),
            "a{101}",
            "(a{10}){11}")
        .toList();
  }

  @ParameterizedTest
  @MethodSource("dangerous")
  void whatWouldBeTooLargeIsRefusedAtOnce(String text) {
    assertThatThrownBy(() -> regex(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too complex");
  }

  @Test
  void eachLimitCounts() {
    assertThat(Regex.of("a{50}", new ConstraintLimits(4096, 60))).hasToString("a{50}");
    assertThatThrownBy(() -> Regex.of("a{50}", new ConstraintLimits(4096, 50)))
        .hasMessageContaining("a size of 50");
    assertThatThrownBy(() -> Regex.of("a{50}", new ConstraintLimits(2000, 60)))
        .hasMessageContaining("2000 bytes");
    assertThatThrownBy(() -> Regex.of("abcdef", new ConstraintLimits(5, 100)))
        .hasMessageContaining("6 bytes long");
    assertThatThrownBy(() -> new ConstraintLimits(-1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** With a backtracking matcher this takes longer than the universe is old. */
  @Test
  @Timeout(10)
  void itTakesTimeLinearInTheText() {
    String text = "a".repeat(5_000) + "b";
    assertThat(regex("(a*)*(a*)*(a|aa)*c").matches(text)).isFalse();
  }
}
