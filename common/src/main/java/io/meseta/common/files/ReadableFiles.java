package io.meseta.common.files;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FileInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Files that may be read, by the paths under which they are shown. Any thread; blocks on the file
 * system. Whoever implements it opens nothing that is not to be seen.
 */
public interface ReadableFiles {

  /** No answer brings more at once. */
  int MAX_READ_BYTES = 64 * 1024;

  /**
   * What was read.
   *
   * @param data as it is in the file
   * @param offset where it begins
   * @param size of the whole file at that time
   */
  record Part(ByteString data, long offset, long size) {}

  /**
   * What is in a directory, by name.
   *
   * @throws UnreadableFileException if it cannot be shown
   */
  List<FileInfo> list(String path) throws UnreadableFileException;

  /**
   * Opens a file, for the caller to close.
   *
   * @throws UnreadableFileException if it cannot be shown
   */
  OpenFile open(String path) throws UnreadableFileException;

  /** Which file is there now; see {@link OpenFile#key}. Empty if none can be read. */
  Optional<String> key(String path);

  /** Whether files may still appear at a path: false when all that it belongs to has gone. */
  boolean mayAppear(String path);

  /** Paths that stand for a file that lies elsewhere, and where. */
  default Map<String, String> attached() {
    return Map.of();
  }

  /**
   * Reads a part of a file.
   *
   * @param offset from where; beyond the end there is nothing
   * @param length at most, and never more than {@link #MAX_READ_BYTES}
   * @throws UnreadableFileException if it cannot be shown
   * @throws IllegalArgumentException if a number is negative
   */
  default Part read(String path, long offset, OptionalLong length) throws UnreadableFileException {
    if (offset < 0 || length.orElse(0) < 0) {
      throw new IllegalArgumentException("negative offset or length");
    }
    int limit = (int) Math.min(length.orElse(MAX_READ_BYTES), MAX_READ_BYTES);
    try (OpenFile file = open(path)) {
      return new Part(ByteString.copyFrom(file.read(offset, limit)), offset, file.size());
    } catch (IOException e) {
      throw UnreadableFileException.because(e);
    }
  }

  /**
   * How long a file is.
   *
   * @throws UnreadableFileException if it cannot be shown
   */
  default long size(String path) throws UnreadableFileException {
    try (OpenFile file = open(path)) {
      return file.size();
    } catch (IOException e) {
      throw UnreadableFileException.because(e);
    }
  }
}
