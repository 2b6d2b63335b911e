package io.meseta.common.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjDoubleConsumer;

/**
 * How long something takes each time: the last time, and how that compares with other times of a
 * window that ends now. Thread-safe; to record costs next to nothing.
 */
public final class Timing {

  /** As Mesos names them, and the share of all times that are not longer. */
  private static final Map<Double, String> NAMES =
      Map.of(
          0.0, "/min", 0.5, "/p50", 0.9, "/p90", 0.95, "/p95", 0.99, "/p99", 0.999, "/p999", 0.9999,
          "/p9999");

  private static final double[] SHARES =
      NAMES.keySet().stream().mapToDouble(Double::doubleValue).sorted().toArray();

  /** Digits that are right. */
  private static final int PRECISION = 2;

  private final Timer timer;
  private volatile double lastMs;

  Timing(MeterRegistry registry, String name, String description, Duration window) {
    this.timer =
        Timer.builder(name)
            .description(description)
            .publishPercentiles(SHARES)
            .percentilePrecision(PRECISION)
            .distributionStatisticExpiry(window)
            .register(registry);
  }

  /** One that no page shows. */
  public static Timing unshown(Duration window) {
    return new Timing(new SimpleMeterRegistry(), "unshown", "", window);
  }

  /** It has taken so long, once. */
  public void record(Duration time) {
    timer.record(time);
    lastMs = time.toNanos() / 1e6;
  }

  /** How often it was done. */
  public long count() {
    return timer.count();
  }

  /**
   * Gives the numbers of a timer of Mesos in milliseconds: the last time under the name itself, and
   * {@code /count}, {@code /max}, {@code /min} and {@code /p50} to {@code /p9999} below it; nothing
   * before the first time, and no shares if there was none in the window.
   */
  public void forEach(String name, ObjDoubleConsumer<String> reader) {
    if (timer.count() == 0) {
      return;
    }
    reader.accept(name, lastMs);
    reader.accept(name + "/count", (double) timer.count());
    HistogramSnapshot window = timer.takeSnapshot();
    double max = window.max(TimeUnit.MILLISECONDS);
    if (max > 0) {
      reader.accept(name + "/max", max);
      for (ValueAtPercentile value : window.percentileValues()) {
        String below = NAMES.get(value.percentile());
        if (below != null) {
          reader.accept(name + below, value.value(TimeUnit.MILLISECONDS));
        }
      }
    }
  }
}
