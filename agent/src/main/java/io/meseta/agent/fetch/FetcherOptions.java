package io.meseta.agent.fetch;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a fetcher is set up.
 *
 * @param workDir the agent's: nothing in it can be fetched, and what is under way is kept there
 * @param cacheDir for what is fetched with {@code cache}; emptied at the start
 * @param cacheBytes the cache never holds more
 * @param frameworksHome where relative paths begin; without it they are refused
 */
public record FetcherOptions(
    Path workDir,
    Path cacheDir,
    long cacheBytes,
    Optional<Path> frameworksHome,
    FetchLimits limits) {

  private static final long DEFAULT_CACHE_BYTES = 2L << 30;

  /** Those of the flags. */
  public static FetcherOptions in(Path workDir) {
    return new FetcherOptions(
        workDir,
        defaultCache(workDir),
        DEFAULT_CACHE_BYTES,
        Optional.empty(),
        FetchLimits.defaults());
  }

  /** Where the cache is if nobody says otherwise. */
  public static Path defaultCache(Path workDir) {
    return workDir.resolve("fetch").resolve("cache");
  }

  /** These with another cache. */
  public FetcherOptions withCache(Path directory, long bytes) {
    return new FetcherOptions(workDir, directory, bytes, frameworksHome, limits);
  }

  /** These with a place where relative paths begin. */
  public FetcherOptions withFrameworksHome(Path home) {
    return new FetcherOptions(workDir, cacheDir, cacheBytes, Optional.of(home), limits);
  }

  /** These with other limits. */
  public FetcherOptions with(FetchLimits newLimits) {
    return new FetcherOptions(workDir, cacheDir, cacheBytes, frameworksHome, newLimits);
  }

  /** On the file system of the sandboxes, and out of reach for every task. */
  Path staging() {
    return workDir.resolve("fetch").resolve("staging");
  }
}
