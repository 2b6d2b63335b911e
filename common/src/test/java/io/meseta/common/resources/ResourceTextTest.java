package io.meseta.common.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTextTest {
  @Test
  void readsTheTextForm() throws ResourceException {
    assertThat(
            Resources.parse(
                " cpus : 4 ; mem:1024;disk:4096;ports:[31000-32000,33000-33000]; cpus(role):2;"))
        .hasToString("cpus:4;cpus(role):2;disk:4096;mem:1024;ports:[31000-32000, 33000-33000]");
    assertThat(Resources.parse("")).isEqualTo(Resources.EMPTY);
    assertThat(Resources.parse("cpus:1;cpus:0.5")).isEqualTo(Resources.of("cpus:1.5"));
    assertThat(Resources.parse("cpus(*):1")).isEqualTo(Resources.of("cpus:1"));
    assertThat(Resources.parse("mem:1e3")).isEqualTo(Resources.of("mem:1000"));
    assertThat(Resources.parse("ports:[3-4,1-2,7-9,8-10]")).hasToString("ports:[1-4, 7-10]");
    assertThat(Resources.parse("devices:{ b , a,b}")).hasToString("devices:{a, b}");
  }

  static Stream<Arguments> notText() {
    return Stream.of(
        Arguments.of("cpus", "'cpus' is not name:value or name(role):value"),
        Arguments.of("cpus(web:1", "is not name:value"),
        Arguments.of(":1", "empty name"),
        Arguments.of("cpus:", "not a number"),
        Arguments.of("cpus:four", "'cpus:four' has a value that is not a number"),
        Arguments.of("cpus:NaN", "not a number"),
        Arguments.of("cpus:0x10", "not a number"),
        Arguments.of("cpus:1d", "not a number"),
        Arguments.of("cpus:-1", "Resource 'cpus' is negative"),
        Arguments.of("cpus:1e300", "Resource 'cpus' is too large"),
        Arguments.of("cpus:1e999", "Resource 'cpus' is too large"),
        Arguments.of("ports:[1-]", "'1-', which is not from-to"),
        Arguments.of("ports:[9-1]", "ends before it begins: 9-1"),
        Arguments.of("ports:[1-2,]", "is not from-to"),
        Arguments.of("devices:{a,,b}", "empty item"),
        Arguments.of("cpus:1;cpus:[1-2]", "both as SCALAR and as RANGES"),
        Arguments.of("cpus(a b):1", "white space"),
        Arguments.of("cp us:1", "white space"),
        Arguments.of("cpus():1", "cannot be empty"));
  }

  @ParameterizedTest
  @MethodSource("notText")
  void saysWhatIsWrongWithAText(String text, String reason) {
    assertThatThrownBy(() -> Resources.parse(text))
        .isInstanceOf(ResourceException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void readsTheJsonForm() throws ResourceException {
    var json =
        """
        [{"name":"cpus","type":"SCALAR","scalar":{"value":4}},
         {"name":"mem","type":"SCALAR","scalar":{"value":512.5},"role":"web"},
         {"name":"ports","type":"RANGES","ranges":{"range":[{"begin":1,"end":2}]}},
         {"name":"devices","type":"SET","set":{"item":["a"]}},
         {"name":"disk","type":"SCALAR","scalar":{"value":100},
          "reservations":[{"type":"STATIC","role":"db"}],
          "disk":{"source":{"type":"MOUNT","mount":{"root":"/mnt/a"}}}}]
        """;
    assertThat(Resources.parse(json))
        .hasToString("cpus:4;devices:{a};disk(db)[MOUNT:/mnt/a]:100;mem(web):512.5;ports:[1-2]");
    assertThat(Resources.parse("[]")).isEqualTo(Resources.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "[1]",
        "[{}]",
        "[{\"name\":\"cpus\"}]",
        "[{\"name\":\"cpus\",\"type\":\"SCALAR\"}]",
        "[{\"name\":\"cpus\",\"type\":\"SCALER\",\"scalar\":{\"value\":4}}]",
        "[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scaler\":{\"value\":4}}]",
        "[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":\"4\"}}]",
        "[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":4},\"set\":{\"item\":[]}}]",
        "[{\"name\":\"p\",\"type\":\"RANGES\",\"ranges\":{\"range\":{\"begin\":1,\"end\":2}}}]",
        "[{\"name\":\"p\",\"type\":\"RANGES\",\"ranges\":{\"range\":[{\"begin\":1.5,\"end\":2}]}}]",
        "[] []"
      })
  void saysWhatIsWrongWithJson(String json) {
    assertThatThrownBy(() -> Resources.parse(json))
        .isInstanceOf(ResourceException.class)
        .message()
        .isNotBlank();
  }
}
