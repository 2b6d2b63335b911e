package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {

  @ParameterizedTest
  @EnumSource
  void ownHeaderValueIsParsed(MediaType type) {
    assertThat(MediaType.parse(type.headerValue())).contains(type);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json;charset=utf-8, JSON",
    "Application/JSON, JSON",
    "' application/x-protobuf ; q=0.5', PROTOBUF",
    "APPLICATION/RECORDIO, RECORDIO"
  })
  void caseBlanksAndParametersDoNotMatter(String header, MediaType type) {
    assertThat(MediaType.parse(header)).contains(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "text/plain", "*/*", "application/*", "application/jsonx", "json", ";"})
  void otherTypesAreNone(String header) {
    assertThat(MediaType.parse(header)).isEmpty();
  }

  @Test
  void headerValuesHaveNoParameters() {
    assertThat(MediaType.values())
        .extracting(MediaType::headerValue)
        .containsExactly("application/json", "application/x-protobuf", "application/recordio");
  }
}
