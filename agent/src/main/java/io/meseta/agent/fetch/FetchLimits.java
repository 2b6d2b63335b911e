package io.meseta.agent.fetch;

import java.time.Duration;

/**
 * What a URI meets that asks for too much.
 *
 * @param maxBytes of one download
 * @param maxExtractedBytes of all that comes out of one archive
 * @param maxEntries in one archive
 * @param stall a download of which nothing comes for so long has broken off
 * @param attempts how often in a row a download may break off without having brought anything
 * @param backOff before the second attempt; doubled with each
 */
public record FetchLimits(
    long maxBytes,
    long maxExtractedBytes,
    int maxEntries,
    Duration stall,
    int attempts,
    Duration backOff) {

  private static final long GIBIBYTE = 1L << 30;

  /** Those of the flags. */
  public static FetchLimits defaults() {
    return new FetchLimits(
        16 * GIBIBYTE, 32 * GIBIBYTE, 100_000, Duration.ofMinutes(1), 5, Duration.ofSeconds(1));
  }

  /** These with other sizes. */
  public FetchLimits withSizes(long download, long extracted) {
    return new FetchLimits(download, extracted, maxEntries, stall, attempts, backOff);
  }

  /** These with another number of entries. */
  public FetchLimits withMaxEntries(int entries) {
    return new FetchLimits(maxBytes, maxExtractedBytes, entries, stall, attempts, backOff);
  }

  /** These with other times. */
  public FetchLimits withTimes(Duration newStall, int newAttempts, Duration newBackOff) {
    return new FetchLimits(
        maxBytes, maxExtractedBytes, maxEntries, newStall, newAttempts, newBackOff);
  }
}
