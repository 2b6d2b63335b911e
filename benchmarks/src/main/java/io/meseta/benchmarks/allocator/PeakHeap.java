package io.meseta.benchmarks.allocator;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.ref.Reference;
import java.util.List;

/** The most heap that was in use since a moment, garbage included. */
public final class PeakHeap {
  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  private PeakHeap() {}

  /** Collects garbage first, so that what was before does not count. */
  static PeakHeap start() {
    System.gc();
    PeakHeap heap = new PeakHeap();
    heap.pools.forEach(MemoryPoolMXBean::resetPeakUsage);
    return heap;
  }

  /** The sum over the pools of the heap, which may be more than was in use at any one time. */
  Figure peak() {
    return Figure.bytes(
        (double) pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum());
  }

  /** What is reachable now, {@code held} and what it refers to included. */
  public static long live(Object held) {
    try {
      // The second one frees what only the first one's reference handling has let go.
      System.gc();
      System.gc();
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    } finally {
      Reference.reachabilityFence(held);
    }
  }
}
