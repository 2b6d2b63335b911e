package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one container writes to a persistent volume is there for the next. */
class PersistentVolumeIT {

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

  private static TaskInfo.Builder using(Volume.Mode mode, String command) {
    Resource.Builder disk = TestTasks.scalar("disk", 10);
    disk.addReservationsBuilder().setRole("tests/a");
    disk.getDiskBuilder().getPersistenceBuilder().setId("v");
    disk.getDiskBuilder().getVolumeBuilder().setContainerPath("kept/here").setMode(mode);
    return TestTasks.shell(command).addResources(disk);
  }

  private ContainerSpec ended(TaskInfo.Builder task) throws Exception {
    ContainerSpec spec = docker.launch(task);
    docker.told().awaitExited(spec.container());
    return spec;
  }

  @Test
  void outlivesItsTasks() throws Exception {
    ended(using(Volume.Mode.RW, "echo hello > /mnt/mesos/sandbox/kept/here/file"));
    assertThat(workDir.resolve("volumes/roles/tests a/v/file")).hasContent("hello");

    ContainerSpec second =
        ended(
            using(
                Volume.Mode.RO,
                "cd /mnt/mesos/sandbox/kept/here; cat file; touch other || echo read-only"));

    assertThat(docker.file(second, "stdout")).isEqualTo("hello\nread-only\n");
  }
}
