package io.meseta.agent;

import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.config.Bytes;
import io.meseta.common.config.BytesConverter;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * What sandboxes may hold.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class SandboxFlags {

  private static final String DEFAULT_LOG_SIZE = "10MB";
  private static final String DEFAULT_LOG_FILES = "5";

  @Option(
      names = "--container_log_max_size",
      paramLabel = "SIZE",
      defaultValue = DEFAULT_LOG_SIZE,
      converter = BytesConverter.class,
      description =
          "A task's stdout or stderr that would become larger is moved to stdout.1 or stderr.1, and"
              + " a new one is begun; at least 64KB; default 10MB.")
  private Bytes containerLogMaxSize = Bytes.parse(DEFAULT_LOG_SIZE);

  @Option(
      names = "--container_log_max_files",
      paramLabel = "NUMBER",
      defaultValue = DEFAULT_LOG_FILES,
      description =
          "So many files of a task's stdout, and as many of its stderr, are kept, the one that is"
              + " written to included; default 5.")
  private int containerLogMaxFiles = Integer.parseInt(DEFAULT_LOG_FILES);

  /** See {@code --container_log_max_size} and {@code --container_log_max_files}. */
  public SandboxFlags containerLogs(Bytes maxSize, int maxFiles) {
    containerLogMaxSize = maxSize;
    containerLogMaxFiles = maxFiles;
    return this;
  }

  /**
   * How much output of a task is kept.
   *
   * @throws IllegalArgumentException if a number cannot be right
   */
  public LogLimits logLimits() {
    return new LogLimits(containerLogMaxSize, containerLogMaxFiles);
  }

  /** Adds them as pages show them. */
  public void addTo(Map<String, String> flags) {
    flags.put("container_log_max_size", containerLogMaxSize.toString());
    flags.put("container_log_max_files", Integer.toString(containerLogMaxFiles));
  }
}
