package io.meseta.agent.http;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FileInfo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.OptionalLong;

/** What an agent lets be read of its files. Paths are those that pages show. */
public interface FileReader {

  /**
   * A part of a file.
   *
   * @param size of the whole file, in bytes
   */
  record Piece(long size, ByteString data) {}

  /**
   * The entries of a directory.
   *
   * @throws NoSuchFileException if there is none, or none that may be seen
   */
  List<FileInfo> list(String path) throws IOException;

  /**
   * A piece of a file, within what the agent gives at once.
   *
   * @param length in bytes; empty: to the end
   * @throws NoSuchFileException if there is none, or none that may be seen
   */
  Piece read(String path, long offset, OptionalLong length) throws IOException;
}
