package io.meseta.agent.fetch;

import io.meseta.agent.sandbox.SecureDirectories;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Moves what is complete into a sandbox. Stateless; blocks.
 *
 * <p>The sandbox is not trusted: there may be links in it already, and somebody may be making some.
 * So each directory is opened relative to the one above, following no link, and everything is moved
 * by handles of directories: what is exchanged meanwhile leads nowhere.
 */
final class Delivery {

  /** Written by the agent: no link to elsewhere may take their place. */
  private static final Set<String> LOGS = Set.of("stdout", "stderr");

  private Delivery() {}

  /**
   * Directories that are there already are kept and added to; files are replaced.
   *
   * @param tree a directory on the same file system
   */
  static void deliver(Path tree, Path sandbox) throws FetchException, IOException {
    try (SecureDirectoryStream<Path> from = SecureDirectories.open(tree);
        SecureDirectoryStream<Path> to = SecureDirectories.open(sandbox)) {
      List<Path> names = names(from);
      for (Path name : names) {
        if (LOGS.contains(name.toString())) {
          throw new FetchException("'" + name + "' is the name of the task's own output");
        }
      }
      move(names, from, to);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (AtomicMoveNotSupportedException e) {
      throw new FetchException(
          "the sandboxes are not on the file system of the agent's work directory", e);
    }
  }

  private static List<Path> names(SecureDirectoryStream<Path> directory) {
    List<Path> names = new ArrayList<>();
    for (Path entry : directory) {
      names.add(entry.getFileName());
    }
    return names;
  }

  private static void move(
      List<Path> names, SecureDirectoryStream<Path> from, SecureDirectoryStream<Path> to)
      throws FetchException, IOException {
    for (Path name : names) {
      Optional<BasicFileAttributes> there = SecureDirectories.attributes(to, name);
      if (there.isEmpty() || !isDirectory(from, name)) {
        replace(name, there, from, to);
      } else if (there.get().isDirectory()) {
        merge(name, from, to);
      } else {
        throw new FetchException(
            "'" + name + "' is to be a directory, and is something else in the sandbox already");
      }
    }
  }

  private static void replace(
      Path name,
      Optional<BasicFileAttributes> there,
      SecureDirectoryStream<Path> from,
      SecureDirectoryStream<Path> to)
      throws FetchException, IOException {
    if (there.isPresent() && there.get().isDirectory()) {
      throw new FetchException(
          "'" + name + "' is to be a file, and is a directory in the sandbox already");
    }
    from.move(name, to, name);
  }

  private static void merge(
      Path name, SecureDirectoryStream<Path> from, SecureDirectoryStream<Path> to)
      throws FetchException, IOException {
    try (SecureDirectoryStream<Path> below =
            from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        SecureDirectoryStream<Path> target =
            to.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      move(names(below), below, target);
    } catch (FileSystemException e) {
      throw new FetchException("'" + name + "' in the sandbox is being changed", e);
    }
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> directory, Path name)
      throws IOException {
    return SecureDirectories.attributes(directory, name)
        .filter(BasicFileAttributes::isDirectory)
        .isPresent();
  }
}
