package io.meseta.agent.inventory;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an agent's resources and attributes again when the files that they are in change.
 *
 * <p>The file system tells of changes in the files' directories; beside that it looks at an
 * interval, for what is not told: changes behind links and on file systems of other machines. What
 * cannot be read or makes no sense is logged, once, and changes nothing.
 */
public final class ConfigurationWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConfigurationWatch.class);

  /** A file that is being written is changed more than once. */
  private static final Duration SETTLING = Duration.ofMillis(100);

  private final Inventory inventory;
  private final Duration interval;
  private final Consumer<Configuration> listener;
  private final WatchService watcher;
  private final Thread thread;
  private Configuration current;
  private String complaint = "";

  private ConfigurationWatch(
      Inventory inventory,
      Configuration current,
      Duration interval,
      Consumer<Configuration> listener)
      throws IOException {
    this.inventory = inventory;
    this.current = current;
    this.interval = interval;
    this.listener = listener;
    this.watcher = FileSystems.getDefault().newWatchService();
    this.thread = Thread.ofPlatform().name("agent-configuration").daemon().unstarted(this::run);
  }

  /**
   * Begins to watch; nothing if there is no file to be watched.
   *
   * @param current what was read before
   * @param interval between two looks
   * @param listener is given what has changed, on a thread of the watch
   * @throws IOException if the system cannot watch files
   */
  public static Optional<ConfigurationWatch> start(
      Inventory inventory,
      Configuration current,
      Duration interval,
      Consumer<Configuration> listener)
      throws IOException {
    if (inventory.files().isEmpty()) {
      return Optional.empty();
    }
    ConfigurationWatch watch = new ConfigurationWatch(inventory, current, interval, listener);
    watch.register();
    watch.thread.start();
    return Optional.of(watch);
  }

  private void register() throws IOException {
    Set<Path> directories =
        inventory.files().stream()
            .map(Path::getParent)
            .filter(directory -> directory != null && Files.isDirectory(directory))
            .collect(Collectors.toSet());
    for (Path directory : directories) {
      directory.register(
          watcher,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        WatchKey key = watcher.poll(interval.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
          Thread.sleep(SETTLING);
          key.pollEvents();
          key.reset();
        }
        look();
      }
    } catch (InterruptedException e) {
      log.debug("The configuration is watched no more", e);
    }
  }

  private void look() {
    Configuration found;
    try {
      found = inventory.read();
    } catch (IllegalArgumentException e) {
      complain(String.valueOf(e.getMessage()));
      return;
    }
    complaint = "";
    if (!found.equals(current)) {
      log.info(
          "The configuration has changed: resources [{}], attributes {}",
          found.resources(),
          found.attributes().stream().map(attribute -> attribute.getName()).toList());
      current = found;
      listener.accept(found);
    }
  }

  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      log.error(
          "The configuration has changed and cannot be used: {}. The agent goes on with what it"
              + " had; it takes the file when it is mended",
          reason);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
      watcher.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("The watch of configuration files could not be closed", e);
    }
  }
}
