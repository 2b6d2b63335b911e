package io.meseta.common.codec;

import static io.meseta.common.codec.JsonReading.assertRefused;
import static io.meseta.common.codec.Schema.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@link JsonReaderTest} for what stands in a single field. */
class JsonReaderScalarsTest {

  @Nested
  class Numbers {
    @Test
    void mayComeAsText() throws DecodeException {
      assertThat(read("int32", "\"-12\"")).isEqualTo(-12);
      assertThat(read("uint64", "\"18446744073709551615\"")).isEqualTo(-1L);
      assertThat(read("int64", "\" 5 \"")).isEqualTo(5L);
      assertThat(read("double", "\"0.25\"")).isEqualTo(0.25);
      assertThat(read("float", "\"0.25\"")).isEqualTo(0.25f);
      assertThat(read("int32s", "[\"1\",2]")).isEqualTo(List.of(1, 2));
    }

    @Test
    void infinitiesAndNaNComeAsText() throws DecodeException {
      assertThat(read("double", "\"Infinity\"")).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(read("double", "\"-Infinity\"")).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(read("double", "\"NaN\"")).isEqualTo(Double.NaN);
    }

    @Test
    void integerIsADouble() throws DecodeException {
      assertThat(read("double", "3")).isEqualTo(3.0);
    }

    @Test
    void wholeDoubleIsAnInteger() throws DecodeException {
      assertThat(read("int32", "31000.0")).isEqualTo(31000);
      assertThat(read("int64", "1e3")).isEqualTo(1000L);
      assertThat(read("uint64", "1.8e19"))
          .isEqualTo(Long.parseUnsignedLong("18000000000000000000"));
    }

    @Test
    void fractionOfAnIntegerIsCutOff() throws DecodeException {
      assertThat(read("int32", "1.9")).isEqualTo(1);
      assertThat(read("int32", "-1.9")).isEqualTo(-1);
      assertThat(read("uint32", "-0.5")).isEqualTo(0);
    }

    @Test
    void extremesAreExact() throws DecodeException {
      assertThat(read("int64", "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
      assertThat(read("int64", "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
      assertThat(read("uint64", "18446744073709551615")).isEqualTo(-1L);
      assertThat(read("uint32", "4294967295")).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
      "int32, 2147483648",
      "int32, -2147483649",
      "uint32, 4294967296",
      "uint32, -1",
      "uint64, -1",
      "uint64, 18446744073709551616",
      "int64, 9223372036854775808",
      "int64, 1e19",
      "int64, 1e400",
      "int64, 1e999999999",
      "int32, '\"1e999999999\"'",
      "double, 1e400",
      "double, '\"-1e400\"'",
      "int64, 123456789012345678901234567890"
    })
    void outOfRangeIsAnError(String field, String value) {
      assertRefused(() -> read(field, value), field + ": ", "out of the field's range");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"\"\"", "\"abc\"", "\"1 2\"", "\"0x10\"", "\"+1\"", "\"1.\"", "\"NaN \""})
    void otherTextIsAnError(String value) {
      assertRefused(() -> read("int32", value), "int32: expected a number, got text");
      assertRefused(() -> read("double", value), "double: expected a number, got text");
    }

    @Test
    void booleanIsAnError() {
      assertRefused(() -> read("int32", "true"), "int32: expected a number, got a boolean");
    }
  }

  @Nested
  class BooleansAndText {
    @Test
    void booleansMayComeAsText() throws DecodeException {
      assertThat(read("bool", "true")).isEqualTo(true);
      assertThat(read("bool", "\"true\"")).isEqualTo(true);
      assertThat(read("bool", "\"false\"")).isEqualTo(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"yes\"", "\"True\"", "{}"})
    void otherBooleansAreErrors(String value) {
      assertRefused(() -> read("bool", value), "bool: expected true or false, got ");
    }

    @Test
    void textIsOnlyText() {
      assertRefused(() -> read("string", "1"), "string: expected text, got a number");
      assertRefused(() -> read("string", "{}"), "string: expected text, got an object");
    }

    @Test
    void textIsUnescaped() throws DecodeException {
      assertThat(read("string", "\"a\\u00e9\\n\\ud83d\\ude00\"")).isEqualTo("aé\n\uD83D\uDE00");
    }
  }

  @Nested
  class Surrogates {
    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "a\\ude00", "\\ud83dx", "\\ude00\\ud83d"})
    void halfAPairIsAnError(String text) {
      assertRefused(() -> read("string", '"' + text + '"'), "string: half a surrogate pair");
      assertRefused(() -> read("by_name", "{\"" + text + "\":{}}"), "surrogate");
    }
  }

  @Nested
  class Bytes {
    private final ByteString wanted = ByteString.copyFrom(new byte[] {(byte) 0xfb, (byte) 0xff});

    @Test
    void areBase64() throws DecodeException {
      assertThat(read("bytes", "\"+/8=\"")).isEqualTo(wanted);
      assertThat(read("bytes", "\"\"")).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void paddingMayBeMissing() throws DecodeException {
      assertThat(read("bytes", "\"+/8\"")).isEqualTo(wanted);
      assertThat(read("bytes", "\"YWI\"")).isEqualTo(ByteString.copyFromUtf8("ab"));
    }

    @Test
    void blanksAreSkipped() throws DecodeException {
      assertThat(read("bytes", "\"+\\r\\n /8=\"")).isEqualTo(wanted);
    }

    @Test
    void urlAlphabetIsAnError() {
      assertRefused(
          () -> read("bytes", "\"-_8=\""), "bytes: expected base64", "U+002D at position 0");
    }

    @Test
    void otherCharactersAreErrors() {
      assertRefused(() -> read("bytes", "\"YWJ!\""), "bytes: expected base64", "position 3");
      assertRefused(() -> read("bytes", "\"Ŷ\""), "bytes: expected base64");
      assertRefused(() -> read("bytes", "7"), "bytes: expected base64 text, got a number");
    }

    @Test
    void everyLengthComesBack() throws DecodeException {
      for (int length = 0; length < 40; length++) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) (i * 37 + length);
        }
        DynamicMessage message = read(Schema.print("bytes", ByteString.copyFrom(bytes)));
        assertThat(message.getField(Schema.ALL.findFieldByName("bytes")))
            .isEqualTo(ByteString.copyFrom(bytes));
      }
    }
  }
}
