package io.meseta.common.coordination;

import java.time.Duration;

/**
 * How patient a {@link FencedStore} is.
 *
 * @param writeLimit from handing a write in to its outcome, all tries and the waiting for a
 *     connection included
 * @param readLimit the same for reading a collection
 */
public record StoreOptions(Duration writeLimit, Duration readLimit) {
  /** Writes 20 s, reads one minute, as Mesos's registry. */
  public static final StoreOptions DEFAULT =
      new StoreOptions(Duration.ofSeconds(20), Duration.ofMinutes(1));
}
