package io.meseta.cli.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The same executor twice: with the Java library, and in Python without any. */
enum ExecutorProgram {
  JAVA {
    @Override
    List<String> command() {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx32m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-cp",
          System.getProperty("java.class.path"),
          "io.meseta.examples.ThreadsExecutor");
    }
  },
  PYTHON {
    @Override
    List<String> command() throws IOException {
      // What is on the PATH may be a script that finds the program by its own surroundings.
      String program = Docker.run("python3", "-c", "import sys; print(sys.executable)");
      Path script = Path.of("..", "examples", "src", "main", "python", "threads_executor.py");
      return List.of(program, script.toAbsolutePath().normalize().toString());
    }
  };

  /** Absolute paths, that work from any directory. */
  abstract List<String> command() throws IOException;
}
