package io.meseta.agent.sandbox;

import com.google.protobuf.ByteString;
import io.meseta.agent.sandbox.SandboxFileException.Kind;
import io.meseta.api.v1.FileInfo;
import io.meseta.api.v1.TimeInfo;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in the sandboxes of an agent, for those who want to read them. Stateless; any thread;
 * blocks on the file system.
 *
 * <p>A path is absolute, as the pages of the agent give it: {@code
 * WORK_DIR/slaves/AGENT/frameworks/FRAMEWORK/executors/EXECUTOR/runs/CONTAINER/…}, with {@code
 * latest} for the newest container. Nothing else can be read. A link inside a sandbox is followed
 * if it stays inside. That is found out first, and then the file is opened step by step without
 * following any link, so that a task that makes one meanwhile gains nothing.
 */
public final class SandboxFiles {

  private static final Logger log = LoggerFactory.getLogger(SandboxFiles.class);

  /** No answer brings more at once. */
  public static final int MAX_READ_BYTES = 64 * 1024;

  private static final int MAX_ENTRIES = 10_000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;

  private final Path workDir;

  /**
   * What was read.
   *
   * @param data as it is in the file
   * @param offset where it begins
   * @param size of the whole file at that time
   */
  public record ReadResult(ByteString data, long offset, long size) {}

  /** Nothing is opened yet. */
  public SandboxFiles(Path workDir) {
    this.workDir = workDir.toAbsolutePath().normalize();
  }

  /**
   * What is in a directory, by name.
   *
   * @throws SandboxFileException if it cannot be shown
   */
  public List<FileInfo> list(String path) throws SandboxFileException {
    SandboxPath place = SandboxPath.parse(workDir, path);
    Path inside = place.resolved();
    String shown = withoutSlash(path);
    try (SecureDirectoryStream<Path> directory = openDirectory(place.sandbox(), inside)) {
      List<FileInfo> found = new ArrayList<>();
      Path real = place.sandbox().resolve(inside);
      for (Path entry : directory) {
        if (found.size() == MAX_ENTRIES) {
          throw new SandboxFileException(
              Kind.TOO_MUCH, "The directory has more than " + MAX_ENTRIES + " files");
        }
        describe(directory, entry.getFileName(), real, shown).ifPresent(found::add);
      }
      found.sort(Comparator.comparing(FileInfo::getPath));
      return found;
    } catch (IOException | DirectoryIteratorException e) {
      throw new SandboxFileException(Kind.NOT_A_DIRECTORY, "This is no directory", e);
    }
  }

  private static String withoutSlash(String path) {
    String shown = path;
    while (shown.endsWith("/")) {
      shown = shown.substring(0, shown.length() - 1);
    }
    return shown;
  }

