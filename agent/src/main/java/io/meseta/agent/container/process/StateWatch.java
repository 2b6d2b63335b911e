package io.meseta.agent.container.process;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of state files that were written, by one watch of their directory, on one thread. */
final class StateWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StateWatch.class);

  private final Consumer<Optional<ContainerId>> changed;
  private @Nullable WatchService service;

  /**
   * Watches nothing yet.
   *
   * @param changed told of a container, or of all at once if the kernel could not keep up
   */
  StateWatch(Consumer<Optional<ContainerId>> changed) {
    this.changed = changed;
  }

  /** Says whether it works: the kernel may have given away all that it has for this. */
  boolean start(Path directory) {
    try {
      WatchService opened = FileSystems.getDefault().newWatchService();
      service = opened;
      directory.register(opened, StandardWatchEventKinds.ENTRY_MODIFY);
      Thread thread = new Thread(() -> follow(opened), "process-states");
      thread.setDaemon(true);
      thread.start();
      return true;
    } catch (IOException e) {
      log.warn(
          "Ends of processes are looked for at intervals, as the kernel does not tell of them: {}."
              + " More of fs.inotify.max_user_instances may help",
          e.toString());
      return false;
    }
  }

  private void follow(WatchService opened) {
    try {
      while (true) {
        WatchKey key = opened.take();
        for (WatchEvent<?> event : key.pollEvents()) {
          changed.accept(
              event.context() instanceof Path name
                  ? Optional.of(new ContainerId(name.toString()))
                  : Optional.empty());
        }
        key.reset();
      }
    } catch (ClosedWatchServiceException e) {
      log.debug("closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (service != null) {
      try {
        service.close();
      } catch (IOException e) {
        log.debug("the watch of state files is closed", e);
      }
    }
  }
}
