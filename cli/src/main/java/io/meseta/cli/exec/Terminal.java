package io.meseta.cli.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The terminal at our standard input, by the program {@code stty}. In raw mode every key goes to
 * the command in the container, Ctrl-C too; {@link #close} brings the old mode back.
 */
final class Terminal implements AutoCloseable {

  private static final int LIMIT_SECONDS = 5;

  private final String before;
  private final Thread restoring = new Thread(this::restore, "terminal-restore");
  private boolean raw;

  private Terminal(String before) {
    this.before = before;
  }

  /** A size in characters. */
  record Size(int columns, int rows) {}

  /** Empty if our standard input is no terminal. */
  static Optional<Terminal> find() throws InterruptedException {
    try {
      return Optional.of(new Terminal(stty("-g")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Gives every key to the command; what ends this program brings the old mode back. */
  void makeRaw() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(restoring);
    raw = true;
    stty("raw", "-echo");
  }

  /** Empty if the terminal does not tell. */
  Optional<Size> size() throws InterruptedException {
    try {
      return parse(stty("size"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Rows and columns, as {@code stty size} prints them. */
  static Optional<Size> parse(String text) {
    if (!text.matches("[1-9]\\d{0,4} [1-9]\\d{0,4}")) {
      return Optional.empty();
    }
    int space = text.indexOf(' ');
    return Optional.of(
        new Size(
            Integer.parseInt(text.substring(space + 1)),
            Integer.parseInt(text.substring(0, space))));
  }

  private static String stty(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectErrorStream(true)
            .start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("stty " + String.join(" ", arguments) + ": " + text);
    }
    return text;
  }

  private void restore() {
    try {
      stty(before);
    } catch (IOException e) {
      System.err.println("meseta: the terminal keeps its mode; type: stty sane (" + e + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (raw) {
      raw = false;
      restore();
      try {
        boolean unused = Runtime.getRuntime().removeShutdownHook(restoring);
      } catch (IllegalStateException e) {
        // The program ends already: the hook restores once more, which does no harm.
        return;
      }
    }
  }
}
