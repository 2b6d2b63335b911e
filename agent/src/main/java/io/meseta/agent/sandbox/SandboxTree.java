package io.meseta.agent.sandbox;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories above the sandboxes: which sandboxes there are, of this agent and of those that
 * had the work directory before. Stateless; any thread; blocks.
 */
final class SandboxTree {

  private static final Logger log = LoggerFactory.getLogger(SandboxTree.class);

  private final Path slaves;

  /**
   * A sandbox that is there.
   *
   * @param changed when something in it was last made or removed, or its output last written; never
   *     in the future
   */
  record Found(Path path, ContainerId container, Instant changed) {}

  SandboxTree(Path workDir) {
    this.slaves = workDir.resolve("slaves");
  }

  /** Shows all of them, in no order: there may be more than fit into memory. */
  void visit(Instant now, Visitor visitor) throws IOException {
    each(
        slaves,
        agent ->
            each(
                agent.resolve("frameworks"),
                framework ->
                    each(
                        framework.resolve("executors"),
                        executor ->
                            each(
                                executor.resolve("runs"),
                                run -> {
                                  Optional<Found> found = found(run, now);
                                  if (found.isPresent()) {
                                    visitor.visit(found.get());
                                  }
                                }))));
  }

  /** Is shown a sandbox. */
  interface Visitor {
    void visit(Found sandbox);
  }

  private interface Action {
    void on(Path directory) throws IOException;
  }

  /** Does something with each directory, links left out; nothing if there is none. */
  private static void each(Path parent, Action action) throws IOException {
    try (var entries = Files.newDirectoryStream(parent)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          action.on(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      log.debug("{} is no directory with sandboxes", parent, e);
    }
  }

  private static Optional<Found> found(Path run, Instant now) throws IOException {
    try {
      Instant changed = changed(run);
      for (String output : List.of("stdout", "stderr")) {
        Path file = run.resolve(output);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Instant written = changed(file);
          changed = written.isAfter(changed) ? written : changed;
        }
      }
      if (changed.isAfter(now)) {
        // A task can set these times: from now on it counts as anything else.
        Files.setLastModifiedTime(run, FileTime.from(now));
        for (String output : List.of("stdout", "stderr")) {
          Path file = run.resolve(output);
          if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && changed(file).isAfter(now)) {
            Files.setLastModifiedTime(file, FileTime.from(now));
          }
        }
        changed = now;
      }
      return Optional.of(new Found(run, new ContainerId(run.getFileName().toString()), changed));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Instant changed(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .lastModifiedTime()
        .toInstant();
  }

  /** Sets right what is above a sandbox that has gone. */
  void tidyAbove(Path sandbox) throws IOException {
    Path runs = parent(sandbox);
    fixLatest(runs);
    for (Path path = runs; !path.equals(slaves); path = parent(path)) {
      try {
        Files.delete(path);
      } catch (DirectoryNotEmptyException e) {
        return;
      } catch (NoSuchFileException e) {
        log.debug("{} has gone already", path, e);
      }
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " is in no sandbox tree");
    }
    return parent;
  }

  private static void fixLatest(Path runs) throws IOException {
    Path latest = runs.resolve("latest");
    if (!Files.isSymbolicLink(latest) || Files.exists(latest)) {
      return;
    }
    List<Path> left = new ArrayList<>();
    each(runs, left::add);
    if (left.isEmpty()) {
      Files.deleteIfExists(latest);
      return;
    }
    Path newest = left.get(0);
    for (Path run : left) {
      newest = changed(run).isAfter(changed(newest)) ? run : newest;
    }
    Sandboxes.pointLatest(newest);
  }
}
