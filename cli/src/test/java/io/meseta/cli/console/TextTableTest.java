package io.meseta.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    TextTable table = new TextTable("TASK", "STATE").row("a", "TASK_RUNNING").row("longer", "x");

    assertThat(table.lines(2))
        .containsExactly("  TASK    STATE", "  a       TASK_RUNNING", "  longer  x");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    TextTable table = new TextTable("ONE", "TWO");

    assertThatThrownBy(() -> table.row("only one")).isInstanceOf(IllegalArgumentException.class);
  }
}
