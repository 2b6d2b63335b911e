package io.meseta.master;

import io.meseta.common.metrics.Metrics;
import io.meseta.common.metrics.Timing;
import java.time.Duration;

/**
 * How long a master takes for what others wait for.
 *
 * @param allocation to decide who is offered what, and to make the offers
 * @param allocationLatency how much later than it was due that begins
 * @param registryStore from an order to write until it is durable
 * @param registryFetch to read the registry when leadership begins
 */
public record MasterTimings(
    Timing allocation, Timing allocationLatency, Timing registryStore, Timing registryFetch) {

  // As in Mesos.
  private static final Duration WINDOW_OF_ALLOCATION = Duration.ofHours(1);
  private static final Duration WINDOW_OF_REGISTRY = Duration.ofDays(1);

  /** Those that the page of these metrics shows. */
  static MasterTimings in(Metrics metrics) {
    return new MasterTimings(
        metrics.timing(
            "meseta.master.allocation",
            "Time to decide who is offered what, and to make the offers",
            WINDOW_OF_ALLOCATION),
        metrics.timing(
            "meseta.master.allocation.latency",
            "How much later than it was due an allocation begins",
            WINDOW_OF_ALLOCATION),
        metrics.timing(
            "meseta.master.registry.store",
            "Time until a write to the registry is durable",
            WINDOW_OF_REGISTRY),
        metrics.timing(
            "meseta.master.registry.fetch",
            "Time to read the registry when leadership begins",
            WINDOW_OF_REGISTRY));
  }

  /** Those that no page shows. */
  public static MasterTimings unshown() {
    return new MasterTimings(
        Timing.unshown(WINDOW_OF_ALLOCATION),
        Timing.unshown(WINDOW_OF_ALLOCATION),
        Timing.unshown(WINDOW_OF_REGISTRY),
        Timing.unshown(WINDOW_OF_REGISTRY));
  }
}
