package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.world.Draw;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which faults a history has, and how much of each: 1 is usual, 0 is none.
 *
 * @param intensities of the faults that are on
 */
public record FaultPlan(Map<Fault, Double> intensities) {

  public FaultPlan {
    intensities = Collections.unmodifiableMap(copy(intensities));
  }

  private static EnumMap<Fault, Double> copy(Map<Fault, Double> from) {
    EnumMap<Fault, Double> copied = new EnumMap<>(Fault.class);
    copied.putAll(from);
    return copied;
  }

  /** Nothing goes wrong. */
  public static FaultPlan none() {
    return new FaultPlan(Map.of());
  }

  /** This fault alone. */
  public static FaultPlan only(Fault fault, double intensity) {
    return new FaultPlan(Map.of(fault, intensity));
  }

  /** These faults, each as much. */
  public static FaultPlan only(List<Fault> faults, double intensity) {
    EnumMap<Fault, Double> these = new EnumMap<>(Fault.class);
    faults.forEach(fault -> these.put(fault, intensity));
    return new FaultPlan(these);
  }

  /** A little of everything. */
  public static FaultPlan lite() {
    EnumMap<Fault, Double> all = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      all.put(fault, 0.2);
    }
    return new FaultPlan(all);
  }

  /** A random subset, each with an intensity of its own. */
  public static FaultPlan swarm(Draw draw) {
    EnumMap<Fault, Double> drawn = new EnumMap<>(Fault.class);
    double share = draw.between(0.1, 0.9);
    for (Fault fault : Fault.values()) {
      boolean on = draw.chance(share);
      double intensity = StrictMath.exp(draw.between(-1.5, 1.0));
      if (on) {
        drawn.put(fault, intensity);
      }
    }
    return new FaultPlan(drawn);
  }

  /** How much of it; 0 when it is off. */
  public double of(Fault fault) {
    return intensities.getOrDefault(fault, 0.0);
  }

  /** Whether there is any of it. */
  public boolean has(Fault fault) {
    return of(fault) > 0;
  }
}
