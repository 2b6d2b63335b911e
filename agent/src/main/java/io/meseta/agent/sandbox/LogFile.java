package io.meseta.agent.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of a sandbox that takes a task's output, and is moved out of the way when it is full:
 * {@code stdout} becomes {@code stdout.1}, which becomes {@code stdout.2}, and the last is deleted.
 *
 * <p>The task may have put anything in its place, a link to a file of the host for example: no link
 * is followed. One thread.
 */
public final class LogFile implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LogFile.class);

  /** Of no file. */
  public static final long NO_IDENTITY = 0;

  private final Path sandbox;
  private final Path path;
  private final LogLimits limits;
  private FileChannel channel;
  private long identity;

  private LogFile(Path sandbox, String name, LogLimits limits) throws IOException {
    this.sandbox = sandbox;
    this.path = sandbox.resolve(name);
    this.limits = limits;
    this.channel = openChannel(sandbox, path);
    this.identity = identityOf(path);
  }

  /** Opens it, with what is in it; makes it where it is missing. */
  public static LogFile open(Path sandbox, String name, LogLimits limits) throws IOException {
    return new LogFile(sandbox, name, limits);
  }

  private static FileChannel openChannel(Path sandbox, Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isRegular(path)) {
      Files.delete(path);
    }
    boolean isNew = !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    // Reading too: should it be a pipe by now, opening it for writing only would block.
    FileChannel opened =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    if (isNew) {
      giveToOwnerOf(sandbox, path);
    }
    return opened;
  }

  private static boolean isRegular(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void giveToOwnerOf(Path sandbox, Path file) throws IOException {
    PosixFileAttributes wanted = Files.readAttributes(sandbox, PosixFileAttributes.class);
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributes has = view.readAttributes();
    if (!has.owner().equals(wanted.owner()) || !has.group().equals(wanted.group())) {
      view.setOwner(wanted.owner());
      view.setGroup(wanted.group());
    }
  }

  private static long identityOf(Path path) throws IOException {
    return (Long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  /** Tells the file from others of its directory, whatever they are called later. */
  public long identity() {
    return identity;
  }

  /** Whether the file of this identity is the one that was moved away last. */
  public boolean wasLast(long other) throws IOException {
    Path previous = numbered(1);
    return isRegular(previous) && identityOf(previous) == other;
  }

  /** Its length now. */
  public long size() throws IOException {
    return channel.size();
  }

  /** How long it may become. */
  public long maxSize() {
    return limits.maxSize().count();
  }

  /** Cuts off what is beyond; one that is shorter stays as it is. */
  public void truncate(long size) throws IOException {
    if (channel.size() > size) {
      channel.truncate(size);
    }
  }

  /** Writes all of it. */
  public void write(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /**
   * Moves it out of the way and goes on with an empty one. Interrupted at any point, it is either
   * still in place or, whole, the one that {@link #wasLast} knows.
   */
  public void rotate() throws IOException {
    if (limits.maxFiles() == 1) {
      channel.truncate(0);
      return;
    }
    // Up to the first gap, which an interrupted rotation may have left.
    int last = 1;
    while (last < limits.maxFiles() - 1
        && Files.exists(numbered(last), LinkOption.NOFOLLOW_LINKS)) {
      last++;
    }
    for (int number = last; number > 1; number--) {
      move(numbered(number - 1), numbered(number));
    }
    move(path, numbered(1));
    channel.close();
    channel = openChannel(sandbox, path);
    identity = identityOf(path);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      log.debug("{} is not there: the task has removed it", from, e);
    }
  }

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
