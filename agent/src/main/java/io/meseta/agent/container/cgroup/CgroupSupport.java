package io.meseta.agent.container.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What control groups of both versions have in common. */
abstract class CgroupSupport implements Cgroup {

  private static final Logger log = LoggerFactory.getLogger(CgroupSupport.class);

  static final String UNLIMITED = "max";
  static final String PROCESSES = "cgroup.procs";

  private static final Duration FREEZE_LIMIT = Duration.ofMillis(500);
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
  private static final long MAX_PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  private final CgroupFiles files;

  CgroupSupport(CgroupFiles files) {
    this.files = files;
  }

  CgroupFiles files() {
    return files;
  }

  /** The directory that lists its processes. */
  abstract Path tracking();

  /** All its directories, one for each tree. */
  abstract List<Path> directories();

  /** Asks the kernel to kill all, or at least to let no more be started. */
  abstract void beginToKill() throws IOException;

  /** Asks the kernel to stop or to go on. */
  abstract void askToFreeze(boolean frozen) throws IOException;

  /** Whether it can be stopped. */
  abstract boolean canFreeze();

  /** Whether all its processes have stopped. */
  abstract boolean isFrozen() throws IOException;

  @Override
  public List<Integer> processes() throws IOException {
    List<Integer> found = new ArrayList<>();
    collect(tracking(), found);
    return List.copyOf(found);
  }

  private void collect(Path group, List<Integer> into) throws IOException {
    try {
      files
          .read(group.resolve(PROCESSES))
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> Integer.valueOf(line.strip()))
          .forEach(into::add);
      for (Path child : files.children(group)) {
        collect(child, into);
      }
    } catch (NoSuchFileException e) {
      log.trace("{} is gone", group, e);
    } catch (IOException e) {
      // A group that is being removed has no device behind its files any more.
      if (Files.isDirectory(group)) {
        throw e;
      }
    }
  }

  @Override
  public boolean freeze() throws IOException {
    if (!canFreeze()) {
      return false;
    }
    askToFreeze(true);
    try {
      if (waitUntil(this::isFrozen, FREEZE_LIMIT)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    askToFreeze(false);
    return false;
  }

  @Override
  public void thaw() throws IOException {
    if (canFreeze()) {
      askToFreeze(false);
    }
  }

  @Override
  public void killAll(Duration limit) throws IOException, InterruptedException {
    if (processes().isEmpty()) {
      return;
    }
    beginToKill();
    // Those that are frozen do not hear of it.
    thaw();
    if (!waitUntil(this::killedAll, limit)) {
      throw new IOException("processes that do not end when killed: " + processes());
    }
  }

  private boolean killedAll() throws IOException {
    List<Integer> left = processes();
    for (int pid : left) {
      memberOf(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    return left.isEmpty();
  }

  @Override
  public void terminateAll() throws IOException {
    for (int pid : processes()) {
      memberOf(pid).ifPresent(ProcessHandle::destroy);
    }
  }

  private Optional<ProcessHandle> memberOf(int pid) throws IOException {
    // The handle knows the time at which its process was started, and kills no other. What had
    // become of the number before the handle was made is told by its group.
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent() && Memberships.of(pid).isBelow(tracking())
        ? process
        : Optional.empty();
  }

  @Override
  public void remove(Duration limit) throws IOException, InterruptedException {
    if (!waitUntil(() -> tryToRemove() == null, limit)) {
      IOException failure = tryToRemove();
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** A process that has ended holds its group until somebody has taken note of it. */
  private @Nullable IOException tryToRemove() {
    IOException failure = null;
    for (Path directory : directories()) {
      try {
        files.removeTree(directory);
      } catch (IOException e) {
        failure = e;
      }
    }
    return failure;
  }

  /** What the kernel may take a moment for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  static boolean waitUntil(Condition condition, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long pause = FIRST_PAUSE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(pause);
      pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    }
    return true;
  }

  /** A number of a file of the form {@code name number} per line; 0 where it is not named. */
  long counter(Path file, String name) throws IOException {
    return Counters.of(files.read(file)).getOrDefault(name, 0L);
  }
}
