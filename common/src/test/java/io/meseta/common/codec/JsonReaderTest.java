package io.meseta.common.codec;

import static io.meseta.common.codec.Schema.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.AttributeConstraint;
import io.meseta.api.v1.scheduler.Call;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One test per rule of the JSON that Mesos accepts. */
class JsonReaderTest {

  private static <M extends Message> M readAs(M prototype, String json) throws DecodeException {
    return JsonReader.read(json.getBytes(StandardCharsets.UTF_8), prototype);
  }

  private static void assertRefused(ThrowingCallable reading, String... parts) {
    assertThatThrownBy(reading).isInstanceOf(DecodeException.class).hasMessageContainingAll(parts);
  }

  @Nested
  class Names {
    @Test
    void fieldsGoByTheNameInTheProtoFile() throws DecodeException {
      var info =
          readAs(
              FrameworkInfo.getDefaultInstance(),
              "{\"user\":\"u\",\"name\":\"n\",\"failover_timeout\":7}");
      assertThat(info.getFailoverTimeout()).isEqualTo(7.0);
    }

    @Test
    void camelCaseIsUnknown() throws DecodeException {
      var info =
          readAs(
              FrameworkInfo.getDefaultInstance(),
              "{\"user\":\"u\",\"name\":\"n\",\"failoverTimeout\":7}");
      assertThat(info.hasFailoverTimeout()).isFalse();
    }

    @Test
    void unknownFieldsAreIgnoredAtEveryLevel() throws DecodeException {
      var message =
          read("{\"x\":{\"y\":[1,{\"z\":null}]},\"child\":{\"w\":[[]],\"int32\":1},\"q\":\"\"}");
      assertThat(JsonPrinter.toString(message)).isEqualTo("{\"child\":{\"int32\":1}}");
    }

    @Test
    void ofEqualNamesTheLastCounts() throws DecodeException {
      assertThat(JsonPrinter.toString(read("{\"int32\":1,\"int32\":2}")))
          .isEqualTo("{\"int32\":2}");
      assertThat(JsonPrinter.toString(read("{\"int32s\":[1,2],\"int32s\":[3]}")))
          .isEqualTo("{\"int32s\":[3]}");
      assertThat(JsonPrinter.toString(read("{\"child\":{\"int32\":1},\"child\":{\"bool\":true}}")))
          .isEqualTo("{\"child\":{\"bool\":true}}");
      assertThat(JsonPrinter.toString(read("{\"int32\":1,\"int32\":null}"))).isEqualTo("{}");
      assertThat(JsonPrinter.toString(read("{\"color\":\"RED\",\"color\":\"MAUVE\"}")))
          .isEqualTo("{}");
      assertThat(
              JsonPrinter.toString(
                  read("{\"by_number\":{\"1\":\"a\"},\"by_number\":{\"2\":\"b\",\"2\":\"c\"}}")))
          .isEqualTo("{\"by_number\":{\"2\":\"c\"}}");
    }

    @Test
    void ofAOneofTheLastCounts() throws DecodeException {
      var selector =
          readAs(
              AttributeConstraint.Selector.getDefaultInstance(),
              "{\"pseudoattribute_type\":\"ZONE\",\"attribute_name\":\"rack\"}");
      assertThat(selector.hasPseudoattributeType()).isFalse();
      assertThat(selector.getAttributeName()).isEqualTo("rack");
    }
  }

  @Nested
  class Null {
    @Test
    void isAnUnsetScalar() throws DecodeException {
      assertThat(read("int32", "null")).isNull();
      assertThat(read("string", "null")).isNull();
      assertThat(read("color", "null")).isNull();
    }

    @Test
    void isAnUnsetMessage() throws DecodeException {
      assertThat(read("child", "null")).isNull();
    }

    @Test
    void isAnEmptyListOrMap() throws DecodeException {
      assertThat(read("int32s", "null")).isNull();
      assertThat(read("children", "null")).isNull();
      assertThat(read("by_name", "null")).isNull();
    }

    @Test
    void isDroppedFromListsAndMaps() throws DecodeException {
      assertThat(JsonPrinter.toString(read("{\"int32s\":[null,1,null],\"by_name\":{\"a\":null}}")))
          .isEqualTo("{\"int32s\":[1]}");
    }

