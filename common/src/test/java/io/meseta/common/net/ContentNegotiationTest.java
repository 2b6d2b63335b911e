package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContentNegotiationTest {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final List<String> OFFERED = List.of(JSON, PROTOBUF);

  static Stream<Arguments> accepts() {
    return Stream.of(
        arguments(List.of(), JSON),
        arguments(List.of(""), JSON),
        arguments(List.of("*/*"), JSON),
        arguments(List.of("application/*"), JSON),
        arguments(List.of(JSON), JSON),
        arguments(List.of("Application/JSON; charset=utf-8"), JSON),
        arguments(List.of(PROTOBUF), PROTOBUF),
        arguments(List.of(PROTOBUF, JSON), JSON),
        arguments(List.of("text/html, " + PROTOBUF), PROTOBUF),
        arguments(List.of(PROTOBUF + ";q=0.9, " + JSON + ";q=0.1"), JSON),
        arguments(List.of(JSON + ";q=0, */*"), PROTOBUF),
        arguments(List.of("*/*;q=0.1", PROTOBUF), JSON),
        arguments(List.of(JSON + ";q=nonsense"), JSON),
        arguments(List.of("text/html"), null),
        arguments(List.of("text/*"), null),
        arguments(List.of("*/*;q=0"), null));
  }

  @ParameterizedTest
  @MethodSource("accepts")
  void theFirstOfferedTypeThatIsAccepted(List<String> accept, @Nullable String expected) {
    assertThat(ContentNegotiation.answerType(accept, OFFERED))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void noContentTypeIs400() {
    ContentNegotiation.RequestType verdict =
        ContentNegotiation.requestType(Headers.none(), OFFERED);
    assertThat(verdict.type()).isNull();
    assertThat(verdict.refusal()).extracting(HttpResponse::status).isEqualTo(400);
  }

  @Test
  void anUnknownContentTypeIs415() {
    ContentNegotiation.RequestType verdict =
        ContentNegotiation.requestType(Headers.of("content-type", "text/plain"), OFFERED);
    assertThat(verdict.refusal()).extracting(HttpResponse::status).isEqualTo(415);
  }

  @Test
  void parametersAndCaseOfAContentTypeDoNotMatter() {
    ContentNegotiation.RequestType verdict =
        ContentNegotiation.requestType(
            Headers.of("CONTENT-TYPE", "Application/Json;charset=UTF-8"), OFFERED);
    assertThat(verdict.type()).isEqualTo(JSON);
    assertThat(verdict.refusal()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|true",
        "deflate, gzip;q=0.5|true",
        "*|true",
        "gzip;q=0|false",
        "*, gzip;q=0|false",
        "gzip;q=0, *|false",
        "identity|false"
      })
  void gzipOnlyWhenItIsAskedFor(String acceptEncoding, boolean expected) {
    assertThat(ContentNegotiation.acceptsGzip(Headers.of("Accept-Encoding", acceptEncoding)))
        .isEqualTo(expected);
    assertThat(ContentNegotiation.acceptsGzip(Headers.none())).isFalse();
  }
}
