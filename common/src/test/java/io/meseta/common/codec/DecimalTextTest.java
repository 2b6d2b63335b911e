package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTextTest {

  @FunctionalInterface
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static String written(Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      body.write(json);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.0",
    "1,0.001",
    "10,0.01",
    "100,0.1",
    "1000,1.0",
    "1023000,1023.0",
    "1024000,1024.0",
    "1050,1.05",
    "-1500,-1.5",
    "-1,-0.001",
    "9223372036854775807,9223372036854775.807"
  })
  void thousandthsHaveNoMoreDecimalsThanTheyNeed(long milli, String text) throws IOException {
    assertThat(written(json -> DecimalText.writeMilli(milli, json))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1795326501977122,1795326501.977122", "1795326501000000,1795326501.0", "1,0.000001"})
  void millionthsDoSo(long micros, String text) throws IOException {
    assertThat(written(json -> DecimalText.writeMicros(micros, json))).isEqualTo(text);
  }

  /** The short way has to say what the long way says, for numbers of every size and form. */
  @Test
  void doublesAreWrittenAsTheirShortestDigits() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> random.nextInt(2_000_000) / 1e3;
            case 1 -> 1.7e9 + random.nextInt() / 1e6;
            case 2 -> Math.scalb(random.nextDouble(), random.nextInt(80) - 40);
            default -> random.nextLong(1L << 53) / 1e6;
          };
      assertThat(written(json -> JsonPrinter.writeDouble(value, json)))
          .isEqualTo(DoubleText.of(value));
    }
    assertThat(written(json -> JsonPrinter.writeDouble(-0.0, json))).isEqualTo("-0.0");
  }
}
