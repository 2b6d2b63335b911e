package io.meseta.agent.container.process;

import io.meseta.agent.container.cgroup.Cgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a further command of a container with all that it started, and leaves nothing behind.
 *
 * @param process the command's first
 * @param group of the command; empty: it has none
 * @param name under which its processes are found where there are no groups
 * @param file that it was started by
 */
record CommandEnd(Process process, Optional<Cgroup> group, String name, Path file) {

  private static final Logger log = LoggerFactory.getLogger(CommandEnd.class);

  static final Duration LIMIT = Duration.ofSeconds(10);

  /** Kills all. */
  void kill() throws InterruptedException {
    // By its handle: the process object would close its streams, and what is in them be lost.
    process.toHandle().destroyForcibly();
    try {
      if (group.isPresent()) {
        group.get().killAll(LIMIT);
      } else {
        new SessionMembers(ProcessId.of((int) process.pid()), TaskEnvironment.COMMAND_NAME, name)
            .killAll(LIMIT);
      }
    } catch (IOException e) {
      log.warn("A command in a container could not be ended wholly: {}", e.toString());
    }
  }

  /** After the end. */
  void clear() throws InterruptedException {
    try {
      Files.deleteIfExists(file);
      if (group.isPresent()) {
        group.get().remove(LIMIT);
      }
    } catch (IOException e) {
      log.warn("What a command in a container has left could not be removed: {}", e.toString());
    }
  }
}
