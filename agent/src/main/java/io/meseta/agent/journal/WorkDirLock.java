package io.meseta.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second agent out of a work directory.
 *
 * <p>The operating system holds the lock for the process and lets go of it however the process
 * ends. The file's text, the process id of the holder, is for people only.
 */
final class WorkDirLock implements AutoCloseable {

  private static final String FILE = "agent.lock";
  private static final int PID_BYTES = 20;

  private final FileChannel channel;

  private WorkDirLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock; does not wait for it.
   *
   * @throws JournalException if another agent has it, of this process or of another one
   */
  static WorkDirLock take(Path workDir) throws JournalException {
    Path file = workDir.resolve(FILE);
    try {
      Files.createDirectories(workDir);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (tryLock(channel) == null) {
          throw inUse(workDir, holder(channel));
        }
        writeHolder(channel);
      } catch (IOException | JournalException e) {
        channel.close();
        throw e;
      }
      return new WorkDirLock(channel);
    } catch (IOException e) {
      throw new JournalException(
          "The lock file "
              + file
              + " cannot be written ("
              + e.getMessage()
              + "). Check that the agent's user owns the work directory and that its disk has room.",
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process, for which Java has an exception of its own.
      return null;
    }
  }

  private static JournalException inUse(Path workDir, String holder) {
    return new JournalException(
        "The work directory "
            + workDir
            + " is in use by another agent (process "
            + holder
            + "). Stop that one, or give this one a --work_dir of its own.");
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(PID_BYTES);
    channel.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    return pid.isEmpty() ? "unknown" : pid;
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    channel.truncate(0);
    ByteBuffer text = ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII));
    while (text.hasRemaining()) {
      channel.write(text, text.position());
    }
  }

  /** Lets go. The file stays: removing it would let two agents lock two files of one name. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
