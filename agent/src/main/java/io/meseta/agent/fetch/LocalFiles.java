package io.meseta.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Copies files of this machine. Stateless; blocks.
 *
 * <p>The agent may read more than the task's user, so what that user could not read is refused, and
 * so is everything below the agent's own directory: its journal, and the sandboxes of others.
 */
final class LocalFiles {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path workDir;

  LocalFiles(Path workDir) {
    this.workDir = workDir;
  }

  /**
   * Fills the file, which is made.
   *
   * @throws FetchException saying why, but not of what
   */
  void copy(FetchItem.Local source, String user, Path file, FetchLimits limits, ByteMeter meter)
      throws FetchException, IOException, InterruptedException {
    Path real = allowed(source, user);
    long size = Files.size(real);
    if (size > limits.maxBytes()) {
      throw tooLarge(limits);
    }
    meter.expect(java.util.OptionalLong.of(size));
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS);
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      // Once more, now that it is open: somebody may have exchanged a directory on the way.
      if (!allowed(source, user).equals(real)) {
        throw new FetchException("it is being changed");
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      long copied = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        copied += read;
        if (copied > limits.maxBytes()) {
          throw tooLarge(limits);
        }
        meter.add(read);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
    }
  }

  private static FetchException tooLarge(FetchLimits limits) {
    return new FetchException(
        "it is larger than " + Amounts.megabytes(limits.maxBytes()) + " MB (--fetcher_max_size)");
  }

  private Path allowed(FetchItem.Local source, String user) throws FetchException, IOException {
    Path real;
    try {
      real = source.path().toRealPath();
    } catch (NoSuchFileException e) {
      throw new FetchException("there is no such file", e);
    }
    Optional<Path> below = source.below();
    if (below.isPresent() && !real.startsWith(below.get().toRealPath())) {
      throw new FetchException("it leads out of --frameworks_home");
    }
    if (real.startsWith(workDir.toRealPath())) {
      throw new FetchException("it is in the agent's own directory");
    }
    // Before anything is asked of the file itself: others are not to learn what there is.
    if (!ReadAccess.of(user).mayRead(real)) {
      throw new FetchException("user '" + FetchItem.printable(user) + "' may not read it");
    }
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw new FetchException("it is no file");
    }
    return real;
  }
}
