package io.meseta.benchmarks.allocator;

import io.meseta.common.resources.Quantities;
import io.meseta.master.allocation.Allocator;
import java.util.Optional;

/** The one place that knows how an allocator is told a quota. */
final class Quotas {
  /** Tells it. */
  @FunctionalInterface
  interface Setter {
    /** Guarantees the role this much, and limits it to that. */
    void set(Allocator allocator, String role, Quantities amount);
  }

  /** What a row says that needs a quota and cannot have it. */
  static final String NEEDED = "needs quota";

  private Quotas() {}

  /** Nothing as long as the allocator has no quotas. */
  static Optional<Setter> setter() {
    return Optional.empty();
  }
}
