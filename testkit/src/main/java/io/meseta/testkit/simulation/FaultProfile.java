package io.meseta.testkit.simulation;

/** How much goes wrong. */
public enum FaultProfile {
  /** Nothing. */
  NONE,
  /** A little of everything. */
  LITE,
  /** Kinds of faults and how much of each, as the seed says. */
  SWARM
}
