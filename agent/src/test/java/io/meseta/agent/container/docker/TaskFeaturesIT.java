package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.StartedContainer;
import io.meseta.api.v1.CapabilityInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task finds inside its container. */
class TaskFeaturesIT {

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

  private String output(TaskInfo.Builder task) throws Exception {
    ContainerSpec spec = docker.launch(task);
    docker.told().awaitExited(spec.container());
    return docker.file(spec, "stdout");
  }

  @Test
  void secretsAreReadByTheTasksUserAndByNobodyElse() throws Exception {
    TaskInfo.Builder task =
        TestTasks.shell(
            "id -un; cat /run/key; echo; stat -c %a /run/key; echo x > /run/key || echo kept;"
                + " echo $TOKEN; while :; do sleep 1; done");
    task.getCommandBuilder().setUser("nobody");
    task.getCommandBuilder()
        .getEnvironmentBuilder()
        .addVariablesBuilder()
        .setName("TOKEN")
        .setType(Environment.Variable.Type.SECRET)
        .setSecret(secret("in a variable"));
    task.getContainerBuilder()
        .addVolumesBuilder()
        .setContainerPath("/run/key")
        .setMode(Volume.Mode.RW)
        .getSourceBuilder()
        .setType(Volume.Source.Type.SECRET)
        .setSecret(secret("in a file"));

    ContainerSpec spec = docker.launch(task);

    docker.awaitOutput(spec, "nobody\nin a file\n400\nkept\nin a variable\n");
    Path secrets = workDir.resolve("meta/secrets");
    assertThat(secrets.resolve(spec.container().value()).resolve("0")).hasContent("in a file");
    try (Stream<Path> sandbox = Files.walk(docker.sandbox(spec))) {
      assertThat(sandbox.map(path -> path.getFileName().toString())).doesNotContain("0", "key");
    }
    docker.containerizer().remove(spec.container());
    await("the secrets are gone")
        .atMost(DockerFixture.LIMIT)
        .until(() -> !Files.exists(secrets.resolve(spec.container().value())));
  }

