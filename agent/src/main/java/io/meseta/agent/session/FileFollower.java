package io.meseta.agent.session;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.agent.ProcessIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows one file of a sandbox from where it ends now, through rotation: when another file has
 * taken its name, the old one is read to its end first. One thread.
 */
final class FileFollower implements AutoCloseable {

  private final Path file;
  private final ProcessIO.Data.Type stream;
  private final ByteBuffer buffer = ByteBuffer.allocate(ProcessIos.MAX_DATA_BYTES);

  /** Null while there is no such file. */
  private @Nullable FileChannel channel;

  private @Nullable Object key;
  private long position;

  /** Follows what is written from now on. */
  FileFollower(Path file, ProcessIO.Data.Type stream) throws IOException {
    this.file = file;
    this.stream = stream;
    if (open()) {
      position = Objects.requireNonNull(channel).size();
    }
  }

  /** Where new data goes; false if it takes no more. */
  @FunctionalInterface
  interface Sink {
    boolean take(ProcessIO record) throws InterruptedException;
  }

  /**
   * Hands over all that has been written since the last time.
   *
   * @return false if the sink takes no more
   */
  boolean readOn(Sink sink) throws IOException, InterruptedException {
    if (channel == null && !open()) {
      return true;
    }
    if (!readToEnd(sink)) {
      return false;
    }
    if (isReplaced()) {
      // What came between the last read and the renaming.
      if (!readToEnd(sink)) {
        return false;
      }
      close();
      position = 0;
      return !open() || readToEnd(sink);
    }
    return true;
  }

  private boolean open() throws IOException {
    try {
      FileChannel opened =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      channel = opened;
      key = keyOf(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private boolean readToEnd(Sink sink) throws IOException, InterruptedException {
    FileChannel open = Objects.requireNonNull(channel);
    if (open.size() < position) {
      // Emptied in place.
      position = 0;
    }
    while (true) {
      buffer.clear();
      int read = open.read(buffer, position);
      if (read <= 0) {
        return true;
      }
      position += read;
      buffer.flip();
      if (!sink.take(ProcessIos.data(stream, ByteString.copyFrom(buffer)))) {
        return false;
      }
    }
  }

  private boolean isReplaced() throws IOException {
    try {
      return !Objects.equals(key, keyOf(file));
    } catch (NoSuchFileException e) {
      // In the middle of a rotation: the next time there is a new one.
      return false;
    }
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
