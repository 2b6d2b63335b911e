package io.meseta.common.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Where files of recordings are. Used by one thread at a time; may block. */
interface RecordingStore {

  /**
   * Makes a file that is not there yet.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it is
   */
  OpenFile create(String name) throws IOException;

  /** The names of all files, in order. */
  List<String> names() throws IOException;

  void delete(String name) throws IOException;

  /** A file that is being written. */
  interface OpenFile extends AutoCloseable {

    /** Writes from the position to the limit, all of it or with an exception. */
    void write(ByteBuffer bytes) throws IOException;

    @Override
    void close() throws IOException;
  }
}
