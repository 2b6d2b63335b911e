package io.meseta.agent.fetch;

import java.util.Locale;

/** Sizes for people. */
final class Amounts {

  private static final double MEGABYTE = 1024.0 * 1024.0;

  private Amounts() {}

  /** As {@code 45.2}: megabytes of 1024 KB. */
  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEGABYTE);
  }
}
