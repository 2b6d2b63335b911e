package io.meseta.cli.whatif;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;

/** A command that was run. */
record Program(int exitCode, String out, String err) {

  static Program run(Function<PrintStream, Callable<Integer>> command, String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(command.apply(out))
            .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler((e, line, parsed) -> {
              err.append(String.valueOf(e.getMessage()));
              return 1;
            })
            .execute(arguments);
    return new Program(exitCode, bytes.toString(StandardCharsets.UTF_8), err.toString());
  }
}
