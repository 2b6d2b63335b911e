package io.meseta.cli.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the engine tells of the containers of all agents, a line per event, in a file. */
final class EngineEvents implements AutoCloseable {

  private final Path file;
  private final Process process;

  private EngineEvents(Path file, Process process) {
    this.file = file;
    this.process = process;
  }

  /**
   * Follows from this moment on.
   *
   * @param kinds the events that are told, as the engine names them
   * @param format of a line, a template of the engine's command line
   */
  static EngineEvents follow(Path file, List<String> kinds, String format) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker", "events"));
    command.addAll(List.of("--since", Long.toString(Instant.now().getEpochSecond())));
    command.addAll(List.of("--filter", "type=container", "--filter", "label=io.meseta.agent"));
    kinds.forEach(kind -> command.addAll(List.of("--filter", "event=" + kind)));
    command.addAll(List.of("--format", format));
    Files.createDirectories(file.getParent());
    Process process =
        new ProcessBuilder(command)
            .redirectError(file.resolveSibling(file.getFileName() + ".err").toFile())
            .redirectOutput(file.toFile())
            .start();
    return new EngineEvents(file, process);
  }

  /** All that was told up to now; a line that is being written is left out. */
  List<String> lines() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("docker events has ended with " + process.exitValue());
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
