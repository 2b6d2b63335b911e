package io.meseta.cli.replay;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What the command answered. */
record Replayed(int exitCode, String out, String err) {

  static Replayed run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exitCode =
        new CommandLine(new ReplayCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(texts);
    return new Replayed(exitCode, out.toString(), err.toString());
  }
}
