package io.meseta.agent;

import io.meseta.agent.fetch.FetchLimits;
import io.meseta.agent.fetch.FetcherOptions;
import io.meseta.common.config.Bytes;
import io.meseta.common.config.BytesConverter;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How URIs of tasks are fetched.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class FetcherFlags {

  @Option(
      names = "--fetcher_cache_dir",
      paramLabel = "DIRECTORY",
      description =
          "Where the fetcher keeps what tasks share; emptied at the start; default"
              + " <work_dir>/fetch/cache.")
  private @Nullable Path cacheDir;

  @Option(
      names = "--fetcher_cache_size",
      paramLabel = "SIZE",
      defaultValue = "2GB",
      converter = BytesConverter.class,
      description = "The fetcher's cache never holds more; default 2GB.")
  private Bytes cacheSize = Bytes.parse("2GB");

  @Option(
      names = "--fetcher_max_size",
      paramLabel = "SIZE",
      defaultValue = "16GB",
      converter = BytesConverter.class,
      description = "A larger download is refused; default 16GB.")
  private Bytes maxSize = Bytes.parse("16GB");

  @Option(
      names = "--fetcher_max_extracted_size",
      paramLabel = "SIZE",
      defaultValue = "32GB",
      converter = BytesConverter.class,
      description = "An archive with more in it is refused; default 32GB.")
  private Bytes maxExtractedSize = Bytes.parse("32GB");

  @Option(
      names = "--fetcher_max_entries",
      paramLabel = "NUMBER",
      defaultValue = "100000",
      description = "An archive with more files and directories is refused; default 100000.")
  private int maxEntries = 100_000;

  @Option(
      names = "--fetcher_stall_timeout",
      paramLabel = "DURATION",
      defaultValue = "1mins",
      converter = DurationConverter.class,
      description =
          "A download of which nothing comes for so long has broken off, and is tried again;"
              + " default 1mins.")
  private Duration stallTimeout = Duration.ofMinutes(1);

  @Option(
      names = "--frameworks_home",
      paramLabel = "DIRECTORY",
      description = "Where URIs that are relative paths begin; by default there are no such URIs.")
  private @Nullable Path frameworksHome;

  /** Where the cache is, and how much it holds. */
  public void cache(Path directory, Bytes size) {
    cacheDir = directory;
    cacheSize = size;
  }

  /** Where relative paths begin. */
  public void frameworksHome(Path directory) {
    frameworksHome = directory;
  }

  /**
   * What they come to.
   *
   * @throws IllegalArgumentException if one cannot be right
   */
  FetcherOptions options(Path workDir) {
    if (maxSize.count() <= 0 || maxExtractedSize.count() <= 0 || maxEntries <= 0) {
      throw new IllegalArgumentException(
          "--fetcher_max_size, --fetcher_max_extracted_size and --fetcher_max_entries must be"
              + " positive");
    }
    if (stallTimeout.toMillis() <= 0) {
      throw new IllegalArgumentException("--fetcher_stall_timeout must be at least 1ms");
    }
    FetchLimits defaults = FetchLimits.defaults();
    FetcherOptions options =
        FetcherOptions.in(workDir)
            .withCache(cacheDir(workDir), cacheSize.count())
            .with(
                defaults
                    .withSizes(maxSize.count(), maxExtractedSize.count())
                    .withMaxEntries(maxEntries)
                    .withTimes(stallTimeout, defaults.attempts(), defaults.backOff()));
    return frameworksHome == null ? options : options.withFrameworksHome(frameworksHome);
  }

  private Path cacheDir(Path workDir) {
    return cacheDir == null ? FetcherOptions.defaultCache(workDir) : cacheDir;
  }

  /** Adds them as pages show them. */
  void addTo(Map<String, String> flags, Path workDir) {
    flags.put("fetcher_cache_dir", cacheDir(workDir).toString());
    flags.put("fetcher_cache_size", cacheSize.toString());
    flags.put("fetcher_max_size", maxSize.toString());
    flags.put("fetcher_max_extracted_size", maxExtractedSize.toString());
    flags.put("fetcher_max_entries", Integer.toString(maxEntries));
    flags.put("fetcher_stall_timeout", Durations.print(stallTimeout));
    if (frameworksHome != null) {
      flags.put("frameworks_home", frameworksHome.toString());
    }
  }
}
