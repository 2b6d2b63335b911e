package io.meseta.common.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file, open for reading: it stays the same file, whatever becomes of its name. One thread.
 *
 * @param key tells it from every other file that exists at the same time
 */
public record OpenFile(SeekableByteChannel channel, String key) implements AutoCloseable {

  /** The key of a file, as {@code fe00-1234}: device and number. */
  public static String keyOf(BasicFileAttributes facts) {
    return String.valueOf(facts.fileKey()).replaceAll("dev=|ino=|[()]", "").replace(',', '-');
  }

  /** How long it is now. */
  public long size() throws IOException {
    return channel.size();
  }

  /**
   * Reads from there as much as there is, up to a limit.
   *
   * @return empty at the end
   */
  public byte[] read(long offset, int limit) throws IOException {
    long there = Math.max(channel.size() - offset, 0);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(there, limit));
    channel.position(offset);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // Until it is full, or the file has become shorter.
    }
    buffer.flip();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
