package io.meseta.agent.container.cgroup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kernel's side of control groups: a file system in which directories are made with their
 * files, and removed with them.
 */
interface CgroupFiles {

  /** The kernel itself. */
  CgroupFiles KERNEL =
      new CgroupFiles() {
        @Override
        public void makeDirectory(Path directory) throws IOException {
          Files.createDirectory(directory);
        }

        @Override
        public void removeDirectory(Path directory) throws IOException {
          Files.delete(directory);
        }

        @Override
        public void write(Path file, String value) throws IOException {
          // Nothing is ever created: files are the kernel's to make.
          Files.writeString(file, value, StandardOpenOption.WRITE);
        }
      };

  void makeDirectory(Path directory) throws IOException;

  void removeDirectory(Path directory) throws IOException;

  /** One write: the kernel takes it whole or refuses it. */
  void write(Path file, String value) throws IOException;

  default String read(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  /** As {@link #makeDirectory}, but it may be there already. */
  default void ensureDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      ensureDirectory(parent);
    }
    try {
      makeDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
  }

  /** The groups inside a group; none if it does not exist. */
  default List<Path> children(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(Files::isDirectory).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Removes a group and those inside it; it may be gone already. */
  default void removeTree(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    for (Path child : children(directory)) {
      removeTree(child);
    }
    try {
      removeDirectory(directory);
    } catch (NoSuchFileException e) {
      // Whoever was faster did what was to be done.
      return;
    }
  }
}
