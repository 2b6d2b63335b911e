package io.meseta.cli.demo;

import io.meseta.cli.demo.cgroup.Cgroup;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Finds out how much CPU time a container that wants all gets. */
final class CpuMeasurement {

  private static final Duration WINDOW = Duration.ofSeconds(3);

  /** The kernel gives a quota in periods of 100 ms; a window begins and ends within one. */
  private static final double TOLERANCE = 0.10;

  /** On a busy machine it may not reach its limit for a while; it never passes it. */
  private static final int TRIES = 5;

  private final Cgroup cgroup;
  private final long limitMilliCpus;

  CpuMeasurement(Cgroup cgroup, long limitMilliCpus) {
    this.cgroup = cgroup;
    this.limitMilliCpus = limitMilliCpus;
  }

  /** What was measured in one window. */
  record Window(long usedNs, long elapsedNs, long throttled) {
    double cpus() {
      return (double) usedNs / elapsedNs;
    }
  }

  /**
   * Measures, for some seconds.
   *
   * @return what was measured, for people
   * @throws DoesNotHoldException when it is not the limit
   */
  String text() throws IOException, InterruptedException, DoesNotHoldException {
    Window window = measure();
    for (int i = 1; i < TRIES && !reachedLimit(window); i++) {
      window = measure();
    }
    return verdict(window);
  }

  String verdict(Window window) throws DoesNotHoldException {
    String seen =
        String.format(
            Locale.ROOT,
            "used %.3f CPU over %.1f s, limit %s, tolerance %.0f %%; the kernel held it back in %d"
                + " periods",
            window.cpus(),
            window.elapsedNs() / 1e9,
            DemoTask.cpusText(limitMilliCpus),
            TOLERANCE * 100,
            window.throttled());
    if (window.cpus() > limitCpus() * (1 + TOLERANCE)) {
      throw new DoesNotHoldException(seen + System.lineSeparator() + "That is more than granted.");
    }
    if (!reachedLimit(window)) {
      throw new DoesNotHoldException(
          seen
              + System.lineSeparator()
              + "So it was not the limit that held it; is this machine very busy?");
    }
    return seen;
  }

  private Window measure() throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    long usedBefore = cgroup.cpuUsageNs();
    long throttledBefore = cgroup.throttledPeriods();
    TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
    long elapsedNs = System.nanoTime() - startNs;
    return new Window(
        cgroup.cpuUsageNs() - usedBefore, elapsedNs, cgroup.throttledPeriods() - throttledBefore);
  }

  private boolean reachedLimit(Window window) {
    return window.throttled() > 0 && window.cpus() >= limitCpus() * (1 - TOLERANCE);
  }

  private double limitCpus() {
    return limitMilliCpus / 1e3;
  }
}
