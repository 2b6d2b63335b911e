package io.meseta.agent.sandbox;

import io.meseta.common.config.Bytes;

/**
 * How much of a task's output a sandbox keeps, for stdout and stderr each: {@code stdout} itself
 * and what was moved away from it, {@code stdout.1} the newest.
 *
 * @param maxSize of one file
 * @param maxFiles with the one that is written to
 */
public record LogLimits(Bytes maxSize, int maxFiles) {

  /** What is written at once must fit into one file. */
  private static final Bytes MIN_SIZE = Bytes.parse("64KB");

  /** Suits production. */
  public static final LogLimits DEFAULT = new LogLimits(Bytes.ofMegabytes(10), 5);

  public LogLimits {
    if (maxSize.compareTo(MIN_SIZE) < 0) {
      throw new IllegalArgumentException(
          "--container_log_max_size is " + maxSize + "; it must be at least " + MIN_SIZE);
    }
    if (maxFiles < 1) {
      throw new IllegalArgumentException(
          "--container_log_max_files is " + maxFiles + "; it must be at least 1");
    }
  }
}
