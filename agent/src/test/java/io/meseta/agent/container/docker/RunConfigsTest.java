package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.PropagationMode;
import com.github.dockerjava.api.model.Ulimit;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.MountPropagation;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.RLimitInfo;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TTYInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of how a task becomes a container. */
class RunConfigsTest {

  @Test
  void nameLabelsAndLog() throws Exception {
    RunConfig config = config(TestTasks.shell("true"));

    assertThat(config.name()).isEqualTo("mesos-c1");
    assertThat(config.image()).isEqualTo(TestEngine.IMAGE);
    assertThat(config.labels())
        .isEqualTo(
            Map.of(
                "io.meseta.agent", "test-S0",
                "io.meseta.framework", "test-0001",
                "io.meseta.executor", "ct:1:task-1",
                "io.meseta.task", "task-1",
                "io.meseta.container", "c1"));
    assertThat(config.hostConfig().getLogConfig().getType().getType()).isEqualTo("local");
    assertThat(config.hostConfig().getLogConfig().getConfig())
        .containsEntry("max-size", "32m")
        .containsEntry("max-file", "2");
    assertThat(config.hostConfig().getCpuQuota()).isEqualTo(50_000);
    assertThat(config.hostConfig().getPrivileged()).isFalse();
  }

  static Stream<Arguments> commands() {
    CommandInfo.Builder none = CommandInfo.newBuilder();
    return Stream.of(
        Arguments.of(
            CommandInfo.newBuilder().setValue("a b"), List.of("/bin/sh"), List.of("-c", "a b")),
        Arguments.of(
            CommandInfo.newBuilder().setValue("a b").addArguments("ignored by a shell"),
            List.of("/bin/sh"),
            List.of("-c", "a b")),
        Arguments.of(
            CommandInfo.newBuilder().setShell(false).setValue("a").addArguments("b"),
            List.of(),
            List.of("a", "b")),
        Arguments.of(
            CommandInfo.newBuilder().setShell(false).addArguments("b"), List.of(), List.of("b")),
        Arguments.of(CommandInfo.newBuilder().setShell(false), List.of(), List.of()),
        Arguments.of(none, List.of(), List.of()));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void command(CommandInfo.Builder command, List<String> entrypoint, List<String> words)
      throws Exception {
    RunConfig.ProcessConfig process = config(TestTasks.task(command.build())).process();

    assertThat(process.entrypoint()).isEqualTo(entrypoint);
    assertThat(process.command()).isEqualTo(words);
  }

  @Test
  void theCommandsUserIsTheContainers() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    assertThat(config(task).process().user()).isEmpty();

    task.getCommandBuilder().setUser("nobody");
    assertThat(config(task).process().user()).contains("nobody");
  }

  @Test
  void theAgentsEnvironmentWins() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    variable(task, "A", "1");
    variable(task, "MESOS_SANDBOX", "/elsewhere");
    parameter(task, "env", "MESOS_FRAMEWORK_ID=other");

