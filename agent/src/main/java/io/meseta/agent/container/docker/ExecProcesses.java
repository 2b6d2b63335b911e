package io.meseta.agent.container.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the processes of a command inside a container.
 *
 * <p>The engine can start a command and tell its process, but not end it. So the processes are
 * looked for on this machine: those of the container's cgroups that have the command's mark in
 * their environment, which they hand on to whatever they start, and they are killed until there is
 * none. Where the engine runs on another machine, or sees other process ids than the agent, there
 * are none to be found, and the command only loses its input and output; the log says so.
 */
final class ExecProcesses {

  private static final Logger log = LoggerFactory.getLogger(ExecProcesses.class);
  private static final Path PROC = Path.of("/proc");
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration MAX_BACK_OFF = Duration.ofMillis(500);

  private final Engine engine;
  private final DockerExecSession.Started started;

  ExecProcesses(Engine engine, DockerExecSession.Started started) {
    this.engine = engine;
    this.started = started;
  }

  void end() throws IOException, EngineException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Duration backOff = Duration.ZERO;
    while (true) {
      InspectExecResponse found = DockerExec.inspect(engine, started.id());
      boolean runs = Boolean.TRUE.equals(found.isRunning());
      List<ProcessHandle> processes = processes(String.valueOf(found.getContainerID()));
      if (processes.isEmpty() && !runs) {
        return;
      }
      processes.forEach(ProcessHandle::destroyForcibly);
      if (System.nanoTime() > deadline) {
        log.warn(
            "container {}: a command goes on without input and output, as its processes are not to"
                + " be found or not to be killed: the engine has to run on this machine, and the"
                + " agent as root",
            started.container());
        return;
      }
      backOff = Backoff.next(backOff, MAX_BACK_OFF);
      Thread.sleep(backOff);
    }
  }

  private List<ProcessHandle> processes(String engineId) throws IOException {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(process -> isOurs(process.pid(), engineId)).toList();
    }
  }

  private boolean isOurs(long pid, String engineId) {
    Path directory = PROC.resolve(String.valueOf(pid));
    try {
      if (!read(directory.resolve("cgroup")).contains(engineId)) {
        return false;
      }
      String environment = "\0" + read(directory.resolve("environ"));
      return environment.contains("\0" + started.mark() + "\0");
    } catch (IOException e) {
      // It has ended meanwhile, or belongs to somebody else.
      return false;
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
