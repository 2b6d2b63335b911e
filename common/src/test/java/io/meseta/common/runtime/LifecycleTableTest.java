package io.meseta.common.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class LifecycleTableTest {

  enum Light {
    RED,
    GREEN,
    YELLOW
  }

  private static final LifecycleTable<Light> TABLE =
      LifecycleTable.named("light", Light.class)
          .allow(Light.RED, Light.GREEN)
          .allow(Light.GREEN, EnumSet.of(Light.YELLOW))
          .allow(Light.YELLOW, Light.RED, Light.GREEN)
          .build();

  @Test
  void onlyRowsAreLegal() {
    assertThat(TABLE.isLegal(Light.RED, Light.GREEN)).isTrue();
    assertThat(TABLE.isLegal(Light.GREEN, Light.RED)).isFalse();
    assertThat(TABLE.isLegal(Light.RED, Light.RED)).isFalse();
  }

  @Test
  void everyRowIsListedInTheOrderOfTheStates() {
    assertThat(TABLE.transitions())
        .containsExactly(
            new Transition("light", Light.RED, Light.GREEN),
            new Transition("light", Light.GREEN, Light.YELLOW),
            new Transition("light", Light.YELLOW, Light.RED),
            new Transition("light", Light.YELLOW, Light.GREEN));
    assertThat(TABLE.transitions().get(0)).hasToString("light: RED -> GREEN");
  }

  @Test
  void aTransitionIsTakenByTheTable() {
    assertThat(TABLE.transitionOrThrow(Light.RED, Light.GREEN, "here"))
        .isEqualTo(new Transition("light", Light.RED, Light.GREEN));
    assertThatThrownBy(() -> TABLE.transitionOrThrow(Light.GREEN, Light.RED, "at the corner"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("light at the corner cannot go from GREEN to RED");
  }

  @Test
  void toStayIsNoRow() {
    LifecycleTable.Builder<Light> builder = LifecycleTable.named("light", Light.class);

    assertThatThrownBy(() -> builder.allow(Light.RED, Light.RED))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
