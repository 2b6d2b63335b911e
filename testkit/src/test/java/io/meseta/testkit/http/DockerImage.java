package io.meseta.testkit.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Sees to a Docker engine and the tests' image, by the same script that the demo uses. */
final class DockerImage {

  static final String NAME = "meseta/busybox:local";

  private DockerImage() {}

  static void ensure() throws IOException, InterruptedException {
    Path output = Files.createTempFile("meseta-test", ".out");
    try {
      Process script =
          new ProcessBuilder(script(), "image")
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!script.waitFor(5, TimeUnit.MINUTES)) {
        script.destroyForcibly();
        throw new IllegalStateException("The image is not made in 5 minutes");
      }
      if (script.exitValue() != 0) {
        throw new IllegalStateException(
            "No image: " + Files.readString(output, StandardCharsets.UTF_8));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static String script() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("not run from inside the project");
      }
    }
    return directory.resolve("scripts/docker-engine.sh").toString();
  }
}
