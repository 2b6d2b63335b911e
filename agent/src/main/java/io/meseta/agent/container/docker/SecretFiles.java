package io.meseta.agent.container.docker;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that containers read as files: one directory per container, outside of every sandbox,
 * so that no page shows them. Any thread; blocks on the file system.
 */
final class SecretFiles {

  private static final Logger log = LoggerFactory.getLogger(SecretFiles.class);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> READ_BY_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------"));

  private final Path root;

  SecretFiles(Path workDir) {
    this.root = workDir.toAbsolutePath().normalize().resolve("meta").resolve("secrets");
  }

  /** Where those of a container are, or would be. */
  Path directory(ContainerId container) {
    return root.resolve(container.value());
  }

  /**
   * Writes those of a container, which only one user can read.
   *
   * @param user name or number; one that this machine does not know reads nothing
   */
  void write(ContainerId container, List<RunConfig.SecretFile> secrets, String user)
      throws IOException {
    if (secrets.isEmpty()) {
      return;
    }
    Files.createDirectories(root.getParent());
    createPrivate(root);
    createPrivate(directory(container));
    for (RunConfig.SecretFile secret : secrets) {
      Files.deleteIfExists(secret.path());
      Files.createFile(secret.path(), READ_BY_OWNER);
      Files.write(secret.path(), secret.content().toByteArray(), StandardOpenOption.WRITE);
      give(secret.path(), user);
    }
  }

  private static void createPrivate(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PRIVATE_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      log.debug("{} is there already", directory, e);
    }
  }

  private static void give(Path file, String user) throws IOException {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      view.setOwner(
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
    } catch (UserPrincipalNotFoundException e) {
      log.warn("this machine has no user '{}': secret {} can be read by root only", name, file);
    }
  }

  /** Removes those of a container; none is fine. */
  void remove(ContainerId container) throws IOException {
    Path directory = directory(container);
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      log.warn("{} has been written to meanwhile", directory, e);
    }
  }

  /** The containers that have any. */
  List<ContainerId> containers() throws IOException {
    List<ContainerId> found = new ArrayList<>();
    if (Files.exists(root)) {
      try (Stream<Path> directories = Files.list(root)) {
        directories.forEach(
            directory -> found.add(new ContainerId(directory.getFileName().toString())));
      }
    }
    return found;
  }
}
