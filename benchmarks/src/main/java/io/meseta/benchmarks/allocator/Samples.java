package io.meseta.benchmarks.allocator;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How long the same thing took, again and again, and how much this thread allocated meanwhile. To
 * be used by one thread.
 */
final class Samples {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final double NANOS_PER_MILLI = 1e6;

  private record Sample(long nanos, long bytes) {}

  private final List<Sample> samples = new ArrayList<>();

  /** Does it, and keeps what it took. */
  void time(Runnable work) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    work.run();
    long nanos = System.nanoTime() - start;
    samples.add(new Sample(nanos, THREADS.getCurrentThreadAllocatedBytes() - bytes));
  }

  /** Keeps the last sample of another series, too. */
  void addLastOf(Samples other) {
    samples.add(other.samples.get(other.samples.size() - 1));
  }

  /** Does it once. */
  static Figure once(Runnable work) {
    Samples samples = new Samples();
    samples.time(work);
    return samples.total();
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  int count() {
    return samples.size();
  }

  Figure median() {
    return percentile(50);
  }

  Figure worst() {
    return percentile(100);
  }

  /** By nearest rank, time and bytes each by itself. */
  private Figure percentile(int percent) {
    if (samples.isEmpty()) {
      throw new IllegalStateException("Nothing was measured");
    }
    int rank = Math.max(0, (int) Math.ceil(percent / 100.0 * samples.size()) - 1);
    long[] nanos = samples.stream().mapToLong(Sample::nanos).sorted().toArray();
    long[] bytes = samples.stream().mapToLong(Sample::bytes).sorted().toArray();
    return figure(nanos[rank], bytes[rank]);
  }

  Figure total() {
    return totalOfFirst(samples.size());
  }

  /** All of them, or so many of the first. */
  Figure totalOfFirst(int count) {
    List<Sample> first = samples.subList(0, Math.min(count, samples.size()));
    return figure(
        first.stream().mapToLong(Sample::nanos).sum(),
        first.stream().mapToLong(Sample::bytes).sum());
  }

  private static Figure figure(long nanos, long bytes) {
    return new Figure(Unit.MILLIS, nanos / NANOS_PER_MILLI, OptionalLong.of(bytes));
  }
}