  /** Empty if it has vanished meanwhile. */
  private static Optional<FileInfo> describe(
      SecureDirectoryStream<Path> directory, Path name, Path real, String shown)
      throws IOException {
    try {
      PosixFileAttributes facts =
          directory
              .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      return Optional.of(
          FileInfo.newBuilder()
              .setPath(shown + "/" + name)
              .setNlink(links(real.resolve(name)))
              .setSize(facts.size())
              .setMtime(
                  TimeInfo.newBuilder()
                      .setNanoseconds(facts.lastModifiedTime().to(TimeUnit.NANOSECONDS)))
              .setMode(mode(facts))
              .setUid(facts.owner().getName())
              .setGid(facts.group().getName())
              .build());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static int links(Path path) throws IOException {
    return Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
            instanceof Integer count
        ? count
        : 1;
  }

  private static int mode(PosixFileAttributes facts) {
    int mode = facts.isDirectory() ? DIRECTORY : facts.isSymbolicLink() ? LINK : 0;
    mode |= facts.isRegularFile() ? REGULAR : 0;
    // In the order of the bits: from OWNER_READ, 0400, to OTHERS_EXECUTE, 0001.
    PosixFilePermission[] bits = PosixFilePermission.values();
    for (int i = 0; i < bits.length; i++) {
      mode |= facts.permissions().contains(bits[i]) ? 0400 >> i : 0;
    }
    return mode;
  }

  /**
   * Reads a part of a file.
   *
   * @param offset from where; beyond the end there is nothing
   * @param length at most, and never more than {@link #MAX_READ_BYTES}
   * @throws SandboxFileException if it cannot be shown
   * @throws IllegalArgumentException if a number is negative
   */
  public ReadResult read(String path, long offset, OptionalLong length)
      throws SandboxFileException {
    if (offset < 0 || length.orElse(0) < 0) {
      throw new IllegalArgumentException("negative offset or length");
    }
    int limit = (int) Math.min(length.orElse(MAX_READ_BYTES), MAX_READ_BYTES);
    try (OpenFile file = open(path)) {
      return new ReadResult(ByteString.copyFrom(file.read(offset, limit)), offset, file.size());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * How long a file is.
   *
   * @throws SandboxFileException if it cannot be shown
   */
  public long size(String path) throws SandboxFileException {
    try (OpenFile file = open(path)) {
      return file.size();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static SandboxFileException unreadable(IOException e) {
    return new SandboxFileException(Kind.NOT_FOUND, "The file cannot be read", e);
  }

  /**
   * Opens a file, for the caller to close.
   *
   * @throws SandboxFileException if it cannot be shown
   */
  public OpenFile open(String path) throws SandboxFileException {
    SandboxPath place = SandboxPath.parse(workDir, path);
    Path inside = place.resolved();
    if (inside.toString().isEmpty()) {
      throw notAFile();
    }
    Path parent = inside.getParent() == null ? Path.of("") : inside.getParent();
    try (SecureDirectoryStream<Path> directory = openDirectory(place.sandbox(), parent)) {
      Path name = inside.getFileName();
      Optional<BasicFileAttributes> facts = SecureDirectories.attributes(directory, name);
      // Before it is opened: to open a pipe would wait for somebody to write to it.
      if (facts.isEmpty() || !facts.get().isRegularFile()) {
        throw notAFile();
      }
      SeekableByteChannel channel =
          directory.newByteChannel(
              name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      return new OpenFile(channel, key(facts.get()));
    } catch (FileSystemException e) {
      throw new SandboxFileException(Kind.NOT_FOUND, "The file is being changed", e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Which file is there now; see {@link OpenFile#key}. Empty if none can be read. */
  public Optional<String> key(String path) {
    try {
      SandboxPath place = SandboxPath.parse(workDir, path);
      Path inside = place.resolved();
      Path parent = inside.getParent() == null ? Path.of("") : inside.getParent();
      try (SecureDirectoryStream<Path> directory = openDirectory(place.sandbox(), parent)) {
        return SecureDirectories.attributes(directory, inside.getFileName())
            .filter(BasicFileAttributes::isRegularFile)
            .map(SandboxFiles::key);
      }
    } catch (SandboxFileException | IOException e) {
      log.debug("No file at {}", path, e);
      return Optional.empty();
    }
  }

  /** As {@code fe00-1234}: device and number. */
  private static String key(BasicFileAttributes facts) {
    return String.valueOf(facts.fileKey()).replaceAll("dev=|ino=|[()]", "").replace(',', '-');
  }

  private static SandboxFileException notAFile() {
    return new SandboxFileException(Kind.NOT_A_FILE, "This is no file that could be read");
  }

  /** Whether the sandbox that a path is in is there. */
  public boolean sandboxExists(String path) {
    try {
      SandboxPath place = SandboxPath.parse(workDir, path);
      return Files.isDirectory(place.sandbox(), LinkOption.NOFOLLOW_LINKS);
    } catch (SandboxFileException e) {
      return false;
    }
  }

  /** Step by step, following no link. */
  private static SecureDirectoryStream<Path> openDirectory(Path sandbox, Path inside)
      throws IOException {
    SecureDirectoryStream<Path> directory = SecureDirectories.open(sandbox);
    for (Path part : inside) {
      if (part.toString().isEmpty()) {
        continue;
      }
      try (SecureDirectoryStream<Path> above = directory) {
        directory = above.newDirectoryStream(part, LinkOption.NOFOLLOW_LINKS);
      }
    }
    return directory;
  }
}