    @Test
    void isAMissingRequiredField() {
      assertRefused(
          () -> readAs(AgentInfo.getDefaultInstance(), "{\"hostname\":null}"),
          "hostname: missing required field");
    }
  }

  @Nested
  class Enums {
    @Test
    void goByName() throws DecodeException {
      assertThat(JsonPrinter.toString(read("{\"color\":\"BLUE\"}")))
          .isEqualTo("{\"color\":\"BLUE\"}");
    }

    @Test
    void unknownNameIsUnset() throws DecodeException {
      assertThat(read("color", "\"MAUVE\"")).isNull();
    }

    @Test
    void unknownNameIsDroppedFromAList() throws DecodeException {
      assertThat(JsonPrinter.toString(read("{\"colors\":[\"RED\",\"MAUVE\",\"BLUE\"]}")))
          .isEqualTo("{\"colors\":[\"RED\",\"BLUE\"]}");
    }

    @Test
    void unknownNameInARequiredFieldIsAnError() {
      assertRefused(
          () -> read("{\"must\":{\"color\":\"MAUVE\"}}"),
          "must.color: unknown value \"MAUVE\"",
          "RED, BLUE");
      assertRefused(
          () ->
              readAs(
                  TaskStatus.getDefaultInstance(),
                  "{\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_SLEEPING\"}"),
          "state: unknown value \"TASK_SLEEPING\"",
          "TASK_RUNNING");
    }

    @Test
    void unknownCallTypeReadsAsUnknown() throws DecodeException {
      Call call = readAs(Call.getDefaultInstance(), "{\"type\":\"DANCE\"}");
      assertThat(call.hasType()).isFalse();
      assertThat(call.getType()).isEqualTo(Call.Type.UNKNOWN);
    }

    @Test
    void unknownNameLeavesTheDeclaredDefault() throws DecodeException {
      var variable =
          readAs(Environment.Variable.getDefaultInstance(), "{\"name\":\"A\",\"type\":\"RIDDLE\"}");
      assertThat(variable.getType()).isEqualTo(Environment.Variable.Type.VALUE);
    }

    @Test
    void numberIsAnError() {
      assertRefused(() -> read("color", "1"), "color: expected the name of a value, got a number");
    }
  }

  @Nested
  class Lists {
    @Test
    void oneObjectIsAListOfOne() throws DecodeException {
      assertThat(JsonPrinter.toString(read("{\"children\":{\"int32\":1}}")))
          .isEqualTo("{\"children\":[{\"int32\":1}]}");
    }

    @Test
    void oneScalarIsAListOfOne() throws DecodeException {
      assertThat(read("int32s", "5")).isEqualTo(List.of(5));
    }

    @Test
    void listsInListsAreFlattened() throws DecodeException {
      assertThat(read("int32s", "[1,[2,[3]],[]]")).isEqualTo(List.of(1, 2, 3));
    }

    @Test
    void listForASingularFieldIsAnError() {
      assertRefused(() -> read("int32", "[1]"), "int32: expected a number, got a list");
      assertRefused(() -> read("child", "[{}]"), "child: expected an object, got a list");
    }
  }

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

  @Nested
  class Maps {
    @Test
    void areObjects() throws DecodeException {
      TaskInfo task =
          readAs(
              TaskInfo.getDefaultInstance(),
              """
              {"name":"n","task_id":{"value":"t"},"agent_id":{"value":"a"},
               "limits":{"cpus":{"value":"Infinity"},"mem":{"value":64}}}\
              """);
      assertThat(task.getLimitsOrThrow("cpus").getValue()).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(task.getLimitsOrThrow("mem").getValue()).isEqualTo(64.0);
    }

    @Test
    void keysOfNumbersAreRead() throws DecodeException {
      assertThat(JsonPrinter.toString(read("{\"by_number\":{\"18446744073709551615\":\"x\"}}")))
          .isEqualTo("{\"by_number\":{\"18446744073709551615\":\"x\"}}");
      assertRefused(() -> read("by_number", "{\"x\":\"y\"}"), "by_number[\"x\"]: bad key");
    }

    @Test
    void otherThanObjectsAreErrors() {
      assertRefused(() -> read("by_name", "[1]"), "by_name: expected an object, got a list");
    }

    @Test
    void pathOfAnErrorNamesTheKey() {
      assertRefused(
          () -> read("{\"by_name\":{\"a b\":{\"int32\":{}}}}"),
          "by_name[\"a b\"].int32: expected a number, got an object");
    }
  }

