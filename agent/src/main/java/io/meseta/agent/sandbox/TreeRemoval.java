package io.meseta.agent.sandbox;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Deletes what a task has left, without trusting it. One thread.
 *
 * <p>Every directory is opened relative to the one above, following no link, so nothing outside is
 * reached even if somebody still makes links. Trees may be deeper than there are file handles: what
 * is deep is moved up first. It rests now and then, so that the disk is left to others.
 */
final class TreeRemoval {

  private static final int MAX_DEPTH = 50;
  private static final int REST_AFTER = 500;
  private static final long REST_MILLIS = 20;

  private final Path trash;
  private final Deque<Path> left = new ArrayDeque<>();
  private long moved;
  private int deleted;

  /**
   * @param trash a directory of the agent's own
   */
  TreeRemoval(Path trash) {
    this.trash = trash;
  }

  /** Deletes everything in the trash. */
  void empty() throws IOException, InterruptedException {
    try (SecureDirectoryStream<Path> top = SecureDirectories.open(trash)) {
      for (Path entry : top) {
        left.add(entry.getFileName());
      }
      for (Path name = left.poll(); name != null; name = left.poll()) {
        delete(top, top, name, 0);
      }
    } finally {
      left.clear();
    }
  }

  private void delete(
      SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> parent, Path name, int depth)
      throws IOException, InterruptedException {
    Optional<BasicFileAttributes> facts = SecureDirectories.attributes(parent, name);
    if (facts.isEmpty()) {
      return;
    }
    if (!facts.get().isDirectory()) {
      parent.deleteFile(name);
      rest();
    } else if (depth == MAX_DEPTH) {
      moved++;
      Path up = Path.of(".deep-" + moved + "-" + System.nanoTime());
      parent.move(name, top, up);
      left.add(up);
    } else {
      deleteDirectory(top, parent, name, depth);
    }
  }

  private void deleteDirectory(
      SecureDirectoryStream<Path> top, SecureDirectoryStream<Path> parent, Path name, int depth)
      throws IOException, InterruptedException {
    try (SecureDirectoryStream<Path> directory =
        parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : directory) {
        delete(top, directory, entry.getFileName(), depth + 1);
      }
    }
    try {
      parent.deleteDirectory(name);
    } catch (NoSuchFileException e) {
      // Somebody else has deleted it, which is as good.
      return;
    }
    rest();
  }

  private void rest() throws InterruptedException {
    deleted++;
    if (deleted % REST_AFTER == 0) {
      Thread.sleep(REST_MILLIS);
    }
  }
}
