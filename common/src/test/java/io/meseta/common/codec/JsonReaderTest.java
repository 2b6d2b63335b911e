package io.meseta.common.codec;

import static io.meseta.common.codec.JsonReading.assertRefused;
import static io.meseta.common.codec.JsonReading.readAs;
import static io.meseta.common.codec.Schema.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test per rule of the JSON that Mesos accepts. */
class JsonReaderTest {

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
