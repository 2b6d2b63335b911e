package io.meseta.agent.sandbox;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the sandboxes of containers that have ended, on a thread of its own.
 *
 * <p>As in Mesos a sandbox is kept for {@code delay × max(0, 1 − headroom − part of the disk in
 * use)}. That counts from the end of its container, or, where nobody knows that any more, from the
 * last change in it. Which sandboxes there are is read from the directories at each round, so
 * nothing is forgotten by a restart, and what an earlier agent has left in the work directory goes
 * too. Nothing is removed before it is known what the agent still has.
 *
 * <p>The longest ended go first, and the part of the disk in use is looked at after each. A sandbox
 * is moved away at once, and then deleted bit by bit; one with something mounted in it is left.
 */
public final class SandboxGc implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SandboxGc.class);

  /** So many are removed before all are looked at again. */
  private static final int BATCH = 500;

  /** Where there are very many, to look at all takes long: the pause is so many times as long. */
  private static final int MIN_PAUSE = 50;

  /** Mounts of this process. */
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  private final Options options;
  private final Supplier<Optional<Set<ContainerId>>> held;
  private final Clock clock;
  private final DoubleSupplier diskUsage;
  private final SandboxTree tree;
  private final Sandboxes sandboxes;
  private final Path trash;
  private final Thread thread;

  /** Launched or adopted by this process, and not ended. */
  private final Map<ContainerId, SandboxId> live = new ConcurrentHashMap<>();

  private final LinkedBlockingQueue<SandboxId> ended = new LinkedBlockingQueue<>();
  private volatile Stats stats = new Stats(0, 0, 0);

  /**
   * How it is set up.
   *
   * @param delay how long a sandbox is kept on an empty disk
   * @param headroom the part of the disk, from 0 to 1, that is to stay free
   * @param interval from one round to the next
   */
  public record Options(Path workDir, Duration delay, double headroom, Duration interval) {}

  /**
   * How it fares.
   *
   * @param pending sandboxes of ended containers that are kept for now
   * @param succeeded removed since the start
   * @param failed could not be removed, counted at each attempt
   */
  public record Stats(long pending, long succeeded, long failed) {}

  SandboxGc(
      Options options,
      Supplier<Optional<Set<ContainerId>>> held,
      Clock clock,
      DoubleSupplier diskUsage) {
    this.options = options;
    this.held = held;
    this.clock = clock;
    this.diskUsage = diskUsage;
    Path workDir = options.workDir().toAbsolutePath().normalize();
    this.tree = new SandboxTree(workDir);
    this.sandboxes = new Sandboxes(workDir);
    this.trash = workDir.resolve("gc");
    this.thread = new Thread(this::run, "agent-gc");
    thread.setDaemon(true);
  }

  /**
   * Starts it.
   *
   * @param held containers that the agent knows, ended or not, whose sandboxes must stay; empty as
   *     long as that is not known. Any thread
   */
  public static SandboxGc start(Options options, Supplier<Optional<Set<ContainerId>>> held)
      throws IOException {
    FileStore store = Files.getFileStore(options.workDir());
    SandboxGc gc = new SandboxGc(options, held, Clock.systemUTC(), () -> usage(store));
    gc.prepare();
    gc.thread.start();
    return gc;
  }

  private static double usage(FileStore store) {
    try {
      long total = store.getTotalSpace();
      return total == 0 ? 0 : 1 - (double) store.getUsableSpace() / total;
    } catch (IOException e) {
      log.warn("How full the disk is could not be found out: {}", e.toString());
      return 0;
    }
  }

  /** What was being deleted when an earlier process ended is deleted with the first round. */
  void prepare() throws IOException {
    Files.createDirectories(trash);
    Files.setPosixFilePermissions(trash, PosixFilePermissions.fromString("rwx------"));
  }

  /** A container is going to use its sandbox. Any thread. */
  public void launched(SandboxId sandbox) {
    live.put(sandbox.container(), sandbox);
  }

  /** A container does not use its sandbox any more. Any thread; repeating is harmless. */
  public void ended(ContainerId container) {
    SandboxId sandbox = live.remove(container);
    if (sandbox != null) {
      ended.add(sandbox);
    }
  }

  /** How it fares. */
  public Stats stats() {
    return stats;
  }

  private void run() {
    try {
      while (true) {
        long begun = System.nanoTime();
        round();
        long took = System.nanoTime() - begun;
        long pause = Math.max(options.interval().toNanos(), took * MIN_PAUSE);
        long next = System.nanoTime() + pause;
        for (long wait = pause; wait > 0; wait = next - System.nanoTime()) {
          SandboxId sandbox = ended.poll(wait, TimeUnit.NANOSECONDS);
          if (sandbox != null) {
            noteEnd(sandbox);
          }
        }
      }
    } catch (InterruptedException e) {
      // Closed.
      log.debug("The removal of sandboxes ends", e);
    }
  }

  /** From here on its time counts, which survives a restart of the agent. */
  private void noteEnd(SandboxId sandbox) {
    try {
      Path path = sandboxes.path(sandbox);
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
      }
    } catch (IllegalArgumentException | IOException e) {
      log.warn("The end of {} could not be noted in its sandbox: {}", sandbox, e.toString());
    }
  }

  /** Looks once at all. */
  void round() throws InterruptedException {
    for (SandboxId sandbox = ended.poll(); sandbox != null; sandbox = ended.poll()) {
      noteEnd(sandbox);
    }
    Optional<Set<ContainerId>> kept = held.get();
    if (kept.isEmpty()) {
      return;
    }
    try {
      emptyTrash();
      boolean more = true;
      while (more) {
        more = removeOld(kept.get());
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.error("The sandboxes of ended tasks could not be looked at: {}", e.toString());
    }
  }

  /**
   * Removes the longest ended, as far as they are old enough.
   *
   * @return whether there may be more of them
   */
  private boolean removeOld(Set<ContainerId> kept) throws IOException, InterruptedException {
    PriorityQueue<SandboxTree.Found> oldest =
        new PriorityQueue<>(Comparator.comparing(SandboxTree.Found::changed).reversed());
    LongAdder count = new LongAdder();
    tree.visit(
        clock.instant(),
        sandbox -> {
          if (!kept.contains(sandbox.container()) && !live.containsKey(sandbox.container())) {
            count.increment();
            oldest.add(sandbox);
            if (oldest.size() > BATCH) {
              oldest.remove();
            }
          }
        });
    long pending = count.sum();
    boolean all = true;
    for (SandboxTree.Found sandbox : inOrder(oldest)) {
      Duration age = Duration.between(sandbox.changed(), clock.instant());
      // It may have been taken into use since it was looked at.
      boolean old = age.compareTo(longestAge()) >= 0 && !live.containsKey(sandbox.container());
      if (old && remove(sandbox, age)) {
        pending--;
      } else {
        all = false;
      }
    }
    stats = new Stats(pending, stats.succeeded(), stats.failed());
    return all && pending > 0;
  }

  private static List<SandboxTree.Found> inOrder(PriorityQueue<SandboxTree.Found> oldest) {
    return oldest.stream().sorted(Comparator.comparing(SandboxTree.Found::changed)).toList();
  }

  private Duration longestAge() {
    double part = Math.max(0, 1 - options.headroom() - diskUsage.getAsDouble());
    return Duration.ofMillis((long) (options.delay().toMillis() * part));
  }

  private boolean remove(SandboxTree.Found sandbox, Duration age) throws InterruptedException {
    try {
      Optional<String> mount = mountBelow(sandbox.path());
      if (mount.isPresent()) {
        throw new IOException("something is mounted at " + mount.get());
      }
      Instant now = clock.instant();
      Path away = trash.resolve(sandbox.container().value() + "-" + now.toEpochMilli());
      Files.move(sandbox.path(), away, StandardCopyOption.ATOMIC_MOVE);
      tree.tidyAbove(sandbox.path());
      emptyTrash();
      stats = new Stats(stats.pending(), stats.succeeded() + 1, stats.failed());
      log.info("Removed sandbox {}, ended {} h ago", sandbox.path(), age.toHours());
      return true;
    } catch (NoSuchFileException e) {
      log.debug("{} has gone already", sandbox.path(), e);
      return true;
    } catch (IOException | DirectoryIteratorException e) {
      stats = new Stats(stats.pending(), stats.succeeded(), stats.failed() + 1);
      log.error("Sandbox {} could not be removed: {}", sandbox.path(), e.toString());
      return false;
    }
  }

  private void emptyTrash() throws IOException, InterruptedException {
    new TreeRemoval(trash).empty();
  }

  /** To delete what is mounted in a sandbox would delete what belongs to somebody else. */
  private static Optional<String> mountBelow(Path path) throws IOException {
    if (!Files.exists(MOUNTS)) {
      return Optional.empty();
    }
    String below = path.toRealPath() + "/";
    for (String line : Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 4 && unescape(fields[4]).startsWith(below)) {
        return Optional.of(unescape(fields[4]));
      }
    }
    return Optional.empty();
  }

  /** The kernel writes a space as {@code \040}, and so on. */
  private static String unescape(String text) {
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }

  /** Stops; what is being deleted is deleted after the next start. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
