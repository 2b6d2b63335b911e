package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExec.Command;
import io.meseta.agent.container.ContainerExec.Session;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ContainerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessExecIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path workDir;
  private Processes processes;
  private ContainerSpec spec;

  @BeforeEach
  void open() throws Exception {
    Files.setPosixFilePermissions(workDir, PosixFilePermissions.fromString("rwxr-xr-x"));
    processes = new Processes(workDir).start();
    TaskInfo.Builder task = Processes.shell("exec sleep 1000");
    if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      task.getCommandBuilder().setUser("nobody");
    }
    spec = processes.launch(task);
    processes.told().awaitStarted(spec.container());
  }

  @AfterEach
  void close() throws IOException {
    processes.close();
  }

  @Test
  void aCommandIsWhereItsContainerIs() throws Exception {
    Heard heard =
        run(
            "pwd; id -un; echo $MESOS_TASK_ID $MINE; cat /proc/self/cgroup; echo trouble >&2;"
                + " exit 3",
            Optional.empty());

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isEqualTo(3);
    String user =
        spec.effectiveUser().isEmpty() ? System.getProperty("user.name") : spec.effectiveUser();
    assertThat(heard.stdout())
        .startsWith(processes.sandbox(spec) + "\n" + user + "\ntask-1 given\n")
        .containsPattern("memory:/meseta-test-.*/" + spec.container().value() + "\n");
    assertThat(heard.stderr()).isEqualTo("trouble\n");
    assertNothingIsLeft();
  }

  @Test
  void itReadsWhatItIsGivenUpToItsEnd() throws Exception {
    Heard heard = new Heard();
    try (Session session = exec(List.of("wc", "-c"), Optional.empty(), heard)) {
      session.write(ByteBuffer.wrap(new byte[300_000]));
      session.closeInput();

      assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isZero();
    }
    assertThat(heard.stdout().strip()).isEqualTo("300000");
  }

  @Test
  void outputBeyondAnyBufferComesWhole() throws Exception {
    Heard heard = run("head -c 5000000 /dev/zero; head -c 3000000 /dev/zero >&2", Optional.empty());

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isZero();
    assertThat(heard.stdout.size()).isEqualTo(5_000_000);
    assertThat(heard.stderr.size()).isEqualTo(3_000_000);
  }

  @Test
  void closingEndsAllThatItStarted() throws Exception {
    Heard heard =
        run(
            "trap '' TERM HUP; setsid sleep 1000 & (setsid sleep 1000 &); echo ready; sleep 1000",
            Optional.empty());
    await().atMost(LIMIT).until(() -> heard.stdout().equals("ready\n"));

    heard.session().close();

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isEqualTo(137);
    assertNothingIsLeft();
  }

  @Test
  void whatItLeavesInTheBackgroundEndsWithIt() throws Exception {
    Heard heard = run("setsid sleep 1000 & exit 0", Optional.empty());

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isZero();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    // The container itself: its groups, its state, its process.
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          assertThat(processes.leftovers(spec.container()))
              .filteredOn(left -> left.startsWith("/proc/"))
              .hasSize(1);
          for (Path group : processes.groups(spec.container().value())) {
            try (var inside = Files.list(group)) {
              assertThat(inside.filter(Files::isDirectory)).isEmpty();
            }
          }
          assertThat(workDir.resolve("processes/start")).isEmptyDirectory();
        });
    assertThat(processes.told().all(RecordingListener.Exited.class)).isEmpty();
  }

  @Test
  void withATerminalItHasOneOfTheSizeThatIsWanted() throws Exception {
    Heard heard =
        run("stty size; tty; echo err >&2; exit 4", Optional.of(new TerminalSize(91, 27)));

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isEqualTo(4);
    assertThat(heard.stdout()).startsWith("27 91\r\n/dev/pts/").endsWith("err\r\n");
    assertThat(heard.stderr()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void aTerminalIsTypedAtAndResized() throws Exception {
    Heard heard =
        run(
            "stty -echo; echo ready; while read line; do"
                + " case $line in size) stty size;; *) echo \"got $line\";; esac; done; echo over",
            Optional.of(new TerminalSize(80, 24)));
    await().atMost(LIMIT).until(() -> heard.stdout().endsWith("ready\r\n"));

    heard.session().write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.UTF_8)));
    await().atMost(LIMIT).until(() -> heard.stdout().endsWith("got hello\r\n"));
    heard.session().resize(new TerminalSize(100, 40));
    heard.session().write(ByteBuffer.wrap("size\n".getBytes(StandardCharsets.UTF_8)));
    await().atMost(LIMIT).until(() -> heard.stdout().endsWith("40 100\r\n"));
    heard.session().closeInput();

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isZero();
    assertThat(heard.stdout()).endsWith("over\r\n");
  }

  @Test
  void controlCReachesTheCommand() throws Exception {
    Heard heard = run("echo ready; sleep 1000", Optional.of(new TerminalSize(80, 24)));
    await().atMost(LIMIT).until(() -> heard.stdout().endsWith("ready\r\n"));

    heard.session().write(ByteBuffer.wrap(new byte[] {3}));

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isEqualTo(130);
  }

  @Test
  void closingEndsWhatIsAtATerminalAsWell() throws Exception {
    Heard heard =
        run("trap '' HUP INT TERM; echo ready; sleep 1000", Optional.of(new TerminalSize(0, 0)));
    await().atMost(LIMIT).until(() -> heard.stdout().endsWith("ready\r\n"));

    heard.session().close();

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isEqualTo(137);
    assertNothingIsLeft();
  }

  @Test
  void theEndOfTheContainerIsTheEndOfIt() throws Exception {
    Heard heard = run("trap '' TERM; echo ready; sleep 1000", Optional.empty());
    await().atMost(LIMIT).until(() -> heard.stdout().equals("ready\n"));

    processes.containerizer().kill(spec.container(), Duration.ZERO);

    assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isEqualTo(137);
    processes.told().awaitExited(spec.container());
    processes.removed(spec.container());
  }

  @Test
  void withoutAContainerThereIsNone() {
    assertThatThrownBy(() ->
            processes
                .containerizer()
                .exec(
                    new ContainerId("nobody"), Command.of(List.of("true"), Map.of()), new Heard()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not run");
  }

  @Test
  void aProgramThatIsMissingIsTold() throws Exception {
    Heard heard = new Heard();
    try (Session session = exec(List.of("no-such-program"), Optional.empty(), heard)) {
      session.closeInput();

      // 126: the user may not look into every directory of the PATH.
      assertThat(heard.exited.get(30, TimeUnit.SECONDS)).isIn(126, 127);
    }
    assertThat(heard.stderr()).contains("no-such-program");
  }

  private Heard run(String script, Optional<TerminalSize> terminal) throws Exception {
    Heard heard = new Heard();
    heard.session = exec(List.of("sh", "-c", script), terminal, heard);
    return heard;
  }

  private Session exec(List<String> argv, Optional<TerminalSize> terminal, Heard heard)
      throws Exception {
    return processes
        .containerizer()
        .exec(
            spec.container(),
            new Command(argv, Map.of("MINE", "given"), Optional.empty(), terminal),
            heard);
  }

  /** What a command printed, and its end. */
  private static final class Heard implements ContainerExec.Output {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private @Nullable Session session;

    Session session() {
      return Objects.requireNonNull(session);
    }

    @Override
    public void stdout(ByteBuffer bytes) {
      copy(bytes, stdout);
    }

    @Override
    public void stderr(ByteBuffer bytes) {
      copy(bytes, stderr);
    }

    private static void copy(ByteBuffer bytes, ByteArrayOutputStream to) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      to.writeBytes(copy);
    }

    String stdout() {
      return stdout.toString(StandardCharsets.UTF_8);
    }

    String stderr() {
      return stderr.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void exited(int code) {
      exited.complete(code);
    }

    @Override
    public void failed(String reason) {
      exited.completeExceptionally(new AssertionError(reason));
    }
  }
}