  private static Secret secret(String text) {
    return Secret.newBuilder()
        .setType(Secret.Type.VALUE)
        .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8(text)))
        .build();
  }

  @Test
  void secretsOfALaunchThatAnAgentDidNotLiveToSeeAreRemoved() throws Exception {
    Path left = Files.createDirectories(workDir.resolve("meta/secrets/" + UUID.randomUUID()));
    Files.writeString(left.resolve("0"), "hush");

    docker.containerizer().observe(docker.agent);

    await("the secrets are gone").atMost(DockerFixture.LIMIT).until(() -> !Files.exists(left));
  }

  @Test
  void volumesInMemory() throws Exception {
    TaskInfo.Builder task =
        TestTasks.shell("grep -E ' (/scratch|/driven) ' /proc/mounts | cut -d' ' -f1-3 | sort");
    String name = "meseta-test-" + UUID.randomUUID();
    Volume.Builder volume =
        task.getContainerBuilder()
            .addVolumesBuilder()
            .setContainerPath("/driven")
            .setMode(Volume.Mode.RW);
    Volume.Source.DockerVolume.Builder driven =
        volume
            .getSourceBuilder()
            .setType(Volume.Source.Type.DOCKER_VOLUME)
            .getDockerVolumeBuilder()
            .setDriver("local")
            .setName(name);
    driven.getDriverOptionsBuilder().addParameterBuilder().setKey("type").setValue("tmpfs");
    driven.getDriverOptionsBuilder().addParameterBuilder().setKey("device").setValue("tmpfs");
    driven.getDriverOptionsBuilder().addParameterBuilder().setKey("o").setValue("size=1m");
    parameter(task, "tmpfs", "/scratch:size=1m");
    try {
      assertThat(output(task)).isEqualTo("tmpfs /driven tmpfs\ntmpfs /scratch tmpfs\n");
    } finally {
      for (String container :
          docker.docker("ps", "-aq", "--filter", "volume=" + name).lines().toList()) {
        docker.docker("rm", "-f", container);
      }
      docker.docker("volume", "rm", name);
    }
  }

  private static void parameter(TaskInfo.Builder task, String key, String value) {
    task.getContainerBuilder()
        .getDockerBuilder()
        .addParametersBuilder()
        .setKey(key)
        .setValue(value);
  }

  @Test
  void volumesOfTheHostMayBeReadOnly(@TempDir Path host) throws Exception {
    Files.writeString(host.resolve("data"), "of the host\n");
    TaskInfo.Builder task =
        TestTasks.shell("cat /in/data; echo no > /in/data || echo kept; echo y > /out/written");
    task.getContainerBuilder()
        .addVolumes(volume("/in", host.toString(), Volume.Mode.RO))
        .addVolumes(volume("/out", "made", Volume.Mode.RW));

    ContainerSpec spec = docker.launch(task);
    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout")).isEqualTo("of the host\nkept\n");
    assertThat(docker.sandbox(spec).resolve("made/written")).hasContent("y");
  }

  private static Volume volume(String path, String host, Volume.Mode mode) {
    return Volume.newBuilder().setContainerPath(path).setHostPath(host).setMode(mode).build();
  }

  @Test
  void aContainerOfTypeMesosRunsInItsSandboxAsItsUser() throws Exception {
    TaskInfo.Builder task = mesos(TestTasks.shell("pwd; id -u; touch made"));

    ContainerSpec spec = docker.launch(task);
    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout")).isEqualTo("/mnt/mesos/sandbox\n0\n");
    assertThat(docker.sandbox(spec).resolve("made")).exists();
  }

  private static TaskInfo.Builder mesos(TaskInfo.Builder task) {
    return task.setContainer(
        ContainerInfo.newBuilder()
            .setType(ContainerInfo.Type.MESOS)
            .setMesos(
                ContainerInfo.MesosInfo.newBuilder()
                    .setImage(
                        Image.newBuilder()
                            .setType(Image.Type.DOCKER)
                            .setDocker(Image.Docker.newBuilder().setName(TestEngine.IMAGE)))));
  }

  @Test
  void aProgramGetsTheArgumentsAfterItsOwnName() throws Exception {
    CommandInfo command =
        CommandInfo.newBuilder()
            .setShell(false)
            .setValue("/bin/echo")
            .addAllArguments(List.of("echo", "a b", "c"))
            .build();

    assertThat(output(mesos(TestTasks.task(command)))).isEqualTo("a b c\n");
  }

  @Test
  void capabilitiesAreThoseNamed() throws Exception {
    TaskInfo.Builder task = mesos(TestTasks.shell("grep CapBnd /proc/self/status"));
    task.getContainerBuilder()
        .getLinuxInfoBuilder()
        .getBoundingCapabilitiesBuilder()
        .addCapabilities(CapabilityInfo.Capability.KILL)
        .addCapabilities(CapabilityInfo.Capability.NET_RAW);

    // Bits 5 and 13.
    assertThat(output(task)).isEqualTo("CapBnd:\t0000000000002020\n");
  }

  @Test
  void processesOfTheHostAreSeenOnDemand() throws Exception {
    TaskInfo.Builder task = mesos(TestTasks.shell("[ $$ -gt 1 ] && echo shared"));
    task.getContainerBuilder().getLinuxInfoBuilder().setSharePidNamespace(true);

    assertThat(output(task)).isEqualTo("shared\n");
  }

  @Test
  void aNetworkOfUsersWithAnAddressAndAPortForDatagrams() throws Exception {
    String network = "meseta-test-" + UUID.randomUUID();
    // An address can be chosen only where the subnet was; other builds of this machine choose too.
    String subnet = "10.213." + ThreadLocalRandom.current().nextInt(256);
    docker.docker("network", "create", "--subnet", subnet + ".0/24", network);
    try {
      int port = freeUdpPort();
      TaskInfo.Builder task =
          TestTasks.shell("hostname; exec sleep 1000").addResources(TestTasks.ports(port, port));
      task.getContainerBuilder()
          .setHostname("named")
          .addNetworkInfos(
              NetworkInfo.newBuilder()
                  .setName(network)
                  .addIpAddresses(NetworkInfo.IPAddress.newBuilder().setIpAddress(subnet + ".7")))
          .getDockerBuilder()
          .setNetwork(DockerInfo.Network.USER)
          .addPortMappingsBuilder()
          .setHostPort(port)
          .setContainerPort(53)
          .setProtocol("udp");
      ContainerSpec spec = docker.launch(task);

      StartedContainer started = docker.told().awaitStarted(spec.container());

      assertThat(started.ipAddresses()).containsExactly(subnet + ".7");
      docker.awaitOutput(spec, "named\n");
      assertThat(docker.docker("port", DockerFixture.name(spec.container())))
          .contains("53/udp -> 0.0.0.0:" + port);
      docker.docker("rm", "-f", DockerFixture.name(spec.container()));
      docker.told().awaitExited(spec.container());
    } finally {
      docker.docker("network", "rm", network);
    }
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void namesAreResolvedAsTheParametersSay() throws Exception {
    TaskInfo.Builder task =
        TestTasks.shell("grep -v '^#' /etc/resolv.conf; grep other /etc/hosts | tr '\\t' ' '");
    task.getContainerBuilder().getDockerBuilder().setNetwork(DockerInfo.Network.BRIDGE);
    parameter(task, "dns", "10.1.2.3");
    parameter(task, "dns-search", "a.example");
    parameter(task, "dns-opt", "ndots:2");
    parameter(task, "add-host", "other:10.4.5.6");

    assertThat(output(task))
        .isEqualTo("search a.example\nnameserver 10.1.2.3\noptions ndots:2\n10.4.5.6 other\n");
  }
}
