package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.cli.it.Recorder.Wanted;
import io.meseta.scheduler.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tasks that are plain processes and write down each of their starts, so that a test knows how
 * often each was started, and whether it is still the same process.
 */
final class PlainTasks implements AutoCloseable {

  private static final String STARTS = ".starts";

  private final Path directory;

  PlainTasks(Path directory) {
    this.directory = directory;
  }

  /** Runs until it is killed. */
  Wanted endless(String id, String agent) {
    return task(id, Optional.of(agent), "exec sleep 100000");
  }

  /** Ends well when its gate is opened. */
  Wanted gated(String id) {
    return task(id, Optional.empty(), "while [ ! -e " + gate(id) + " ]; do sleep 0.1; done");
  }

  private Wanted task(String id, Optional<String> agent, String command) {
    String line = "echo $$ >> " + directory.resolve(id + STARTS) + "; " + command;
    return new Wanted(id, agent, Tasks.process(line).id(id).name(id).cpus(0.1).memoryMiB(32));
  }

  void openGate(String id) throws IOException {
    Files.createFile(gate(id));
  }

  private Path gate(String id) {
    return directory.resolve(id + ".gate");
  }

  /** The one process that the task ever was; fails if there were more. */
  long onlyPidOf(String id) throws IOException {
    List<Long> pids = pids(directory.resolve(id + STARTS));
    assertThat(pids).as("starts of %s", id).hasSize(1);
    return pids.get(0);
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static List<Long> pids(Path starts) throws IOException {
    return Files.readAllLines(starts).stream().map(Long::parseLong).toList();
  }

  /** Ends what a test that failed has left. */
  @Override
  public void close() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      all.filter(file -> file.toString().endsWith(STARTS)).forEach(files::add);
    }
    for (Path file : files) {
      for (long pid : pids(file)) {
        ProcessHandle.of(pid)
            .filter(process -> process.info().command().orElse("").endsWith("/sleep"))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
