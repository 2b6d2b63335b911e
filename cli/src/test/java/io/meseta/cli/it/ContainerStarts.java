package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Every start of a container of any agent, as the engine's event stream tells it. */
final class ContainerStarts implements AutoCloseable {

  private static final Duration TOLD = Duration.ofSeconds(10);

  private final Path file;
  private final Process process;

  private ContainerStarts(Path file, Process process) {
    this.file = file;
    this.process = process;
  }

  /** Follows from this moment on. */
  static ContainerStarts follow(String test) throws IOException {
    Path directory = Files.createDirectories(Cluster.logs(test));
    Path file = directory.resolve("starts");
    Process process =
        new ProcessBuilder(
                "docker",
                "events",
                "--since",
                Long.toString(Instant.now().getEpochSecond()),
                "--filter",
                "type=container",
                "--filter",
                "event=start",
                "--filter",
                "label=io.meseta.agent",
                "--format",
                "{{index .Actor.Attributes \"io.meseta.task\"}}")
            .redirectError(directory.resolve("starts.err").toFile())
            .redirectOutput(file.toFile())
            .start();
    return new ContainerStarts(file, process);
  }

  /** The task of each start, once per start. */
  List<String> tasks() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("docker events has ended with " + process.exitValue());
    }
    return Files.readString(file, StandardCharsets.UTF_8).lines().toList();
  }

  /** Checks how often a task's container was started; a start may be told a moment late. */
  void assertStarts(String task, int count) throws Exception {
    await("the start of " + task + " is told").atMost(TOLD).until(() -> of(task) >= count);
    assertThat(of(task)).as("starts of %s", task).isEqualTo(count);
  }

  private long of(String task) throws IOException {
    return tasks().stream().filter(task::equals).count();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
