package io.meseta.agent.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Handles of directories, through which files are reached whatever becomes of the names above them:
 * what a task exchanges meanwhile leads nowhere. Stateless.
 */
public final class SecureDirectories {

  private SecureDirectories() {}

  /**
   * Opens a directory whose parents no task can change. The caller closes it.
   *
   * @throws IOException if it is none, or a link to one
   */
  public static SecureDirectoryStream<Path> open(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException("the root directory is not opened like this");
    }
    try (SecureDirectoryStream<Path> above = secure(parent)) {
      return above.newDirectoryStream(directory.getFileName(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  @SuppressWarnings("StreamResourceLeak") // It is returned, for the caller to close.
  private static SecureDirectoryStream<Path> secure(Path directory) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot open files relative to a directory");
  }

  /**
   * What an entry of a directory is, itself and not what it may lead to; empty if it is not there.
   */
  public static Optional<BasicFileAttributes> attributes(
      SecureDirectoryStream<Path> directory, Path name) throws IOException {
    try {
      return Optional.of(
          directory
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
