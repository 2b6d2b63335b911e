package io.meseta.common.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.TaskID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "web.3f0a-1",
        "ct:1700000000000:0:job name:",
        "...",
        "-x",
        "tâche",
        "20150319-151654-16777343-5050-13463-S0"
      })
  void acceptsWhatCanNameADirectory(String value) {
    assertThat(Ids.invalidReason("task id", value)).isEmpty();
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("", "The task id is empty"),
        Arguments.of(".", "The task id '.' is the name of a directory"),
        Arguments.of("..", "The task id '..' is the name of a directory"),
        Arguments.of("a/b", "The task id 'a/b' contains a '/'"),
        Arguments.of("a\\b", "The task id 'a\\b' contains a '\\'"),
        Arguments.of("a\nb", "The task id 'a?b' contains the control character U+000A"),
        Arguments.of("a\0", "The task id 'a?' contains the control character U+0000"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void refusesWhatCannot(String value, String reason) {
    assertThat(Ids.invalidReason("task id", value)).contains(reason);
  }

  @Test
  void countsBytesAndNotCharacters() {
    assertThat(Ids.invalidReason("agent id", "x".repeat(255))).isEmpty();
    assertThat(Ids.invalidReason("agent id", "x".repeat(256)))
        .hasValueSatisfying(reason ->
            assertThat(reason).endsWith("…' is longer than 255 bytes").hasSizeLessThan(120));
    assertThat(Ids.invalidReason("agent id", "â".repeat(128))).isPresent();
  }

  @Test
  void goesToTheWireAndBack() {
    var proto = TaskID.newBuilder().setValue("t-1").build();
    assertThat(TaskId.of(proto)).isEqualTo(new TaskId("t-1")).hasToString("t-1");
    assertThat(new TaskId("t-1").toProto()).isEqualTo(proto);
    assertThat(new AgentId("S1")).isLessThan(new AgentId("S2"));
  }

  @Test
  void keepsTheParentsOfAContainer() {
    var proto =
        ContainerID.newBuilder()
            .setValue("c")
            .setParent(
                ContainerID.newBuilder()
                    .setValue("b")
                    .setParent(ContainerID.newBuilder().setValue("a")))
            .build();
    var id = ContainerId.of(proto);
    assertThat(id).hasToString("a.b.c");
    assertThat(id.toProto()).isEqualTo(proto);
    assertThat(new ContainerId("a").compareTo(id)).isNegative();
    assertThat(new ContainerId("a").parent()).isNull();
  }
}
