package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.scheduler.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One test per rule of the JSON that Mesos prints. */
class JsonPrinterTest {

  @Test
  void heartbeatHasNoMember() {
    assertThat(JsonPrinter.toString(Event.newBuilder().setType(Event.Type.HEARTBEAT).build()))
        .isEqualTo("{\"type\":\"HEARTBEAT\"}");
  }

  @Test
  void fieldNamesAreThoseOfTheProtoFileInItsOrder() {
    // In the file, type (3) stands in front of value (2).
    var variable =
        Environment.Variable.newBuilder()
            .setValue("1")
            .setName("A")
            .setType(Environment.Variable.Type.SECRET)
            .build();
    assertThat(JsonPrinter.toString(variable))
        .isEqualTo("{\"name\":\"A\",\"type\":\"SECRET\",\"value\":\"1\"}");
  }

  @Test
  void unsetFieldWithDeclaredDefaultIsPrinted() {
    assertThat(JsonPrinter.toString(Filters.getDefaultInstance()))
        .isEqualTo("{\"refuse_seconds\":5.0}");
    assertThat(JsonPrinter.toString(Environment.Variable.newBuilder().setName("A").build()))
        .isEqualTo("{\"name\":\"A\",\"type\":\"VALUE\"}");
  }

  @Test
  void unsetFieldWithDeclaredDefaultIsNotPrintedWhenDeprecated() {
    assertThat(JsonPrinter.toString(FrameworkInfo.newBuilder().setUser("u").setName("n").build()))
        .isEqualTo("{\"user\":\"u\",\"name\":\"n\",\"failover_timeout\":0.0,\"checkpoint\":false}");
  }

