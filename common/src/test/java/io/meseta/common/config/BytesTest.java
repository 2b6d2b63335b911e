package io.meseta.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
  @ParameterizedTest
  @CsvSource({
    "0B, 0, 0B",
    "1B, 1, 1B",
    "64MB, 67108864, 64MB",
    "1GB, 1073741824, 1GB",
    "1024MB, 1073741824, 1GB",
    "1536KB, 1572864, 1536KB",
    "2TB, 2199023255552, 2TB",
    "64mb, 67108864, 64MB",
    "8388607TB, 9223370937343148032, 8388607TB"
  })
  void readsAndPrints(String text, long count, String printed) {
    assertThat(Bytes.parse(text)).isEqualTo(new Bytes(count));
    assertThat(new Bytes(count)).hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "MB", "64 MB", "-1MB", "1.5GB", "64MiB", "64M"})
  void refusesAnythingElseAndSaysHowToWriteIt(String text) {
    assertThatThrownBy(() -> Bytes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a size")
        .hasMessageContaining("64MB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8388608TB", "99999999999999999999B"})
  void refusesWhatDoesNotFit(String text) {
    assertThatThrownBy(() -> Bytes.parse(text)).hasMessageContaining("8 million TB");
  }

  @Test
  void isOrderedAndNeverNegative() {
    assertThat(Bytes.parse("1KB")).isLessThan(Bytes.ofMegabytes(1));
    assertThatThrownBy(() -> new Bytes(-1)).hasMessageContaining("negative");
  }
}
