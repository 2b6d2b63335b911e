package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.config.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationIT {

  @TempDir Path workDir;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes(workDir);
  }

  private void start(String size, int files) {
    processes.with(processes.options().withLogs(new LogLimits(Bytes.parse(size), files))).start();
  }

  @AfterEach
  void close() throws IOException {
    processes.close();
  }

  @Test
  void noByteIsLostWhileATaskWritesAsFastAsItCan() throws Exception {
    start("1MB", 1000);
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "i=0; until [ -f stop ]; do seq $((i+1)) $((i+100000)); i=$((i+100000)); done;"
                    + " echo $i >&2"));
    Path sandbox = processes.sandbox(spec);

    await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(sandbox.resolve("stdout.4")));
    Files.createFile(sandbox.resolve("stop"));
    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);

    List<Path> parts = new ArrayList<>();
    for (int i = 1; Files.exists(sandbox.resolve("stdout." + i)); i++) {
      parts.addFirst(sandbox.resolve("stdout." + i));
    }
    parts.add(sandbox.resolve("stdout"));
    long number = 0;
    StringBuilder rest = new StringBuilder();
    for (Path part : parts) {
      rest.append(Files.readString(part));
      int line = 0;
      for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", line)) {
        number++;
        if (Long.parseLong(rest, line, end, 10) != number) {
          throw new AssertionError(
              "after " + (number - 1) + " comes " + rest.substring(line, end) + " in " + part);
        }
        line = end + 1;
      }
      rest.delete(0, line);
    }
    assertThat(number).isEqualTo(Long.parseLong(processes.stderr(spec).strip()));
    assertThat(rest).isEmpty();
  }

  @Test
  void noMoreFilesAreKeptThanWanted() throws Exception {
    start("64KB", 3);
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "i=0; while :; do i=$((i+1)); seq $i $((i+20000)) >&2; sleep 0.3; done"));
    Path sandbox = processes.sandbox(spec);

    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(sandbox.resolve("stderr.2")));
    long second = Files.getLastModifiedTime(sandbox.resolve("stderr.2")).toMillis();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> Files.getLastModifiedTime(sandbox.resolve("stderr.2")).toMillis() > second);

    assertThat(sandbox.resolve("stderr.3")).doesNotExist();
    assertThat(sandbox.resolve("stdout.1")).doesNotExist();
  }

  @Test
  void oneFileOnlyIsEmptied() throws Exception {
    start("64KB", 1);
    ContainerSpec spec = processes.launch(Processes.shell("seq 1 100000; exec sleep 1000"));
    Path stdout = processes.sandbox(spec).resolve("stdout");
    processes.told().awaitStarted(spec.container());

    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> Files.size(stdout) > 500_000 || rotated(stdout));
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.size(stdout) < 100_000);

    assertThat(stdout.resolveSibling("stdout.1")).doesNotExist();
  }

  private static boolean rotated(Path file) throws IOException {
    return Files.size(file) == 0;
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws Exception {
    start("64KB", 2);
    Path other = workDir.resolve("other");
    Files.write(other, new byte[100_000]);
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "rm stdout; ln -s " + other + " stdout; seq 1 100000 >&2; exec sleep 1000"));

    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> Files.exists(processes.sandbox(spec).resolve("stderr.1")));

    assertThat(other).hasSize(100_000);
    assertThat(processes.sandbox(spec).resolve("stdout.1")).doesNotExist();
  }
}
