package io.meseta.agent.sandbox;

import io.meseta.api.v1.FileInfo;
import io.meseta.api.v1.TimeInfo;
import io.meseta.common.files.OpenFile;
import io.meseta.common.files.ReadableFiles;
import io.meseta.common.files.UnreadableFileException;
import io.meseta.common.files.UnreadableFileException.Kind;
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
public final class SandboxFiles implements ReadableFiles {

  private static final Logger log = LoggerFactory.getLogger(SandboxFiles.class);

  private static final int MAX_ENTRIES = 10_000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;

  private final Path workDir;

  /** Nothing is opened yet. */
  public SandboxFiles(Path workDir) {
    this.workDir = workDir.toAbsolutePath().normalize();
  }

  @Override
  public List<FileInfo> list(String path) throws UnreadableFileException {
    SandboxPath place = SandboxPath.parse(workDir, path);
    Path inside = place.resolved();
    String shown = withoutSlash(path);
    try (SecureDirectoryStream<Path> directory = openDirectory(place.sandbox(), inside)) {
      List<FileInfo> found = new ArrayList<>();
      Path real = place.sandbox().resolve(inside);
      for (Path entry : directory) {
        if (found.size() == MAX_ENTRIES) {
          throw new UnreadableFileException(
              Kind.TOO_MUCH, "The directory has more than " + MAX_ENTRIES + " files");
        }
        describe(directory, entry.getFileName(), real, shown).ifPresent(found::add);
      }
      found.sort(Comparator.comparing(FileInfo::getPath));
      return found;
    } catch (IOException | DirectoryIteratorException e) {
      throw new UnreadableFileException(Kind.NOT_A_DIRECTORY, "This is no directory", e);
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

  @Override
  public OpenFile open(String path) throws UnreadableFileException {
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
      return new OpenFile(channel, OpenFile.keyOf(facts.get()));
    } catch (FileSystemException e) {
      throw new UnreadableFileException(Kind.NOT_FOUND, "The file is being changed", e);
    } catch (IOException e) {
      throw new UnreadableFileException(Kind.NOT_FOUND, "The file cannot be read", e);
    }
  }

  @Override
  public Optional<String> key(String path) {
    try {
      SandboxPath place = SandboxPath.parse(workDir, path);
      Path inside = place.resolved();
      Path parent = inside.getParent() == null ? Path.of("") : inside.getParent();
      try (SecureDirectoryStream<Path> directory = openDirectory(place.sandbox(), parent)) {
        return SecureDirectories.attributes(directory, inside.getFileName())
            .filter(BasicFileAttributes::isRegularFile)
            .map(OpenFile::keyOf);
      }
    } catch (UnreadableFileException | IOException e) {
      log.debug("No file at {}", path, e);
      return Optional.empty();
    }
  }

  private static UnreadableFileException notAFile() {
    return new UnreadableFileException(Kind.NOT_A_FILE, "This is no file that could be read");
  }

  @Override
  public boolean mayAppear(String path) {
    try {
      SandboxPath place = SandboxPath.parse(workDir, path);
      return Files.isDirectory(place.sandbox(), LinkOption.NOFOLLOW_LINKS);
    } catch (UnreadableFileException e) {
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
