package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.google.protobuf.ByteString;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Secrets, and what depends on the agent besides the task. */
class RunContextTest {

  private static final Secret SECRET =
      Secret.newBuilder()
          .setType(Secret.Type.VALUE)
          .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8("hush")))
          .build();

  @Test
  void aSecretIsAFileThatIsOnlyRead() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder()
        .addVolumes(volume("/run/a", SECRET))
        .addVolumes(volume("keys/b", SECRET));

    RunConfig config = config(task, TestTasks.CONTEXT);

    assertThat(config.files().secrets())
        .extracting(RunConfig.SecretFile::path)
        .containsExactly(Path.of("/agent/secrets/0"), Path.of("/agent/secrets/1"));
    assertThat(config.files().secrets().get(0).content().toStringUtf8()).isEqualTo("hush");
    List<Mount> mounts = config.hostConfig().getMounts();
    assertThat(mounts).extracting(Mount::getSource).contains("/agent/secrets/0");
    assertThat(mounts).extracting(Mount::getTarget).endsWith("/run/a", "/mnt/mesos/sandbox/keys/b");
    assertThat(mounts.getLast().getReadOnly()).isTrue();
  }

  private static Volume volume(String path, Secret secret) {
    return Volume.newBuilder()
        .setContainerPath(path)
        .setMode(Volume.Mode.RW)
        .setSource(Volume.Source.newBuilder().setType(Volume.Source.Type.SECRET).setSecret(secret))
        .build();
  }

  @Test
  void aSecretIsAVariableThatIsNotPrinted() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getCommandBuilder()
        .getEnvironmentBuilder()
        .addVariablesBuilder()
        .setName("TOKEN")
        .setType(Environment.Variable.Type.SECRET)
        .setSecret(SECRET);
    task.getContainerBuilder().addVolumes(volume("/run/a", SECRET));

    RunConfig config = config(task, TestTasks.CONTEXT);

    assertThat(config.process().environment()).containsEntry("TOKEN", "hush");
    assertThat(config.process()).asString().contains("TOKEN").doesNotContain("hush");
    assertThat(config.files()).asString().doesNotContain("hush");
  }

  @Test
  void secretsOfAStoreAreRefused() {
    Secret reference =
        Secret.newBuilder()
            .setType(Secret.Type.REFERENCE)
            .setReference(Secret.Reference.newBuilder().setName("n"))
            .build();
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder().addVolumes(volume("/run/a", reference));

    assertThatThrownBy(() -> config(task, TestTasks.CONTEXT))
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining("REFERENCE")
        .hasMessageContaining("/run/a");
  }

  @Test
  void gpusAreAskedForByNumber() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true").addResources(TestTasks.scalar("gpus", 2));

    assertThat(config(task, TestTasks.CONTEXT).hostConfig().getDeviceRequests())
        .containsExactly(
            new DeviceRequest()
                .withDriver("nvidia")
                .withCount(2)
                .withCapabilities(List.of(List.of("gpu"))));

    TaskInfo.Builder half = TestTasks.shell("true").addResources(TestTasks.scalar("gpus", 0.5));
    assertThatThrownBy(() -> config(half, TestTasks.CONTEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole number");
  }

  @Test
  void theDiskIsAQuotaWhereTheStorageCan() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true").addResources(TestTasks.scalar("disk", 100));

    assertThat(config(task, context(DockerOptions.Containers.defaults(), false)).hostConfig())
        .extracting(HostConfig::getStorageOpt)
        .isNull();
    assertThat(
            config(task, context(DockerOptions.Containers.defaults(), true))
                .hostConfig()
                .getStorageOpt())
        .containsEntry("size", "100m");
  }

  @Test
  void theLowerLimitOfProcessesHolds() throws Exception {
    RunContext context = context(DockerOptions.Containers.defaults().withPidsLimit(50), false);
    TaskInfo.Builder task = TestTasks.shell("true");
    assertThat(config(task, context).hostConfig().getPidsLimit()).isEqualTo(50);
    assertThat(config(task, TestTasks.CONTEXT).hostConfig().getPidsLimit()).isNull();

    DockerInfo.Builder docker = task.getContainerBuilder().getDockerBuilder();
    docker.addParametersBuilder().setKey("pids-limit").setValue("20");
    assertThat(config(task, context).hostConfig().getPidsLimit()).isEqualTo(20);

    docker.getParametersBuilder(0).setValue("-1");
    assertThat(config(task, context).hostConfig().getPidsLimit()).isEqualTo(50);
  }

  @Test
  void anAddressIsAskedForInANetworkOfUsers() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder().getDockerBuilder().setNetwork(DockerInfo.Network.USER);
    task.getContainerBuilder()
        .addNetworkInfos(
            NetworkInfo.newBuilder()
                .setName("mine")
                .addIpAddresses(NetworkInfo.IPAddress.newBuilder().setIpAddress("10.9.0.7"))
                .addIpAddresses(
                    NetworkInfo.IPAddress.newBuilder()
                        .setProtocol(NetworkInfo.Protocol.IPv6)
                        .setIpAddress("fd00::7")));

    assertThat(config(task, TestTasks.CONTEXT).endpoint())
        .isEqualTo(
            new RunConfig.Endpoint(Optional.of("10.9.0.7"), Optional.of("fd00::7"), List.of()));
  }

  private static RunContext context(DockerOptions.Containers containers, boolean diskQuota) {
    return new RunContext(
        Path.of("/agent/sandbox"),
        Optional.empty(),
        Path.of("/agent/secrets"),
        new RunContext.Machine(8L << 30, DockerOptions.Logs.defaults(), containers, diskQuota),
        Optional.empty());
  }

  private static RunConfig config(TaskInfo.Builder task, RunContext context)
      throws UnsupportedTaskException {
    return RunConfigs.of(TestTasks.spec("c1", task), context);
  }
}
