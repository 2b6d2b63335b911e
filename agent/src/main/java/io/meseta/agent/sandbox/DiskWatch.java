package io.meseta.agent.sandbox;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how much disk tasks use, with {@code du}, one after the other on a thread of its own,
 * and tells of those that use more than they may.
 */
public final class DiskWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Duration interval;
  private final Supplier<List<Watched>> watched;
  private final Listener listener;
  private final Thread thread;
  private boolean failureLogged;

  /** A directory that a container may fill up to a limit. */
  public record Watched(ContainerId container, Path directory, long limitBytes) {}

  /** Is told by the watch's thread. */
  @FunctionalInterface
  public interface Listener {
    void exceeded(ContainerId container, long usedBytes, long limitBytes);
  }

  DiskWatch(Duration interval, Supplier<List<Watched>> watched, Listener listener) {
    this.interval = interval;
    this.watched = watched;
    this.listener = listener;
    this.thread = new Thread(this::run, "agent-disk-watch");
    thread.setDaemon(true);
  }

  /**
   * Starts it.
   *
   * @param watched what is to be measured now; any thread
   */
  public static DiskWatch start(
      Duration interval, Supplier<List<Watched>> watched, Listener listener) {
    DiskWatch watch = new DiskWatch(interval, watched, listener);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(interval);
        round();
      }
    } catch (InterruptedException e) {
      // Closed.
      log.debug("The measuring of disk usage ends", e);
    }
  }

  /** Measures all once. */
  void round() throws InterruptedException {
    Set<ContainerId> told = new HashSet<>();
    for (Watched one : watched.get()) {
      OptionalLong used = told.contains(one.container()) ? OptionalLong.empty() : usedBytes(one);
      if (used.isPresent() && used.getAsLong() > one.limitBytes()) {
        told.add(one.container());
        listener.exceeded(one.container(), used.getAsLong(), one.limitBytes());
      }
    }
  }

  private OptionalLong usedBytes(Watched one) throws InterruptedException {
    try {
      return OptionalLong.of(usedBytes(one.directory()));
    } catch (IOException e) {
      if (!failureLogged) {
        failureLogged = true;
        log.error(
            "The disk usage of {} cannot be measured: {}. Until it can, tasks are not held to their"
                + " disk resource",
            one.directory(),
            e.toString());
      }
      return OptionalLong.empty();
    }
  }

  /** What is allotted on the disk, so that holes in files do not count; links are not followed. */
  static long usedBytes(Path directory) throws IOException, InterruptedException {
    Process du =
        new ProcessBuilder("du", "-k", "-s", "-x", "--", directory.toString())
            // Files that vanish meanwhile are no reason for concern.
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      du.getOutputStream().close();
      if (!du.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("du takes more than " + LONGEST.toMinutes() + " minutes");
      }
      try (InputStream printed = du.getInputStream()) {
        String line = new String(printed.readNBytes(4096), StandardCharsets.UTF_8);
        int tab = line.indexOf('\t');
        if (tab <= 0) {
          throw new IOException("du prints nothing");
        }
        return Math.multiplyExact(Long.parseLong(line.substring(0, tab)), 1024L);
      }
    } finally {
      du.destroyForcibly();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
