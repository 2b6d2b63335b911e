package io.meseta.common.recording;

import io.meseta.common.config.Bytes;
import io.meseta.common.config.BytesConverter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Whether and how a daemon records, the same for every daemon.
 *
 * <p>Filled by picocli (as a mixin) or by the setter; not thread-safe.
 */
public final class RecordingFlags {

  private static final String DEFAULT_SIZE = "64MB";
  private static final String DEFAULT_FILES = "8";

  @Option(
      names = "--record",
      paramLabel = "DIRECTORY",
      description = {
        "Record every event that is handled in files in this directory, to be looked into with"
            + " \"meseta replay\"; by default nothing is recorded.",
        "The files contain what frameworks send, environment variables of tasks included."
      })
  private @Nullable Path directory;

  @Option(
      names = "--record_file_size",
      paramLabel = "SIZE",
      defaultValue = DEFAULT_SIZE,
      converter = BytesConverter.class,
      description =
          "A file of the recording that is larger is followed by a new one; default 64MB.")
  private Bytes fileSize = Bytes.parse(DEFAULT_SIZE);

  @Option(
      names = "--record_files",
      paramLabel = "NUMBER",
      defaultValue = DEFAULT_FILES,
      description = "So many files of the recording are kept; default 8.")
  private int files = Integer.parseInt(DEFAULT_FILES);

  /** Records there. */
  public void record(Path where, Bytes size, int number) {
    directory = where;
    fileSize = size;
    files = number;
  }

  /**
   * Empty if nothing is to be recorded.
   *
   * @throws IllegalArgumentException if a number cannot be right
   */
  public Optional<RecordingOptions> options() {
    if (directory == null) {
      return Optional.empty();
    }
    if (fileSize.count() <= 0 || files <= 0) {
      throw new IllegalArgumentException("--record_file_size and --record_files must be positive");
    }
    return Optional.of(
        RecordingOptions.in(directory).withFileSize(fileSize.count()).withFiles(files));
  }

  /** Adds them as pages show them. */
  public void addTo(Map<String, String> flags) {
    if (directory != null) {
      flags.put("record", directory.toString());
      flags.put("record_file_size", fileSize.toString());
      flags.put("record_files", Integer.toString(files));
    }
  }
}
