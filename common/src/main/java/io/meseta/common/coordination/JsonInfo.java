package io.meseta.common.coordination;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The names of the nodes in which Mesos-compatible masters publish themselves: {@code json.info_}
 * and the sequence number. Whatever else lies beside them is not ours to judge: the labels of older
 * versions ({@code info_}), the replicated log, our own registry.
 */
final class JsonInfo {
  static final String PREFIX = "json.info_";

  private JsonInfo() {}

  /** The one with the lowest sequence, which leads. */
  static Optional<String> lowest(Collection<String> children) {
    return only(children).stream().min(Comparator.comparingLong(JsonInfo::sequence));
  }

  static List<String> only(Collection<String> children) {
    return children.stream().filter(JsonInfo::isOne).toList();
  }

  private static boolean isOne(String name) {
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    String digits = name.substring(PREFIX.length());
    // ZooKeeper writes ten digits, and a minus when the counter has run over.
    return digits.matches("-?[0-9]{1,10}");
  }

  private static long sequence(String name) {
    return Long.parseLong(name.substring(PREFIX.length()));
  }
}
