package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

  @Test
  void namesCompareWithoutCaseAndValuesKeepTheirOrder() {
    Headers headers = Headers.of("Accept", "a", "X", "y").with("ACCEPT", "b");
    assertThat(headers.first("accept")).contains("a");
    assertThat(headers.all("aCCept")).containsExactly("a", "b");
    assertThat(headers.has("x")).isTrue();
    assertThat(headers.first("none")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "a\u0000", "\u4e16"})
  void aValueCannotBecomeASecondHeader(String value) {
    assertThatThrownBy(() -> Headers.of("Location", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Location");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n"})
  void aNameIsAToken(String name) {
    assertThatThrownBy(() -> Headers.of(name, "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void valuesAreNotPrinted() {
    assertThat(Headers.of("Authorization", "Basic c2VjcmV0")).hasToString("[Authorization]");
  }
}
