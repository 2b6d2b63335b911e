package io.meseta.master;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How Mesos writes the names of its metrics. */
final class MetricNames {

  private MetricNames() {}

  /** A constant as it is called there. */
  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The names of all constants of a type, with this before them. */
  static <E extends Enum<E>> Map<E, String> all(String prefix, Class<E> type) {
    EnumMap<E, String> names = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      names.put(constant, prefix + lower(constant));
    }
    return names;
  }
}
