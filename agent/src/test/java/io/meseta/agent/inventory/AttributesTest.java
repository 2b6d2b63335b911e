package io.meseta.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesTest {

  @Test
  void kindsByTheirForm() {
    List<Attribute> attributes =
        Attributes.parse("rack:r1 ; cores:8;load:-0.5;ports:[1-5, 8 - 9];none:[];at:10:30;");

    assertThat(attributes)
        .extracting(Attribute::getName)
        .containsExactly("rack", "cores", "load", "ports", "none", "at");
    assertThat(attributes)
        .extracting(Attribute::getType)
        .containsExactly(
            Value.Type.TEXT,
            Value.Type.SCALAR,
            Value.Type.SCALAR,
            Value.Type.RANGES,
            Value.Type.RANGES,
            Value.Type.TEXT);
    assertThat(attributes.get(0).getText().getValue()).isEqualTo("r1");
    assertThat(attributes.get(1).getScalar().getValue()).isEqualTo(8.0);
    assertThat(attributes.get(2).getScalar().getValue()).isEqualTo(-0.5);
    assertThat(attributes.get(3).getRanges().getRangeList())
        .containsExactly(range(1, 5), range(8, 9));
    assertThat(attributes.get(4).getRanges().getRangeList()).isEmpty();
    assertThat(attributes.get(5).getText().getValue()).isEqualTo("10:30");
  }

  private static Value.Range range(long begin, long end) {
    return Value.Range.newBuilder().setBegin(begin).setEnd(end).build();
  }

  @Test
  void nothingIsNone() {
    assertThat(Attributes.parse("")).isEmpty();
    assertThat(Attributes.parse(" ;\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e3", "NaN", "0x10", "1.2.3", "-"})
  void whatOnlyLooksLikeANumberIsText(String value) {
    assertThat(Attributes.parse("a:" + value).get(0).getText().getValue()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rack | name:value",
        ":r1 | name:value",
        "rack: | name:value",
        "a:{x,y} | sets",
        "a:[1-2 | ']' is missing",
        "a:[1] | low-high",
        "a:[5-1] | above",
        "a:[1-2,] | low-high"
      })
  void saysWhatIsWrong(String text, String reason) {
    assertThatThrownBy(() -> Attributes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text.strip())
        .hasMessageContaining(reason);
  }
}
