package io.meseta.master;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** How often each of some things has happened; what never has takes no room. Thread-safe. */
final class KeyedCounts<K> {

  private final Map<K, LongAdder> counts = new ConcurrentHashMap<>();

  void increment(K what) {
    add(what, 1);
  }

  void add(K what, long times) {
    counts.computeIfAbsent(what, unused -> new LongAdder()).add(times);
  }

  long of(K what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /** Each that has happened, in no particular order. */
  void forEach(ObjLongConsumer<K> reader) {
    counts.forEach((what, count) -> reader.accept(what, count.sum()));
  }
}