    assertThat(config(task).process().environment())
        .isEqualTo(
            Map.of(
                "A", "1",
                "MESOS_SANDBOX", "/mnt/mesos/sandbox",
                "MESOS_DIRECTORY", "/agent/sandbox",
                "MESOS_CONTAINER_NAME", "mesos-c1",
                "MESOS_TASK_ID", "task-1",
                "MESOS_EXECUTOR_ID", "ct:1:task-1",
                "MESOS_FRAMEWORK_ID", "test-0001",
                "MESOS_AGENT_ID", "test-S0",
                "MESOS_SLAVE_ID", "test-S0",
                "MESOS_ALLOCATION_ROLE", "tests"));
  }

  @Test
  void networks() throws Exception {
    assertThat(networkOf(docker -> {})).isEqualTo("host");
    assertThat(networkOf(docker -> docker.setNetwork(DockerInfo.Network.HOST))).isEqualTo("host");
    assertThat(networkOf(docker -> docker.setNetwork(DockerInfo.Network.BRIDGE)))
        .isEqualTo("bridge");
    assertThat(networkOf(docker -> docker.setNetwork(DockerInfo.Network.NONE))).isEqualTo("none");
    assertThat(networkOf(docker -> docker.addParametersBuilder().setKey("net").setValue("mine")))
        .isEqualTo("mine");

    TaskInfo.Builder user = TestTasks.shell("true");
    user.getContainerBuilder().getDockerBuilder().setNetwork(DockerInfo.Network.USER);
    assertRefused(user, "network USER");
    user.getContainerBuilder().addNetworkInfos(NetworkInfo.newBuilder().setName("mine"));
    assertThat(config(user).hostConfig().getNetworkMode()).isEqualTo("mine");
    user.getContainerBuilder().getNetworkInfosBuilder(0).setName("container:other");
    assertRefused(user, "container:other");
  }

  private String networkOf(Consumer<DockerInfo.Builder> change) throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    change.accept(task.getContainerBuilder().getDockerBuilder());
    return config(task).hostConfig().getNetworkMode();
  }

  @Test
  void portMappings() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true").addResources(TestTasks.ports(31000, 31001));
    DockerInfo.Builder docker = task.getContainerBuilder().getDockerBuilder();
    docker.addPortMappingsBuilder().setHostPort(31000).setContainerPort(80);
    docker.addPortMappingsBuilder().setHostPort(31001).setContainerPort(53).setProtocol("udp");
    assertRefused(task, "BRIDGE or USER");

    docker.setNetwork(DockerInfo.Network.BRIDGE);
    var bindings = config(task).hostConfig().getPortBindings().getBindings();
    assertThat(bindings).containsOnlyKeys(ExposedPort.tcp(80), ExposedPort.udp(53));
    assertThat(bindings)
        .containsEntry(ExposedPort.tcp(80), new Ports.Binding[] {Ports.Binding.bindPort(31000)});

    docker.getPortMappingsBuilder(0).setHostPort(31002);
    assertRefused(task, "31002");
    docker.getPortMappingsBuilder(0).setHostPort(31000).setProtocol("icmp");
    assertRefused(task, "icmp");
  }

  @Test
  void theSandboxIsAlwaysMounted() throws Exception {
    assertThat(config(TestTasks.shell("true")).hostConfig().getMounts())
        .containsExactly(
            new Mount()
                .withType(MountType.BIND)
                .withSource("/agent/sandbox")
                .withTarget("/mnt/mesos/sandbox"));
  }

  @Test
  void volumesOfTheHost() throws Exception {
    RunConfig config = config(withVolume(volume("/data", "/in").setMode(Volume.Mode.RO)));
    assertThat(config.hostConfig().getBinds())
        .containsExactly(
            new Bind("/data", new com.github.dockerjava.api.model.Volume("/in"), AccessMode.ro));

    config = config(withVolume(volume("/data", "in/side")));
    assertThat(config.hostConfig().getBinds()[0])
        .hasToString("/data:/mnt/mesos/sandbox/in/side:rw");

    config = config(withVolume(volume("/da:ta", "/in")));
    assertThat(config.hostConfig().getBinds()).isEmpty();
    assertThat(lastMount(config).getSource()).isEqualTo("/da:ta");

    Volume.Builder shared = Volume.newBuilder().setContainerPath("/in").setMode(Volume.Mode.RW);
    shared
        .getSourceBuilder()
        .setType(Volume.Source.Type.HOST_PATH)
        .getHostPathBuilder()
        .setPath("/data")
        .getMountPropagationBuilder()
        .setMode(MountPropagation.Mode.BIDIRECTIONAL);
    assertThat(config(withVolume(shared)).hostConfig().getBinds()[0].getPropagationMode())
        .isEqualTo(PropagationMode.RSHARED);
  }

  @Test
  void volumesOfTheSandbox() throws Exception {
    RunConfig config = config(withVolume(volume("data/x", "/in").setMode(Volume.Mode.RO)));

    assertThat(config.files().directories()).containsExactly(Path.of("/agent/sandbox/data/x"));
    assertThat(lastMount(config).getSource()).isEqualTo("/agent/sandbox/data/x");
    assertThat(lastMount(config).getTarget()).isEqualTo("/in");
    assertThat(lastMount(config).getReadOnly()).isTrue();
  }

  /** As Mesos has it: with a driver of its own, a task names its volumes where paths stand. */
  @Test
  @SuppressWarnings("deprecation") // of the API; those who move from Mesos still say it so
  void withADriverWhatIsNoPathNamesAVolume() throws Exception {
    TaskInfo.Builder task = withVolume(volume("data", "/in"));
    task.getContainerBuilder().getDockerBuilder().setVolumeDriver("d");

    Mount mount = lastMount(config(task));

    assertThat(mount.getType()).isEqualTo(MountType.VOLUME);
    assertThat(mount.getSource()).isEqualTo("data");
    assertThat(mount.getVolumeOptions().getDriverConfig().getName()).isEqualTo("d");
  }

  @Test
  void volumesOfADriver() throws Exception {
    Volume.Builder volume = Volume.newBuilder().setContainerPath("/in").setMode(Volume.Mode.RW);
    volume
        .getSourceBuilder()
        .setType(Volume.Source.Type.DOCKER_VOLUME)
        .getDockerVolumeBuilder()
        .setName("v")
        .setDriver("d")
        .getDriverOptionsBuilder()
        .addParameterBuilder()
        .setKey("k")
        .setValue("o");

    Mount mount = lastMount(config(withVolume(volume)));

    assertThat(mount.getType()).isEqualTo(MountType.VOLUME);
    assertThat(mount.getSource()).isEqualTo("v");
    assertThat(mount.getVolumeOptions().getDriverConfig().getName()).isEqualTo("d");
    assertThat(mount.getVolumeOptions().getDriverConfig().getOptions()).containsEntry("k", "o");
  }

  @Test
  void noVolumeLeadsOutOfTheSandbox() {
    assertRefused(withVolume(volume("relative", "relative")), "both relative");
    assertRefused(withVolume(volume("../other", "/in")), "'../other'");
    assertRefused(withVolume(volume("a/../..", "/in")), "'a/../..'");
    assertRefused(withVolume(volume("/data", "../in")), "'../in'");
    assertRefused(withVolume(volume(".", "/in")), "'.'");
  }

  @Test
  void volumesThatAreNotSupported() {
    Volume.Builder bare = Volume.newBuilder().setContainerPath("/in").setMode(Volume.Mode.RW);
    assertRefused(withVolume(bare.clone()), "neither host_path nor a source");
    Volume.Builder csi = bare.clone();
    csi.getSourceBuilder().setType(Volume.Source.Type.CSI_VOLUME);
    assertRefused(withVolume(csi), "CSI_VOLUME");
    assertRefused(
        withVolume(bare.clone().setImage(Image.newBuilder().setType(Image.Type.DOCKER))), "image");
  }

  @Test
  void processLimits() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder()
        .getRlimitInfoBuilder()
        .addRlimits(
            RLimitInfo.RLimit.newBuilder()
                .setType(RLimitInfo.RLimit.Type.RLMT_NOFILE)
                .setSoft(10)
                .setHard(20))
        .addRlimits(RLimitInfo.RLimit.newBuilder().setType(RLimitInfo.RLimit.Type.RLMT_CORE));
    task.getContainerBuilder().getLinuxInfoBuilder().setShmSize(3);

    RunConfig config = config(task);

    assertThat(config.hostConfig().getUlimits())
        .containsExactly(new Ulimit("nofile", 10L, 20L), new Ulimit("core", -1L, -1L));
    assertThat(config.hostConfig().getShmSize()).isEqualTo(3L << 20);
  }

  @Test
  void hostnameAndPrivilege() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    DockerInfo.Builder docker =
        task.getContainerBuilder().setHostname("h").getDockerBuilder().setPrivileged(true);
    assertRefused(task, "hostname h");

    docker.setNetwork(DockerInfo.Network.BRIDGE);
    assertThat(config(task).process().hostname()).contains("h");
    assertThat(config(task).hostConfig().getPrivileged()).isTrue();
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        refusal("type DOCKER", TaskInfo.Builder::clearContainer),
        refusal(
            "type DOCKER", task -> task.getContainerBuilder().setType(ContainerInfo.Type.MESOS)),
        refusal("image", task -> task.getContainerBuilder().getDockerBuilder().setImage(" ")),
        refusal(
            "executors",
            task ->
                task.setExecutor(
                    ExecutorInfo.newBuilder()
                        .setExecutorId(ExecutorID.newBuilder().setValue("e")))),
        refusal("tty", task -> task.getContainerBuilder().setTtyInfo(TTYInfo.newBuilder())),
        refusal(
            "RLMT_AS",
            task ->
                task.getContainerBuilder()
                    .getRlimitInfoBuilder()
                    .addRlimitsBuilder()
                    .setType(RLimitInfo.RLimit.Type.RLMT_AS)),
        refusal(
            "no value",
            task ->
                task.getCommandBuilder()
                    .getEnvironmentBuilder()
                    .addVariablesBuilder()
                    .setName("S")
                    .setType(Environment.Variable.Type.SECRET)
                    .setSecret(Secret.getDefaultInstance())),
        refusal(
            "10.0.0.1",
            task ->
                task.getContainerBuilder()
                    .addNetworkInfosBuilder()
                    .addIpAddressesBuilder()
                    .setIpAddress("10.0.0.1")));
  }

  private static Arguments refusal(String named, Consumer<TaskInfo.Builder> change) {
    return Arguments.of(named, change);
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void refusesByName(String named, Consumer<TaskInfo.Builder> change) {
    TaskInfo.Builder task = TestTasks.shell("true");
    change.accept(task);

    assertRefused(task, named);
  }

  private static void variable(TaskInfo.Builder task, String name, String value) {
    task.getCommandBuilder()
        .getEnvironmentBuilder()
        .addVariablesBuilder()
        .setName(name)
        .setValue(value);
  }

  private static void parameter(TaskInfo.Builder task, String key, String value) {
    task.getContainerBuilder()
        .getDockerBuilder()
        .addParametersBuilder()
        .setKey(key)
        .setValue(value);
  }

  private static Volume.Builder volume(String host, String container) {
    return Volume.newBuilder()
        .setHostPath(host)
        .setContainerPath(container)
        .setMode(Volume.Mode.RW);
  }

  private static TaskInfo.Builder withVolume(Volume.Builder volume) {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder().addVolumes(volume);
    return task;
  }

  private static Mount lastMount(RunConfig config) {
    return config.hostConfig().getMounts().getLast();
  }

  private static void assertRefused(TaskInfo.Builder task, String named) {
    ThrowingCallable mapping = () -> config(task);
    assertThatThrownBy(mapping)
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining(named);
  }

  private static RunConfig config(TaskInfo.Builder task) throws UnsupportedTaskException {
    // Partial, as not every field that a test is not about is set.
    return RunConfigs.of(TestTasks.partialSpec("c1", task), TestTasks.CONTEXT);
  }

  private static RunConfig configInGroup(TaskInfo.Builder task) throws UnsupportedTaskException {
    RunContext context =
        new RunContext(
            TestTasks.CONTEXT.sandbox(),
            Optional.of(Path.of("/agent/shared")),
            TestTasks.CONTEXT.secrets(),
            TestTasks.CONTEXT.machine(),
            Optional.empty());
    return RunConfigs.of(TestTasks.partialSpec("c1", task), context);
  }

  @Test
  void theTasksOfAGroupShareTheSandboxOfTheirExecutor() throws Exception {
    TaskInfo.Builder task = withVolume(parentVolume("data"));

    assertThat(lastMount(configInGroup(task)).getSource()).isEqualTo("/agent/shared/data");
    assertRefused(task, "for tasks of a group");
    assertThatThrownBy(() -> configInGroup(withVolume(parentVolume("../c0"))))
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining("not one inside the sandbox");
  }

  private static Volume.Builder parentVolume(String path) {
    return Volume.newBuilder()
        .setContainerPath("/shared")
        .setMode(Volume.Mode.RW)
        .setSource(
            Volume.Source.newBuilder()
                .setType(Volume.Source.Type.SANDBOX_PATH)
                .setSandboxPath(
                    Volume.Source.SandboxPath.newBuilder()
                        .setType(Volume.Source.SandboxPath.Type.PARENT)
                        .setPath(path)));
  }
}
