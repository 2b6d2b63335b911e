package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.config.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As for an agent that is not root: nothing is limited, and processes are found by other means. */
class WithoutCgroupsIT {

  @TempDir Path workDir;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes(workDir);
    processes
        .with(
            processes
                .options()
                .withCgroups("", 500)
                .withSwitchUser(false)
                .withLogs(new LogLimits(Bytes.parse("64KB"), 2)))
        .start();
  }

  @AfterEach
  void close() throws IOException {
    processes.close();
  }

  @Test
  void itIsSaid() {
    assertThat(processes.told().all(RecordingListener.Health.class))
        .hasSize(1)
        .first()
        .satisfies(health -> {
          assertThat(health.healthy()).isTrue();
          assertThat(health.detail()).contains("not limited").contains("--cgroups_root");
        });
  }

  @Test
  void tasksRunAndTheirEndIsTold() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("echo out; exit 3"));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(3);
    assertThat(processes.stdout(spec)).isEqualTo("out\n");
  }

  @Test
  void descendantsAreFoundBySessionAndByVariable() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "trap '' TERM; i=0; while [ $i -lt 50 ]; do sleep 1000 & i=$((i+1)); done;"
                    + " setsid sh -c 'sleep 1000 & sleep 1000' & env -i sleep 1000 &"
                    + " echo ready; wait; sleep 1000"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          processes.told().awaitStarted(spec.container());
          return processes.stdout(spec).equals("ready\n");
        });
    int session = processes.told().awaitPid(spec.container());

    processes.containerizer().kill(spec.container(), Duration.ZERO);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(137);
    assertThat(processes.leftovers(spec.container())).hasSize(1);
    assertThat(
            ProcessHandle.allProcesses()
                .map(process -> ProcessId.of((int) process.pid()))
                .filter(process -> process.isPresent() && process.get().session() == session))
        .isEmpty();
  }

  @Test
  void aKillAsksFirst() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          processes.told().awaitStarted(spec.container());
          return processes.stdout(spec).equals("ready\n");
        });

    processes.containerizer().kill(spec.container(), Duration.ofMinutes(1));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(7);
  }

  @Test
  void anAgentThatComesBackFindsThem() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("setsid sleep 1000 & sleep 1000"));
    processes.told().awaitStarted(spec.container());

    processes.restart();
    processes.containerizer().adopt(spec);
    processes.told().awaitStarted(spec.container());

    processes.removed(spec.container());
  }

  @Test
  void logsAreRotatedAllTheSame() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("seq 1 50000; exec sleep 1000"));

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(processes.sandbox(spec).resolve("stdout.1")));

    assertThat(processes.sandbox(spec).resolve("stdout.1")).isNotEmptyFile();
  }

  @Test
  void aCommandEndsWithAllThatItStarted() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("exec sleep 1000"));
    processes.told().awaitStarted(spec.container());
    CompletableFuture<Integer> exited = new CompletableFuture<>();
    CompletableFuture<Void> ready = new CompletableFuture<>();
    ContainerExec.Session session =
        processes
            .containerizer()
            .exec(
                spec.container(),
                ContainerExec.Command.of(
                    List.of("sh", "-c", "setsid sleep 1000 & echo ready; sleep 1000"), Map.of()),
                new ContainerExec.Output() {
                  @Override
                  public void stdout(ByteBuffer bytes) {
                    ready.complete(null);
                  }

                  @Override
                  public void stderr(ByteBuffer bytes) {}

                  @Override
                  public void exited(int code) {
                    exited.complete(code);
                  }

                  @Override
                  public void failed(String reason) {
                    exited.completeExceptionally(new AssertionError(reason));
                  }
                });
    ready.get(30, TimeUnit.SECONDS);

    session.close();

    assertThat(exited.get(30, TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(processes.leftovers(spec.container()))
        .filteredOn(left -> left.startsWith("/proc/"))
        .hasSize(1);
  }
}
