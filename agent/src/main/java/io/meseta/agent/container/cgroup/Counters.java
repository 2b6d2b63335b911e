package io.meseta.agent.container.cgroup;

import java.util.Map;
import java.util.TreeMap;

/** Reads files of one {@code name number} per line. */
final class Counters {

  private Counters() {}

  static Map<String, Long> of(String text) {
    Map<String, Long> counters = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int blank = line.indexOf(' ');
      if (blank > 0 && isNumber(line, blank + 1)) {
        counters.put(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
      }
    }
    return counters;
  }

  private static boolean isNumber(String line, int from) {
    // More digits than fit into a long are the kernel's word for no limit.
    return from < line.length()
        && line.length() - from <= 18
        && line.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
  }
}
