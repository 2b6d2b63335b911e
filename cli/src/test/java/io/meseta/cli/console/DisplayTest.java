package io.meseta.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisplayTest {

  private static final String ERASE_TWO_LINES = "\u001b[2A\u001b[J";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void plain_printsLinesAndNothingElse() {
    Display display = Display.plain(out);

    display.area(List.of("an area"));
    display.line(display.paint(Colour.RED, "a line"));

    assertThat(printed()).isEqualTo("a line\n");
  }

  @Test
  void terminal_redrawsTheAreaInPlace() {
    Display display = Display.terminal(out, 80);

    display.area(List.of("a 1", "b 1"));
    display.area(List.of("a 2", "b 1"));

    assertThat(printed()).isEqualTo("a 1\nb 1\n" + ERASE_TWO_LINES + "a 2\nb 1\n");
  }

  @Test
  void terminal_printsLinesAboveTheArea() {
    Display display = Display.terminal(out, 80);

    display.area(List.of("a", "b"));
    display.line("said");

    assertThat(printed()).isEqualTo("a\nb\n" + ERASE_TWO_LINES + "said\na\nb\n");
  }

  @Test
  void terminal_aKeptAreaIsNotErased() {
    Display display = Display.terminal(out, 80);

    display.area(List.of("kept"));
    display.keepArea();
    display.line("below");

    assertThat(printed()).isEqualTo("kept\nbelow\n");
  }

  @Test
  void terminal_anUnchangedAreaIsNotDrawnAgain() {
    Display display = Display.terminal(out, 80);

    display.area(List.of("same"));
    display.area(List.of("same"));

    assertThat(printed()).isEqualTo("same\n");
  }

  @Test
  void terminal_linesOfTheAreaAreCutSoThatNoneWraps() {
    Display display = Display.terminal(out, 40);

    display.area(List.of("x".repeat(50)));

    assertThat(printed()).isEqualTo("x".repeat(39) + "\n");
  }

  @Test
  void theLauncherSaysWhetherItIsATerminal() {
    Map<String, String> columns = Map.of("meseta.terminal.columns", "120");

    assertThat(Display.of(out, Map.of(), Map.of()).isTerminal()).isFalse();
    assertThat(Display.of(out, columns, Map.of()).isTerminal()).isTrue();
    assertThat(Display.of(out, columns, Map.of("TERM", "dumb")).isTerminal()).isFalse();
    assertThat(Display.of(out, Map.of("meseta.terminal.columns", "wide"), Map.of()).isTerminal())
        .isFalse();
  }

  @Test
  void coloursAreLeftOutWhereNobodyWantsThem() {
    Map<String, String> columns = Map.of("meseta.terminal.columns", "120");

    assertThat(Display.of(out, columns, Map.of()).paint(Colour.GREEN, "ok"))
        .isEqualTo("\u001b[32mok\u001b[0m");
    assertThat(Display.of(out, columns, Map.of("NO_COLOR", "1")).paint(Colour.GREEN, "ok"))
        .isEqualTo("ok");
    assertThat(Display.of(out, Map.of(), Map.of()).paint(Colour.GREEN, "ok")).isEqualTo("ok");
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
