package io.meseta.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands of the program in a test, and keeps what they print. */
public final class Programs {

  private Programs() {}

  /** How a command has ended. */
  public record Result(int code, String out, String err) {}

  /** Runs a command to its end. */
  public static Result run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = program.execute(words);
    return new Result(code, out.toString(), err.toString());
  }
}
