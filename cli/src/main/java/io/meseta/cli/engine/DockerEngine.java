package io.meseta.cli.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A Docker engine that answers, with the image of the demo. Closing ends it, if it was not there
 * before.
 */
public final class DockerEngine implements AutoCloseable {

  /** Made by the script from the distribution's static busybox; no registry has it. */
  public static final String IMAGE = "meseta/busybox:local";

  private static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");

  private final Path script;
  private final boolean startedHere;
  private final Consumer<String> progress;

  private DockerEngine(Path script, boolean startedHere, Consumer<String> progress) {
    this.script = script;
    this.startedHere = startedHere;
    this.progress = progress;
  }

  /**
   * Finds an engine, or installs and starts one, and makes the image if it is missing. That may
   * take a minute where there is nothing yet.
   *
   * @param progress is told each line that the script says, by the calling thread
   * @throws IOException when there is none in the end; what to do has been said to {@code progress}
   */
  public static DockerEngine ensure(Consumer<String> progress)
      throws IOException, InterruptedException {
    Path script = script();
    boolean there = run(script, "pid", line -> {}) == 0;
    int exit = run(script, "image", progress);
    boolean started = !there && run(script, "pid", line -> {}) == 0;
    DockerEngine engine = new DockerEngine(script, started, progress);
    if (exit != 0) {
      engine.close();
      throw new IOException("no Docker engine could be made to answer; what to do is said above");
    }
    return engine;
  }

  /** Where it listens. */
  public static URI host() {
    String host = System.getenv("DOCKER_HOST");
    return host == null || host.isBlank() ? DEFAULT_HOST : URI.create(host);
  }

  /** Whether it runs only for us. */
  public boolean startedHere() {
    return startedHere;
  }

  @Override
  public void close() throws IOException {
    if (!startedHere) {
      return;
    }
    try {
      run(script, "stop", progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the Docker engine was being ended", e);
    }
  }

  /** The launcher says where the project is. */
  private static Path script() throws IOException {
    Path home = Path.of(Optional.ofNullable(System.getProperty("meseta.home")).orElse("."));
    Path script = home.resolve("scripts/docker-engine.sh");
    if (!Files.isExecutable(script)) {
      throw new IOException("there is no " + script.toAbsolutePath() + "; start this by ./meseta");
    }
    return script;
  }

  private static int run(Path script, String task, Consumer<String> progress)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(script.toString(), task)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        progress.accept(line);
        line = lines.readLine();
      }
      return process.waitFor();
    } finally {
      if (process.isAlive() && !process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroy();
      }
    }
  }
}
