package io.meseta.common.recording;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a core is recorded.
 *
 * @param directory of the files; made if it is not there
 * @param fileSize a file that is larger is followed by a new one; more than this only where the
 *     state at its beginning alone is that large
 * @param files so many are kept; the oldest are deleted
 * @param backlog so many events may wait for the disk; with more the recording stops
 * @param retry after a recording has stopped, it is begun anew not before this time
 */
public record RecordingOptions(
    Path directory, long fileSize, int files, int backlog, Duration retry) {

  public RecordingOptions {
    if (fileSize <= 0 || files <= 0 || backlog <= 0) {
      throw new IllegalArgumentException(
          "The size and the number of the files of a recording must be positive");
    }
  }

  /** Eight files of 64 MB. */
  public static RecordingOptions in(Path directory) {
    return new RecordingOptions(directory, 64L << 20, 8, 16_384, Duration.ofSeconds(10));
  }

  public RecordingOptions withFileSize(long bytes) {
    return new RecordingOptions(directory, bytes, files, backlog, retry);
  }

  public RecordingOptions withFiles(int number) {
    return new RecordingOptions(directory, fileSize, number, backlog, retry);
  }

  public RecordingOptions withBacklog(int events) {
    return new RecordingOptions(directory, fileSize, files, events, retry);
  }

  public RecordingOptions withRetry(Duration pause) {
    return new RecordingOptions(directory, fileSize, files, backlog, pause);
  }
}
