package io.meseta.master;

import java.util.Locale;

/** How Mesos writes the names of its metrics. */
final class MetricNames {

  private MetricNames() {}

  /** A constant as it is called there. */
  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Names with what is before and behind them, by ordinal. */
  static String[] all(String prefix, Enum<?>[] constants) {
    String[] names = new String[constants.length];
    for (Enum<?> constant : constants) {
      names[constant.ordinal()] = prefix + lower(constant);
    }
    return names;
  }
}
