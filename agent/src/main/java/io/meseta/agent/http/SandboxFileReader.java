package io.meseta.agent.http;

import io.meseta.api.v1.FileInfo;
import io.meseta.common.files.ReadableFiles;
import io.meseta.common.files.UnreadableFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.OptionalLong;

/** Files of sandboxes, for calls. */
public final class SandboxFileReader implements FileReader {

  private final ReadableFiles files;

  public SandboxFileReader(ReadableFiles files) {
    this.files = files;
  }

  @Override
  public List<FileInfo> list(String path) throws IOException {
    try {
      return files.list(path);
    } catch (UnreadableFileException e) {
      throw refusal(path, e);
    }
  }

  @Override
  public Piece read(String path, long offset, OptionalLong length) throws IOException {
    try {
      ReadableFiles.Part part = files.read(path, offset, length);
      return new Piece(part.size(), part.data());
    } catch (UnreadableFileException e) {
      throw refusal(path, e);
    }
  }

  private static IOException refusal(String path, UnreadableFileException e) {
    IOException refusal =
        switch (e.kind()) {
          case NOT_FOUND -> new NoSuchFileException(path, null, e.getMessage());
          case FORBIDDEN -> new AccessDeniedException(path, null, e.getMessage());
          case NOT_A_FILE, NOT_A_DIRECTORY, TOO_MUCH ->
              throw new InvalidCallException(String.valueOf(e.getMessage()));
        };
    refusal.initCause(e);
    return refusal;
  }
}