  @Nested
  class Required {
    @Test
    void missingFieldIsToldWithItsPath() {
      assertRefused(
          () ->
              readAs(
                  Call.getDefaultInstance(),
                  "{\"type\":\"ACCEPT\",\"accept\":{\"offer_ids\":[{}]}}"),
          "accept.offer_ids[0].value: missing required field");
    }

    @Test
    void missingFieldInAMapIsToldWithItsKey() {
      assertRefused(
          () ->
              readAs(
                  TaskInfo.getDefaultInstance(),
                  "{\"name\":\"n\",\"task_id\":{\"value\":\"t\"},\"limits\":{\"cpus\":{}}}"),
          "agent_id: missing required field",
          "limits[\"cpus\"].value: missing required field");
    }

    @Test
    void longListOfMissingFieldsIsCut() {
      String ids = "{},".repeat(100);
      assertRefused(
          () -> readAs(Call.getDefaultInstance(), "{\"accept\":{\"offer_ids\":[" + ids + "{}]}}"),
          "offer_ids[4].value: missing required field; and more");
    }
  }

  @Nested
  class Documents {
    @Test
    void emptyBodyIsAnError() {
      assertRefused(() -> read(""), "empty body");
      assertRefused(() -> read(" \n"), "empty body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"x\"", "null", "true"})
    void otherThanAnObjectIsAnError(String json) {
      assertRefused(() -> read(json), "expected a JSON object, got ");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{",
          "{\"int32\":1",
          "{\"int32\" 1}",
          "{int32:1}",
          "{\"int32\":1,}",
          "{\"int32\":01}",
          "{'int32':1}",
          "{\"double\":NaN}",
          "{\"x\":[1,}",
          "{\"string\":\"\n\"}",
          "// {}",
          "\u0000"
        })
    void malformedTextIsAnError(String json) {
      assertRefused(() -> read(json), "malformed JSON at line ", ", column ");
    }

    @Test
    void brokenUtf8IsAnError() {
      byte[] bytes = "{\"string\":\"a?b\"}".getBytes(StandardCharsets.US_ASCII);
      bytes[12] = (byte) 0xff;
      assertRefused(() -> JsonReader.read(bytes, Schema.EMPTY), "JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}x", "{}]", "{},"})
    void anythingBehindTheObjectIsAnError(String json) {
      assertThatThrownBy(() -> read(json)).isInstanceOf(DecodeException.class);
    }

    @Test
    void blanksAroundTheObjectAreNot() throws DecodeException {
      assertThat(read(" \r\n{}\t\n")).isEqualTo(Schema.EMPTY);
    }

    @Test
    void deepNestingIsAnErrorAndNoStackOverflow() {
      String known = "{\"child\":".repeat(200_000);
      assertRefused(() -> read(known), "too deep");
      String unknown = "{\"x\":".repeat(200_000);
      assertRefused(() -> read(unknown), "too deep");
      String lists = "{\"int32s\":" + "[".repeat(200_000);
      assertRefused(() -> read(lists), "too deep");
    }

    @Test
    void nestingUpToTheLimitIsRead() throws DecodeException {
      int depth = Codec.MAX_DEPTH - 1;
      String json = "{\"child\":".repeat(depth) + "{}" + "}".repeat(depth);
      assertThat(JsonPrinter.toString(read(json))).isEqualTo(json);
    }

    @Test
    void bufferIsReadFromItsPositionToItsLimit() throws DecodeException {
      ByteBuffer buffer =
          ByteBuffer.wrap("##{\"int32\":1}##".getBytes(StandardCharsets.US_ASCII))
              .position(2)
              .limit(13);
      ByteBuffer direct = ByteBuffer.allocateDirect(11).put(buffer.duplicate()).flip();
      for (ByteBuffer each : List.of(buffer.slice(), buffer, direct)) {
        int position = each.position();
        assertThat(JsonPrinter.toString(JsonReader.read(each, Schema.EMPTY)))
            .isEqualTo("{\"int32\":1}");
        assertThat(each.position()).isEqualTo(position);
      }
    }

    @Test
    void longTextIsRead() throws DecodeException {
      String text = "x".repeat(25_000_000);
      assertThat(read("string", '"' + text + '"')).isEqualTo(text);
    }
  }
}
