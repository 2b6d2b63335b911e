package io.meseta.cli;

import java.io.IOException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Tells people why a command failed: a sentence for what they can mend, all of it for a fault. */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static int report(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      command.getErr().println("meseta: " + sentence(e));
      log.debug("the command failed", e);
    } else {
      log.error("meseta failed; this is a fault of the program", e);
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static String sentence(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return isPortTaken(e)
        ? message + "; another program listens there: choose another port with --port"
        : message;
  }

  private static boolean isPortTaken(@Nullable Throwable e) {
    return e != null && (e instanceof BindException || isPortTaken(e.getCause()));
  }
}
