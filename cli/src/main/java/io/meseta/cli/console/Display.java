package io.meseta.cli.console;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Prints lines, and below them, on a terminal, one area that changes in place.
 *
 * <p>Any thread may call any method.
 */
public final class Display {

  private static final int NARROWEST = 40;

  private final PrintStream out;

  /** Empty when this is no terminal. */
  private final OptionalInt columns;

  private final boolean colours;
  private List<String> area = List.of();

  private Display(PrintStream out, OptionalInt columns, boolean colours) {
    this.out = out;
    this.columns = columns;
    this.colours = colours;
  }

  /** A display that only prints lines, without colours. */
  public static Display plain(PrintStream out) {
    return new Display(out, OptionalInt.empty(), false);
  }

  /** A display on a terminal of this width. */
  public static Display terminal(PrintStream out, int columns) {
    return new Display(out, OptionalInt.of(Math.max(columns, NARROWEST)), true);
  }

  /**
   * What suits the process's standard output. A JVM cannot find out by itself in every version, so
   * the launcher says so: the property {@code meseta.terminal.columns} is set if it is a terminal.
   *
   * @param properties the system's
   * @param environment {@code NO_COLOR} and {@code TERM=dumb} are heeded
   */
  public static Display of(PrintStream out, Map<?, ?> properties, Map<String, String> environment) {
    Object columns = properties.get("meseta.terminal.columns");
    if (!(columns instanceof String text) || !text.matches("[1-9][0-9]{0,4}")) {
      return plain(out);
    }
    if ("dumb".equals(environment.get("TERM"))) {
      return plain(out);
    }
    int width = Math.max(Integer.parseInt(text), NARROWEST);
    return new Display(out, OptionalInt.of(width), !environment.containsKey("NO_COLOR"));
  }

  /** Whether an area can be drawn, so that lines need not tell each change. */
  public boolean isTerminal() {
    return columns.isPresent();
  }

  /** The text in this colour, or as it is where there are no colours. */
  public String paint(Colour colour, String text) {
    return colours ? colour.paint(text) : text;
  }

  /** Prints a line, above the area. */
  public synchronized void line(String text) {
    erase();
    out.println(text);
    draw();
  }

  /**
   * Replaces the area, on a terminal; does nothing elsewhere. Lines that are too long are cut,
   * since a wrapped one could not be erased; so they must not be painted.
   */
  public synchronized void area(List<String> lines) {
    if (!isTerminal() || lines.equals(area)) {
      return;
    }
    erase();
    area = List.copyOf(lines);
    draw();
  }

  /** Leaves the area as it stands and begins a new, empty one below. */
  public synchronized void keepArea() {
    area = List.of();
  }

  private void erase() {
    if (!area.isEmpty()) {
      // So many lines up, and clear from there to the end of the screen.
      out.printf("\u001b[%dA\u001b[J", area.size());
    }
  }

  private void draw() {
    int width = columns.orElse(Integer.MAX_VALUE) - 1;
    for (String line : area) {
      out.println(line.length() <= width ? line : line.substring(0, width));
    }
    out.flush();
  }
}
