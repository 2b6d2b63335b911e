package io.meseta.testkit.simulation.cluster;

import io.meseta.common.resources.Quantities;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.Quota;
import io.meseta.testkit.simulation.world.Draw;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights and quotas of the roles of a history: the same for all its masters, in all their terms.
 *
 * <p>Quotas are of CPUs only, so that there is always enough else for an offer: with too little of
 * everything even what is reserved would not be worth one, and would never be given back.
 */
record RolePolicy(SortedMap<String, Long> weights, SortedMap<String, Quota> quotas) {
  private static final List<String> ROLES = List.of("*", "blue", "blue/sky", "green", "red");
  private static final long MILLI = 1000;

  static RolePolicy draw(Draw draw) {
    var weights = new TreeMap<String, Long>();
    var quotas = new TreeMap<String, Quota>();
    boolean some = draw.chance(0.5);
    for (String role : ROLES) {
      if (some && draw.chance(0.5)) {
        weights.put(role, draw.between(100L, 5000L));
      }
      if (some && draw.chance(0.4)) {
        quotas.put(role, quota(draw.between(1L, 60L) * MILLI, draw));
      }
    }
    return new RolePolicy(weights, quotas);
  }

  private static Quota quota(long cpus, Draw draw) {
    var limits = new TreeMap<String, Long>();
    var guarantees = new TreeMap<String, Long>();
    if (draw.chance(0.7)) {
      limits.put("cpus", cpus);
    }
    if (draw.chance(0.4)) {
      guarantees.put("cpus", cpus / 4);
    }
    return new Quota(Quantities.ofMilli(guarantees), limits);
  }

  /** Tells a new allocator. */
  Allocator tell(Allocator allocator) {
    weights.forEach(allocator::setWeight);
    quotas.forEach(allocator::setQuota);
    return allocator;
  }
}
