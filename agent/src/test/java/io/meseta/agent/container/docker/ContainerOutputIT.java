package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.config.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container writes is in its sandbox, each byte exactly once. */
class ContainerOutputIT {

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeAll
  static void engine() throws IOException, InterruptedException {
    TestEngine.ensure();
  }

  @BeforeEach
  void open() {
    docker = new DockerFixture(workDir);
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    docker.close();
  }

  @Test
  void aMegabyteOfEachStreamIsThereWhenTheEndIsTold() throws Exception {
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell(
                "yes 0123456789abcdef | head -c 1048576;"
                    + " yes fedcba9876543210 | head -c 1048576 >&2"));

    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout"))
        .isEqualTo("0123456789abcdef\n".repeat(61681).substring(0, 1 << 20));
    assertThat(docker.file(spec, "stderr"))
        .isEqualTo("fedcba9876543210\n".repeat(61681).substring(0, 1 << 20));
  }

  @Test
  void bytesThatAreNoTextAndLongLinesArriveAsTheyAre() throws Exception {
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell(
                "printf 'a\\377\\000b\\r\\n\\n';"
                    + " yes x | tr -d '\\n' | head -c 50000; echo;"
                    + " yes y | tr -d '\\n' | head -c 32768; echo; echo z"));

    docker.told().awaitExited(spec.container());

    String expected = "a\u00ff\0b\r\n\n" + "x".repeat(50000) + "\n" + "y".repeat(32768) + "\nz\n";
    assertThat(
            new String(
                Files.readAllBytes(docker.sandbox(spec).resolve("stdout")),
                StandardCharsets.ISO_8859_1))
        .isEqualTo(expected);
  }

  @Test
  void goesOnExactlyWhereItWasAfterEachRestart() throws Exception {
    int lines = 20_000;
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell(
                "i=0; while [ $i -lt "
                    + lines
                    + " ]; do echo line $i; i=$((i+1));"
                    + " [ $((i % 97)) != 0 ] || echo error $i >&2; done"));
    docker.told().awaitStarted(spec.container());
    for (int restart = 0; restart < 4; restart++) {
      awaitMoreOutput(spec);
      docker.restart();
      docker.containerizer().adopt(spec);
    }

    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout")).isEqualTo(numbered("line ", lines, 0, 1));
    assertThat(docker.file(spec, "stderr")).isEqualTo(numbered("error ", lines + 1, 97, 97));
  }

  @Test
  void isRotatedBySizeAndComplete() throws Exception {
    docker.close();
    LogLimits limits = new LogLimits(Bytes.parse("64KB"), 100);
    docker =
        new DockerFixture(workDir, options -> options.withLogs(options.logs().withSandbox(limits)));
    int lines = 60_000;
    ContainerSpec spec = docker.launch(TestTasks.shell("seq " + lines + "; echo end >&2"));
    docker.told().awaitStarted(spec.container());
    awaitMoreOutput(spec);
    docker.restart();
    docker.containerizer().adopt(spec);

    docker.told().awaitExited(spec.container());

    StringBuilder all = new StringBuilder(docker.file(spec, "stdout"));
    for (int i = 1; Files.exists(docker.sandbox(spec).resolve("stdout." + i)); i++) {
      assertThat(Files.size(docker.sandbox(spec).resolve("stdout." + i)))
          .isBetween(64_000L, 65_536L);
      all.insert(0, docker.file(spec, "stdout." + i));
    }
    assertThat(all.toString().equals(numbered("", lines + 1, 1, 1))).isTrue();
    assertThat(docker.file(spec, "stderr")).isEqualTo("end\n");
  }

  private void awaitMoreOutput(ContainerSpec spec) throws Exception {
    Path file = docker.sandbox(spec).resolve("stdout");
    long size = Files.size(file);
    // Often: the restarts shall come while there is more to be written.
    await("more output")
        .atMost(DockerFixture.LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            Files.size(file) > size
                || !docker.told().all(RecordingListener.Exited.class).isEmpty());
  }

  private static String numbered(String word, int below, int from, int step) {
    return IntStream.iterate(from, i -> i < below, i -> i + step)
        .mapToObj(i -> word + i + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void whatWasWrittenWhileNoAgentRanIsCopiedLater() throws Exception {
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell(
                "echo before; while [ ! -e go ]; do sleep 0.1; done; echo after; exit 5"));
    docker.told().awaitStarted(spec.container());
    docker.end();
    docker.docker("exec", DockerFixture.name(spec.container()), "touch", "/go");
    docker.docker("wait", DockerFixture.name(spec.container()));
    // As if the agent had been killed after writing more than it had noted.
    Files.writeString(
        docker.sandbox(spec).resolve("stdout"), "before\nafter\nnot noted", StandardCharsets.UTF_8);

    docker.resume();
    docker.containerizer().adopt(spec);

    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(5);
    assertThat(docker.file(spec, "stdout")).isEqualTo("before\nafter\n");
  }

  @Test
  void aTaskThatReplacesItsFilesHarmsNobody(@TempDir Path other) throws Exception {
    Path precious = other.resolve("precious");
    Files.writeString(precious, "precious", StandardCharsets.UTF_8);
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell(
                "cd /mnt/mesos/sandbox; rm stdout stderr; ln -s "
                    + precious
                    + " stdout;"
                    + " mkfifo stderr; echo written; touch done; sleep 1000"));
    docker.told().awaitStarted(spec.container());
    Path done = docker.sandbox(spec).resolve("done");
    await("the task has written").atMost(DockerFixture.LIMIT).until(() -> Files.exists(done));

    docker.restart();
    docker.containerizer().adopt(spec);
    docker.told().awaitStarted(spec.container());
    docker.containerizer().kill(spec.container(), Duration.ZERO);

    docker.told().awaitExited(spec.container());
    assertThat(precious).hasContent("precious");
  }
}
