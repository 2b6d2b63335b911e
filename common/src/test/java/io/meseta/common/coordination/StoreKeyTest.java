package io.meseta.common.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.zookeeper.common.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fdde677f-637d-4be1-b2b3-dcac63a910fd-S0",
        "a/b",
        "/",
        ".",
        "..",
        "...",
        "%",
        "%2F",
        "ü€𝄞",
        "a b\tc\n",
        "\u0000",
        "zookeeper"
      })
  void everyIdBecomesANodeNameAndBack(String id) {
    String name = new StoreKey("agents", id).nodeName();
    PathUtils.validatePath("/x/" + name);
    assertThat(name).doesNotContain("/");
    assertThat(StoreKey.idOf(name)).isEqualTo(id);
  }

  @Test
  void plainIdsStayReadable() {
    assertThat(new StoreKey("agents", "Run_1-S0.x").nodeName()).isEqualTo("Run_1-S0.x");
    assertThat(new StoreKey("agents", "a/b").nodeName()).isEqualTo("a%2Fb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "%zz", "ü", "%2"})
  void refusesForeignNames(String name) {
    assertThatThrownBy(() -> StoreKey.idOf(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatCannotNameARecord() {
    assertThatThrownBy(() -> new StoreKey("agents", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StoreKey("a/b", "x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StoreKey("epoch", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
