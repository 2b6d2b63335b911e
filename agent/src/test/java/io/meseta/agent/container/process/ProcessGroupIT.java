package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain processes of a group. */
class ProcessGroupIT {

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

  /** A task that has the group's directory at {@code here}. */
  private ContainerSpec launch(String command) {
    TaskInfo.Builder task = Processes.shell(command);
    task.setContainer(
        ContainerInfo.newBuilder()
            .setType(ContainerInfo.Type.MESOS)
            .addVolumes(
                Volume.newBuilder()
                    .setContainerPath("here")
                    .setMode(Volume.Mode.RW)
                    .setSource(
                        Volume.Source.newBuilder()
                            .setType(Volume.Source.Type.SANDBOX_PATH)
                            .setSandboxPath(
                                Volume.Source.SandboxPath.newBuilder()
                                    .setType(Volume.Source.SandboxPath.Type.PARENT)
                                    .setPath("some/files")))));
    return processes.launch(
        Processes.spec(task)
            .inGroup(new ContainerSpec.Group(new ContainerId("shared"), Optional.empty())));
  }

  private void prepared(ContainerSpec spec) throws Exception {
    processes
        .told()
        .await(RecordingListener.Prepared.class, told -> told.container().equals(spec.container()));
  }

  @Test
  void theyStartWhenTheyAreToldAndShareFiles() throws Exception {
    ContainerSpec reads = launch("until [ -s here/word ]; do sleep 0.05; done; cat here/word");
    ContainerSpec writes = launch("echo hello > here/word");
    prepared(reads);
    prepared(writes);
    assertThat(processes.told().all(RecordingListener.Started.class)).isEmpty();
    assertThat(Files.exists(processes.sandbox(writes).resolve("here/word"))).isFalse();

    processes.containerizer().go(reads.container());
    processes.containerizer().go(writes.container());

    assertThat(processes.told().awaitExited(writes.container()).exitCode()).hasValue(0);
    assertThat(processes.told().awaitExited(reads.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(reads)).isEqualTo("hello\n");
  }

  @Test
  void oneThatIsKilledBeforeItsStartNeverRuns() throws Exception {
    ContainerSpec spec = launch("echo ran");
    prepared(spec);

    processes.containerizer().kill(spec.container(), Duration.ofSeconds(5));

    assertThat(
            processes
                .told()
                .await(
                    RecordingListener.Failed.class,
                    told -> told.container().equals(spec.container()))
                .reason())
        .isEqualTo("killed during launch");
    assertThat(processes.leftovers(spec.container())).isEmpty();
    assertThat(processes.stdout(spec)).isEmpty();
  }

  @Test
  void whatAnEarlierAgentPreparedNeverRuns() throws Exception {
    ContainerSpec spec = launch("echo ran");
    prepared(spec);

    processes.restart();
    processes.containerizer().observe(Processes.AGENT);

    assertThat(
            processes
                .told()
                .await(RecordingListener.Observed.class, told -> !told.containers().isEmpty())
                .containers())
        .filteredOn(each -> each.container().equals(spec.container()))
        .singleElement()
        .satisfies(seen -> {
          assertThat(seen.started()).isEmpty();
          assertThat(seen.exit()).isEmpty();
        });
    processes.removed(spec.container());
    assertThat(List.of(processes.stdout(spec))).containsExactly("");
  }
}
