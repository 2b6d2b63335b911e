package io.meseta.master.allocation;

/** In which order a cycle visits agents, and so which of them who is first in line gets. */
public enum AllocationOrder {
  /** Those of which least is in use first, so that load spreads. */
  SPREAD,

  /** Those of which most is in use first, so that some stay empty. */
  PACK
}
