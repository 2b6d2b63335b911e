package io.meseta.agent.container.docker;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sees to a Docker engine and the tests' image, by the same script that the demo uses. */
final class TestEngine {

  static final String IMAGE = "meseta/busybox:local";

  private static boolean ready;

  private TestEngine() {}

  /** Where the engine listens that tests share. */
  static URI host() {
    String host = System.getenv("DOCKER_HOST");
    return host == null || host.isBlank() ? DockerOptions.DEFAULT_HOST : URI.create(host);
  }

  /** An engine answers, and has the image. */
  static synchronized void ensure() throws IOException, InterruptedException {
    if (!ready) {
      run(Map.of(), script(), "image");
      ready = true;
    }
  }

  static String script() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("not run from inside the project");
      }
    }
    return directory.resolve("scripts/docker-engine.sh").toString();
  }

  /** The docker command line, as a second opinion. */
  static String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return run(Map.of(), command.toArray(String[]::new));
  }

  /** Runs a program to its end; fails the test if that is not a good one. */
  static String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("meseta-test", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(List.of(command) + " does not end");
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            List.of(command) + " ended with " + process.exitValue() + ": " + text);
      }
      return text.strip();
    } finally {
      Files.delete(output);
    }
  }
}
