package io.meseta.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Durations of one kind, sorted. */
final class Figures {

  private final double[] millis;

  /**
   * @param nanos what was measured, in order
   * @param warmUp so many of the first are left out: code is compiled and caches fill meanwhile
   */
  Figures(List<Long> nanos, int warmUp) {
    millis =
        nanos.subList(Math.min(warmUp, nanos.size()), nanos.size()).stream()
            .mapToDouble(value -> value / 1e6)
            .sorted()
            .toArray();
    if (millis.length == 0) {
      throw new IllegalArgumentException("nothing was measured after the warm-up");
    }
  }

  /** By nearest rank. */
  double percentile(int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * millis.length);
    return millis[Math.max(0, rank - 1)];
  }

  double median() {
    return percentile(50);
  }

  int count() {
    return millis.length;
  }

  /** Minimum, median, 90th and 99th percentile, as cells of a table. */
  String[] cells() {
    return Arrays.stream(new double[] {millis[0], median(), percentile(90), percentile(99)})
        .mapToObj(Figures::text)
        .toArray(String[]::new);
  }

  static String text(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
