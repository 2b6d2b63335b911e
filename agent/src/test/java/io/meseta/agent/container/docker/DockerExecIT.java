package io.meseta.agent.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExec.Command;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordedOutput;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands inside containers of a real engine. */
class DockerExecIT {

  @TempDir Path workDir;
  private final RecordedOutput output = new RecordedOutput();
  private DockerFixture fixture;
  private ContainerId container;
  private ContainerSpec spec;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    TestEngine.ensure();
    fixture = new DockerFixture(workDir);
    spec = fixture.launch(TestTasks.shell("export FOO=task; sleep 1000"));
    container = spec.container();
    fixture.told().awaitStarted(spec.container());
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    fixture.close();
  }

  private ContainerExec.Session shell(String commandLine) throws Exception {
    return exec(Command.of(List.of("/bin/sh", "-c", commandLine), Map.of()));
  }

  private ContainerExec.Session terminal(String commandLine) throws Exception {
    return exec(
        new Command(
            List.of("/bin/sh", "-c", commandLine),
            Map.of(),
            Optional.empty(),
            Optional.of(new TerminalSize(91, 33))));
  }

  private ContainerExec.Session exec(Command command) throws Exception {
    return fixture.containerizer().exec(container, command, output);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** How many processes of the container, seen from outside, have this in their command line. */
  private long processes(String text) throws IOException, InterruptedException {
    return fixture
        .docker("top", DockerFixture.name(container), "-o", "pid,args")
        .lines()
        .filter(line -> line.contains(text))
        .count();
  }

  @Test
  void bothOutputsAndTheExitCode() throws Exception {
    shell("echo out; echo err >&2; exit 7");
    assertThat(output.exitCode()).isEqualTo(7);
    assertThat(output.out()).isEqualTo("out\n");
    assertThat(output.err()).isEqualTo("err\n");
  }

  @Test
  void environmentAndUser() throws Exception {
    exec(
        new Command(
            List.of("/bin/sh", "-c", "echo $BAR; id -u"),
            Map.of("BAR", "a b=c"),
            Optional.of("65534"),
            Optional.empty()));
    assertThat(output.exitCode()).isZero();
    assertThat(output.out()).isEqualTo("a b=c\n65534\n");
  }

  @Test
  void inputAndItsEnd() throws Exception {
    ContainerExec.Session session = shell("cat; echo end");
    session.write(bytes("first "));
    await().atMost(DockerFixture.LIMIT).until(() -> output.out().equals("first "));
    session.write(bytes("second\n"));
    session.closeInput();
    assertThat(output.exitCode()).isZero();
    assertThat(output.out()).isEqualTo("first second\nend\n");
  }

  @Test
  void anyBytes() throws Exception {
    byte[] sent = new byte[1_000_000];
    new Random(5).nextBytes(sent);
    ContainerExec.Session session = exec(Command.of(List.of("cat"), Map.of()));
    session.write(ByteBuffer.wrap(sent));
    session.closeInput();
    assertThat(output.exitCode()).isZero();
    assertThat(output.outBytes()).isEqualTo(sent);
  }

  @Test
  void aTerminalOfTheSizeThatWasAskedFor() throws Exception {
    // An engine of old tells the size a moment after the start.
    terminal(
        "until stty size 2>/dev/null | grep .; do sleep 0.1; done; test -t 0 && test -t 1 && echo terminal; echo err >&2");
    assertThat(output.exitCode()).isZero();
    assertThat(output.out()).isEqualTo("33 91\r\nterminal\r\nerr\r\n");
    assertThat(output.err()).isEmpty();
  }

  @Test
  void aTerminalThatChangesItsSize() throws Exception {
    ContainerExec.Session session = terminal("stty -echo; echo ready; read x; stty size");
    await().atMost(DockerFixture.LIMIT).until(() -> output.out().contains("ready"));
    session.resize(new TerminalSize(120, 40));
    session.write(bytes("\n"));
    assertThat(output.exitCode()).isZero();
    assertThat(output.out()).isEqualTo("ready\r\n40 120\r\n");
  }

  @Test
  void theEndOfTheInputOfATerminal() throws Exception {
    ContainerExec.Session session = terminal("stty -echo; echo ready; cat; echo end");
    await().atMost(DockerFixture.LIMIT).until(() -> output.out().contains("ready"));
    session.write(bytes("line\n"));
    session.closeInput();
    assertThat(output.exitCode()).isZero();
    assertThat(output.out()).isEqualTo("ready\r\nline\r\nend\r\n");
  }

  @Test
  void closingKillsTheCommandAndAllThatItStarted() throws Exception {
    ContainerExec.Session session =
        shell("trap '' TERM HUP; setsid sleep 7771 & (sleep 7772 &) ; echo up; sleep 7773");
    await().atMost(DockerFixture.LIMIT).until(() -> output.out().equals("up\n"));
    await().atMost(DockerFixture.LIMIT).until(() -> processes("sleep 777") >= 3);
    session.close();
    assertThat(output.exitCode()).isEqualTo(137);
    assertThat(processes("sleep 777")).isZero();
    assertThat(processes("sleep 1000")).isPositive();
  }

  @Test
  void closingATerminalKillsToo() throws Exception {
    ContainerExec.Session session = terminal("trap '' HUP; echo up; sleep 7774");
    await().atMost(DockerFixture.LIMIT).until(() -> output.out().equals("up\r\n"));
    session.close();
    assertThat(output.exitCode()).isEqualTo(137);
    await().atMost(DockerFixture.LIMIT).until(() -> processes("sleep 7774") == 0);
  }

  @Test
  void itEndsWithItsContainer() throws Exception {
    shell("echo up; sleep 7775");
    await().atMost(DockerFixture.LIMIT).until(() -> output.out().equals("up\n"));
    fixture.containerizer().kill(container, Duration.ZERO);
    assertThat(output.exitCode()).isEqualTo(137);
  }

  @Test
  void aContainerThatNobodyKnows() {
    container = new ContainerId("nobody");
    assertThatThrownBy(() -> shell("true"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No such container: mesos-nobody");
  }

  @Test
  void aContainerThatHasEnded() throws Exception {
    fixture.docker("kill", DockerFixture.name(container));
    assertThatThrownBy(() -> shell("true"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not running");
  }

  @Test
  void aProgramThatIsNotThere() throws Exception {
    exec(Command.of(List.of("/no/such/program"), Map.of()));
    assertThat(output.exitCode()).isIn(126, 127);
    assertThat(output.out() + output.err()).contains("no such file");
  }

  @Test
  void whoReadsSlowlyMakesTheCommandWait() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    AtomicLong taken = new AtomicLong();
    RecordedOutput end = new RecordedOutput();
    ContainerExec.Output slow =
        new ContainerExec.Output() {
          @Override
          public void stdout(ByteBuffer bytes) {
            taken.addAndGet(bytes.remaining());
            try {
              mayRead.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void stderr(ByteBuffer bytes) {
            end.stderr(bytes);
          }

          @Override
          public void exited(int code) {
            end.exited(code);
          }

          @Override
          public void failed(String reason) {
            end.failed(reason);
          }
        };
    String mark = "dd if=/dev/zero bs=1M count=64";
    fixture
        .containerizer()
        .exec(container, Command.of(List.of("/bin/sh", "-c", mark), Map.of()), slow);
    await().atMost(DockerFixture.LIMIT).until(() -> taken.get() > 0);
    // It would be over in a moment; it still is there after it had the time for it.
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> processes("bs=1M") > 0 && taken.get() <= 32 * 1024);
    mayRead.countDown();
    assertThat(end.exitCode()).isZero();
    assertThat(taken.get()).isEqualTo(64L * 1024 * 1024);
  }
}
