package io.meseta.testkit.simulation.cluster;

import io.meseta.common.resources.ReservationFormat;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;

/**
 * Whether and how a framework makes reservations and persistent volumes.
 *
 * @param pause between two offers on which it does so, on the average; 0 for one that never does
 * @param withIds the share of operations whose end it wants to hear
 * @param refined whether it knows of reservations within others, and so speaks of all in the newer
 *     form
 */
record StoragePlan(Duration pause, double withIds, boolean refined) {

  /** Gives everything back that it is offered, whatever has made it. */
  static final StoragePlan SWEEPS = new StoragePlan(Duration.ZERO, 0.5, true);

  static StoragePlan draw(Draw draw, boolean busy) {
    boolean stores = draw.chance(0.6);
    Duration pause = Duration.ofSeconds(draw.between(busy ? 600 : 5, busy ? 900 : 300));
    double withIds = draw.between(0.0, 1.0);
    return new StoragePlan(stores ? pause : Duration.ZERO, withIds, draw.chance(0.6));
  }

  ReservationFormat format() {
    return refined ? ReservationFormat.REFINED : ReservationFormat.LEGACY;
  }
}
