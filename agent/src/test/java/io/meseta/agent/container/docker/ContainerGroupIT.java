package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers of a group share, and limits that change while one runs. */
class ContainerGroupIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

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

  private static TaskInfo.Builder sharing(String command) {
    TaskInfo.Builder task = TestTasks.shell(command);
    task.getContainerBuilder().getDockerBuilder().setNetwork(DockerInfo.Network.NONE);
    task.getContainerBuilder()
        .addVolumes(
            Volume.newBuilder()
                .setContainerPath("/shared")
                .setMode(Volume.Mode.RW)
                .setSource(
                    Volume.Source.newBuilder()
                        .setType(Volume.Source.Type.SANDBOX_PATH)
                        .setSandboxPath(
                            Volume.Source.SandboxPath.newBuilder()
                                .setType(Volume.Source.SandboxPath.Type.PARENT)
                                .setPath("files"))));
    return task;
  }

  @Test
  void theyShareANetworkAndADirectory() throws Exception {
    ContainerId shared = new ContainerId("shared-by-two");
    ContainerSpec first =
        docker
            .spec(sharing("readlink /proc/self/ns/net > /shared/net; sleep 1000"))
            .inGroup(Optional.empty(), shared);
    docker.containerizer().launch(first);
    docker.told().awaitStarted(first.container());

    ContainerSpec second =
        docker
            .spec(
                sharing(
                    "until test -s /shared/net; do sleep 0.1; done;"
                        + " test $(cat /shared/net) = $(readlink /proc/self/ns/net) && echo same"))
            .inGroup(Optional.of(first.container()), shared);
    docker.containerizer().launch(second);

    docker.told().awaitExited(second.container());
    assertThat(docker.file(second, "stdout")).isEqualTo("same\n");
  }

  @Test
  void limitsChangeWhileTheContainerRuns() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(spec.container());

    docker
        .containerizer()
        .update(
            spec.container(),
            TestTasks.shell("sleep 1000")
                .addResources(TestTasks.scalar("cpus", 1))
                .addResources(TestTasks.scalar("mem", 64))
                .build());

    await("the engine has the new limits")
        .atMost(LIMIT)
        .until(() ->
            docker
                .docker(
                    "inspect",
                    "-f",
                    "{{.HostConfig.CpuQuota}} {{.HostConfig.Memory}} {{.HostConfig.CpuShares}}",
                    DockerFixture.name(spec.container()))
                .strip()
                .equals("150000 134217728 1536"));
  }
}
