package io.meseta.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every command has. */
public final class CommonOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A properties file with options, one option=value a line.")
  @SuppressWarnings("UnusedVariable") // LayeredDefaults reads it, before the command is parsed
  private @Nullable String config;

  @Option(
      names = "--logging_level",
      paramLabel = "LEVEL",
      defaultValue = "INFO",
      description = "ERROR, WARN, INFO, DEBUG or TRACE; default ${DEFAULT-VALUE}.")
  private Logging.Level loggingLevel = Logging.Level.INFO;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show the options and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  /** How much is logged. */
  public Logging.Level loggingLevel() {
    return loggingLevel;
  }
}