  @Test
  @SuppressWarnings("deprecation") // it is the subject
  void deprecatedFieldIsPrintedWhenSet() {
    var resource =
        Resource.newBuilder()
            .setName("cpus")
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(0.5))
            .setRole("*")
            .build();
    assertThat(JsonPrinter.toString(resource))
        .isEqualTo(
            "{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":0.5},\"role\":\"*\"}");
  }

  @Test
  void setFieldIsPrintedEvenWithItsTypesZero() {
    assertThat(Schema.print("int32", 0)).isEqualTo("{\"int32\":0}");
    assertThat(Schema.print("bool", false)).isEqualTo("{\"bool\":false}");
    assertThat(Schema.print("string", "")).isEqualTo("{\"string\":\"\"}");
  }

  @Test
  void unsetFieldsEmptyListsAndEmptyMapsAreLeftOut() {
    assertThat(JsonPrinter.toString(Schema.EMPTY)).isEqualTo("{}");
  }

  @Test
  void emptyMessageIsAnEmptyObject() {
    assertThat(Schema.print("child", Schema.EMPTY)).isEqualTo("{\"child\":{}}");
  }

  @Test
  void enumsAreNames() {
    assertThat(
            JsonPrinter.toString(
                TaskStatus.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue("t"))
                    .setState(TaskState.TASK_GONE_BY_OPERATOR)
                    .build()))
        .isEqualTo("{\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_GONE_BY_OPERATOR\"}");
  }

  @Test
  void bytesArePaddedBase64() {
    assertThat(Schema.print("bytes", ByteString.copyFrom(new byte[] {(byte) 0xfb, (byte) 0xff})))
        .isEqualTo("{\"bytes\":\"+/8=\"}");
  }

  @Test
  void integersOf64BitsAreBareNumbers() {
    assertThat(Schema.print("int64", Long.MIN_VALUE)).isEqualTo("{\"int64\":-9223372036854775808}");
    assertThat(Schema.print("uint64", 7L)).isEqualTo("{\"uint64\":7}");
  }

  @Test
  void unsignedIntegersAreNotNegative() {
    assertThat(Schema.print("uint64", -1L)).isEqualTo("{\"uint64\":18446744073709551615}");
    assertThat(Schema.print("uint32", -1)).isEqualTo("{\"uint32\":4294967295}");
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5.0",
    "0, 0.0",
    "-0.0, -0.0",
    "-3, -3.0",
    "0.1, 0.1",
    "0.3, 0.3",
    "0.19999999999999998, 0.19999999999999998",
    "1795326500.793101, 1795326500.793101",
    "1795327052.719327, 1795327052.719327",
    "10000000, 10000000.0",
    "2147483648, 2147483648.0",
    "12345678.9, 12345678.9",
    "-12345678.25, -12345678.25",
    "9007199254740993e1, 90071992547409940.0",
    "123456789012345678901, 123456789012345680000.0",
    "1e20, 100000000000000000000.0",
    "1e21, 1e21",
    "1.5e300, 1.5e300",
    "-1.5e300, -1.5e300",
    "0.001, 0.001",
    "0.000123, 0.000123",
    "0.000001, 0.000001",
    "0.0000015, 0.0000015",
    "0.0000001, 1e-7",
    "1.25e-10, 1.25e-10",
    "4.9e-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "2e-3, 0.002"
  })
  void doublesAreShortestPlainTextWithADecimal(double value, String text) {
    // 4.9e-324 and 5e-324 are the same double; Java's library knows only the longer text.
    String expected = value == Double.MIN_VALUE ? "4.9e-324" : text;
    assertThat(Schema.print("double", value)).isEqualTo("{\"double\":" + expected + "}");
    assertThat(Double.parseDouble(expected)).isEqualTo(value);
  }

  @Test
  void infinitiesAndNaNAreText() {
    assertThat(Schema.print("double", Double.POSITIVE_INFINITY))
        .isEqualTo("{\"double\":\"Infinity\"}");
    assertThat(Schema.print("double", Double.NEGATIVE_INFINITY))
        .isEqualTo("{\"double\":\"-Infinity\"}");
    assertThat(Schema.print("double", Double.NaN)).isEqualTo("{\"double\":\"NaN\"}");
  }

  @Test
  void mapsAreObjects() {
    var task =
        TaskInfo.newBuilder()
            .setName("n")
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setAgentId(AgentID.newBuilder().setValue("a"))
            .putLimits("cpus", Value.Scalar.newBuilder().setValue(Double.POSITIVE_INFINITY).build())
            .putLimits("mem", Value.Scalar.newBuilder().setValue(64).build())
            .build();
    assertThat(JsonPrinter.toString(task))
        .isEqualTo(
            "{\"name\":\"n\",\"task_id\":{\"value\":\"t\"},\"agent_id\":{\"value\":\"a\"},"
                + "\"limits\":{\"cpus\":{\"value\":\"Infinity\"},\"mem\":{\"value\":64.0}}}");
  }

  @Test
  void googleDurationIsAnObjectLikeAnyOther() {
    var drain =
        Call.DrainAgent.newBuilder()
            .setAgentId(AgentID.newBuilder().setValue("a"))
            .setMaxGracePeriod(Duration.newBuilder().setSeconds(600))
            .build();
    assertThat(JsonPrinter.toString(drain))
        .isEqualTo(
            "{\"agent_id\":{\"value\":\"a\"},\"max_grace_period\":{\"seconds\":600},"
                + "\"mark_gone\":false}");
  }

  @Test
  void unknownFieldsAreNotPrinted() {
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    assertThat(
            JsonPrinter.toString(
                FrameworkID.newBuilder().setValue("f").setUnknownFields(unknown).build()))
        .isEqualTo("{\"value\":\"f\"}");
  }

  @Test
  void textIsEscapedAndOnOneLine() {
    assertThat(Schema.print("string", "a\"b\\c\n/é\u0001\uD83D\uDE00"))
        .isEqualTo("{\"string\":\"a\\\"b\\\\c\\n/é\\u0001\uD83D\uDE00\"}");
  }

  @Test
  void masterInfoIsAsPublishedByAMesosMaster() throws DecodeException {
    String published =
        "{\"id\":\"42df9f79-1886-45c7-97e2-2212af1d3117\",\"ip\":33554559,\"port\":5050,"
            + "\"pid\":\"master@127.0.0.2:5050\",\"hostname\":\"127.0.0.2\",\"version\":\"1.12.0\","
            + "\"address\":{\"hostname\":\"127.0.0.2\",\"ip\":\"127.0.0.2\",\"port\":5050},"
            + "\"capabilities\":[{\"type\":\"AGENT_UPDATE\"},{\"type\":\"AGENT_DRAINING\"},"
            + "{\"type\":\"QUOTA_V2\"}]}";
    MasterInfo info =
        JsonReader.read(
            published.getBytes(StandardCharsets.UTF_8), MasterInfo.getDefaultInstance());
    assertThat(JsonPrinter.toString(info)).isEqualTo(published);
  }

  @Test
  void streamIsLeftOpen() throws IOException {
    var closed = new boolean[1];
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    JsonPrinter.write(Filters.getDefaultInstance(), out);
    assertThat(closed[0]).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"refuse_seconds\":5.0}");
  }

  @Test
  void messageCanBePartOfALargerPage() throws IOException {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator page = Json.FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      page.writeStartArray();
      JsonPrinter.write(FrameworkID.newBuilder().setValue("f").build(), page);
      page.writeNumber(1);
      page.writeEndArray();
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[{\"value\":\"f\"},1]");
  }

  @Test
  void listsKeepTheirOrder() {
    var numbers =
        DynamicMessage.newBuilder(Schema.ALL)
            .addRepeatedField(Schema.ALL.findFieldByName("int32s"), 3)
            .addRepeatedField(Schema.ALL.findFieldByName("int32s"), -1)
            .build();
    assertThat(JsonPrinter.toString(numbers)).isEqualTo("{\"int32s\":[3,-1]}");
  }
}
