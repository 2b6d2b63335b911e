package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.CommandInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessLifecycleIT {

  @TempDir Path workDir;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes(workDir).start();
  }

  @AfterEach
  void close() throws IOException {
    processes.close();
  }

  @Test
  void aCommandRunsInItsSandboxAndItsOutputIsKept() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("pwd; echo trouble >&2"));

    ContainerExit exit = processes.told().awaitExited(spec.container());

    assertThat(exit.exitCode()).hasValue(0);
    assertThat(exit.outOfMemory()).isFalse();
    assertThat(processes.stdout(spec)).isEqualTo(processes.sandbox(spec) + "\n");
    assertThat(processes.stderr(spec)).isEqualTo("trouble\n");
    assertThat(processes.told().awaitStarted(spec.container()).ipAddresses())
        .containsExactly("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 3, 3", "exit 255, 255", "kill -9 $$, 137", "kill -15 $$, 143"})
  void theExitCodeIsTold(String command, int code) throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell(command));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(code);
  }

  @Test
  void aProgramRunsWithoutAShell() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.task(
                CommandInfo.newBuilder()
                    .setShell(false)
                    .setValue("echo")
                    .addAllArguments(List.of("echo", "a  b", "$HOME", "it's", "\"x\"\n*"))));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(spec)).isEqualTo("a  b $HOME it's \"x\"\n*\n");
  }

  @Test
  void aProgramMayBeGivenANameOfItsOwn() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.task(
                CommandInfo.newBuilder()
                    .setShell(false)
                    .setValue("/bin/sh")
                    .addAllArguments(List.of("my-name", "-c", "tr '\\0' ' ' </proc/$$/cmdline"))));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(spec)).startsWith("my-name -c ");
  }

  @Test
  void aProgramThatIsMissingFailsAndSaysSo() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.task(CommandInfo.newBuilder().setShell(false).setValue("no-such-program")));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(127);
    assertThat(processes.stderr(spec)).contains("no-such-program").contains("No such file");
  }

  @Test
  void aKillAsksFirst() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.1; done"));
    processes.told().awaitStarted(spec.container());
    awaitOutput(spec, "ready\n");

    processes.containerizer().kill(spec.container(), Duration.ofMinutes(1));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(7);
    assertThat(processes.stdout(spec)).endsWith("asked\n");
  }

  @Test
  void whoDoesNotListenIsKilledAfterTheGracePeriod() throws Exception {
    ContainerSpec spec =
        processes.launch(Processes.shell("trap '' TERM; echo ready; while :; do sleep 1000; done"));
    awaitOutput(spec, "ready\n");

    processes.containerizer().kill(spec.container(), Duration.ofMillis(200));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(137);
  }

  @Test
  void aSecondKillMayBeMoreUrgent() throws Exception {
    ContainerSpec spec =
        processes.launch(Processes.shell("trap '' TERM; echo ready; while :; do sleep 1000; done"));
    awaitOutput(spec, "ready\n");

    processes.containerizer().kill(spec.container(), Duration.ofHours(1));
    processes.containerizer().kill(spec.container(), Duration.ZERO);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(137);
  }

  @Test
  void twoHundredChildrenEndWithTheTask() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "trap '' TERM; i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i+1)); done;"
                    + " setsid sh -c 'sleep 1000 & sleep 1000' & echo ready; wait; sleep 1000"));
    awaitOutput(spec, "ready\n");

    processes.containerizer().kill(spec.container(), Duration.ZERO);

    processes.told().awaitExited(spec.container());
    assertThat(processes.leftovers(spec.container()))
        .as("but the state, which is kept until it is removed")
        .hasSize(1)
        .allMatch(left -> left.contains("/state/"));
  }

  @Test
  void whatIsLeftInTheBackgroundEndsBeforeTheEndIsTold() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "trap '' HUP TERM; setsid sleep 1000 & (sleep 1000 &) ; env -i setsid sleep 1000 &"
                    + " exit 4"));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(4);
    assertThat(processes.leftovers(spec.container())).hasSize(1);
  }

  @Test
  void aForkBombIsHeldAndEnds() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell("echo ready; bomb() { bomb | bomb & bomb; }; bomb 2>/dev/null"));
    awaitOutput(spec, "ready\n");

    processes.containerizer().kill(spec.container(), Duration.ZERO);

    processes.told().awaitExited(spec.container());
    assertThat(processes.leftovers(spec.container())).hasSize(1);
  }

  @Test
  void removingEndsWhatStillRuns() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("sleep 1000"));
    processes.told().awaitStarted(spec.container());

    processes.removed(spec.container());

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(137);
  }

  @Test
  void itIsInASessionOfItsOwnAndIgnoresNoSignal() throws Exception {
    ContainerSpec spec =
        processes.launch(Processes.shell("grep SigIgn /proc/self/status; sleep 1000"));
    int pid = processes.told().awaitPid(spec.container());
    awaitOutput(spec, "\n");

    // Two beyond the first 31 are the C library's own.
    long ignored = Long.parseUnsignedLong(processes.stdout(spec).strip().split("\t", -1)[1], 16);
    assertThat(ignored & 0x7fff_ffffL).isZero();
    assertThat(ProcessId.of(pid).orElseThrow().session()).isEqualTo(pid);
  }

  private void awaitOutput(ContainerSpec spec, String text) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          processes.told().awaitStarted(spec.container());
          return processes.stdout(spec).contains(text);
        });
  }
}
