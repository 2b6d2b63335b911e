package io.meseta.agent.container.process;

import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the output of plain processes within its limits. They write to their files themselves, at
 * the end of what is there; so a file is copied and then emptied, and its container is stopped for
 * the last of the copy: no byte is lost. Without a control group that can be frozen, what is
 * written between the copy and the emptying is lost.
 *
 * <p>{@link #look} is one thread's; the others are any thread's.
 */
final class LogRotation {

  private static final Logger log = LoggerFactory.getLogger(LogRotation.class);

  /** A file that does not grow is looked at less and less often, down to every so many rounds. */
  private static final int MAX_ROUNDS = 8;

  private static final List<String> NAMES = List.of("stdout", "stderr");

  private final LogLimits limits;
  private final Map<ContainerId, List<Watched>> watched = new ConcurrentHashMap<>();

  LogRotation(LogLimits limits) {
    this.limits = limits;
  }

  /** Looks after the output of a container from now on. */
  void watch(ContainerId container, Path sandbox, Optional<Cgroup> cgroup) {
    List<Watched> files = new ArrayList<>();
    for (String name : NAMES) {
      files.add(new Watched(sandbox.resolve(name), cgroup));
    }
    watched.put(container, files);
  }

  /** No more; what is under way is finished. */
  void forget(ContainerId container) {
    watched.remove(container);
  }

  /** A round. */
  void look() {
    for (List<Watched> files : watched.values()) {
      for (Watched file : files) {
        file.look();
      }
    }
  }

  private final class Watched {
    private final Path path;
    private final Optional<Cgroup> cgroup;
    private long lastSize;
    private int rounds = 1;
    private int roundsLeft = 1;

    Watched(Path path, Optional<Cgroup> cgroup) {
      this.path = path;
      this.cgroup = cgroup;
    }

    void look() {
      roundsLeft--;
      if (roundsLeft > 0) {
        return;
      }
      // Of a link to elsewhere it is the length of a name.
      long size = sizeOf(path);
      rounds = size == lastSize ? Math.min(2 * rounds, MAX_ROUNDS) : 1;
      roundsLeft = rounds;
      lastSize = size;
      if (size > limits.maxSize().count()) {
        try {
          rotate();
        } catch (IOException e) {
          log.warn("{} could not be rotated, it is tried again: {}", path, e.toString());
        }
      }
    }

    private void rotate() throws IOException {
      try (FileChannel full =
          FileChannel.open(
              path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        if (limits.maxFiles() == 1) {
          full.truncate(0);
          return;
        }
        Path copy = path.resolveSibling("." + path.getFileName() + ".rotated");
        Files.deleteIfExists(copy);
        try (FileChannel to =
            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          giveLike(path, copy);
          // Most of it while the container goes on.
          long copied = copy(full, to, 0, full.size());
          boolean frozen = cgroup.isPresent() && cgroup.get().freeze();
          try {
            copy(full, to, copied, full.size());
            shift(copy);
            full.truncate(0);
          } finally {
            if (frozen) {
              cgroup.get().thaw();
            }
          }
        }
      }
    }

    private void shift(Path copy) throws IOException {
      for (int number = limits.maxFiles() - 1; number > 1; number--) {
        if (Files.exists(numbered(number - 1), LinkOption.NOFOLLOW_LINKS)) {
          Files.move(numbered(number - 1), numbered(number), StandardCopyOption.ATOMIC_MOVE);
        }
      }
      Files.move(copy, numbered(1), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path numbered(int number) {
      return path.resolveSibling(path.getFileName() + "." + number);
    }
  }

  private static long copy(FileChannel from, FileChannel to, long begin, long end)
      throws IOException {
    long at = begin;
    while (at < end) {
      long moved = from.transferTo(at, end - at, to);
      if (moved <= 0) {
        // The task has cut it off itself.
        return at;
      }
      at += moved;
    }
    return at;
  }

  private static void giveLike(Path model, Path file) throws IOException {
    for (String attribute : List.of("unix:uid", "unix:gid")) {
      Object wanted = Files.getAttribute(model, attribute, LinkOption.NOFOLLOW_LINKS);
      if (!wanted.equals(Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS))) {
        Files.setAttribute(file, attribute, wanted, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private static long sizeOf(Path path) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? attributes.size() : 0;
    } catch (IOException e) {
      log.trace("{} is gone", path, e);
      return 0;
    }
  }
}
