package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.container.process.ProcessContainerizer;
import io.meseta.agent.container.process.ProcessOptions;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of a group: how they start, what they share, and what is left of it. */
class ContainerGroupIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ContainerId holder = new ContainerId(UUID.randomUUID().toString());
  private final ContainerId shared = new ContainerId("shared-by-all");

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

  private static TaskInfo.Builder task(String command, DockerInfo.Network network) {
    TaskInfo.Builder task = TestTasks.shell(command);
    task.getContainerBuilder().getDockerBuilder().setNetwork(network);
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

  private static TaskInfo.Builder task(String command) {
    return task(command, DockerInfo.Network.NONE);
  }

  /** The containers of a group with these tasks. */
  private List<ContainerSpec> group(List<Resource> granted, TaskInfo.Builder... tasks) {
    List<TaskInfo> members = new ArrayList<>();
    for (int i = 0; i < tasks.length; i++) {
      members.add(tasks[i].setTaskId(TaskID.newBuilder().setValue("task-" + i)).build());
    }
    ContainerSpec.Network network = new ContainerSpec.Network(holder, members, granted);
    List<ContainerSpec> specs = new ArrayList<>();
    for (TaskInfo.Builder task : tasks) {
      ContainerSpec alone = docker.spec(task);
      specs.add(
          ContainerSpec.ofTask(
                  alone.container(),
                  alone.agent(),
                  alone.framework(),
                  new ExecutorId("pod"),
                  alone.user(),
                  alone.task())
              .inGroup(new ContainerSpec.Group(shared, Optional.of(network))));
    }
    return specs;
  }

  private List<ContainerSpec> launch(TaskInfo.Builder... tasks) {
    List<ContainerSpec> specs = group(List.of(), tasks);
    specs.forEach(docker.containerizer()::launch);
    return specs;
  }

  private void start(List<ContainerSpec> specs) throws InterruptedException {
    for (ContainerSpec spec : specs) {
      docker.told().awaitPrepared(spec.container());
    }
    specs.forEach(spec -> docker.containerizer().go(spec.container()));
  }

  private String holders() throws IOException, InterruptedException {
    return docker.docker(
        "ps",
        "-a",
        "--format",
        "{{.Names}} {{.State}}",
        "--filter",
        "label=" + Labels.HOLDER + "=" + holder);
  }

  private String stateOf(ContainerSpec spec) throws IOException, InterruptedException {
    return docker.docker(
        "inspect", "-f", "{{.State.Status}}", DockerFixture.name(spec.container()));
  }

  @Test
  void nothingRunsBeforeItIsTold() throws Exception {
    List<ContainerSpec> specs = launch(task("echo one"), task("echo two"));
    for (ContainerSpec spec : specs) {
      docker.told().awaitPrepared(spec.container());
      assertThat(stateOf(spec)).isEqualTo("created");
    }

    start(specs);

    for (ContainerSpec spec : specs) {
      assertThat(docker.told().awaitExited(spec.container()).exitCode())
          .isEqualTo(OptionalInt.of(0));
    }
    assertThat(holders()).as("the network goes with the last container").isEmpty();
  }

  @Test
  void theNetworkOutlivesTheFirstThatEndsAtOnce() throws Exception {
    List<ContainerSpec> specs =
        launch(
            task("readlink /proc/self/ns/net > /shared/net"),
            task(
                "until test -s /shared/net && test -e /shared/go; do sleep 0.1; done;"
                    + " test $(cat /shared/net) = $(readlink /proc/self/ns/net) && echo same"),
            task("sleep 1000"));
    for (ContainerSpec spec : specs) {
      docker.told().awaitPrepared(spec.container());
    }
    docker.containerizer().go(specs.get(0).container());
    docker.told().awaitExited(specs.get(0).container());

    // The first is over, and those that follow start nevertheless.
    docker.containerizer().go(specs.get(1).container());
    docker.containerizer().go(specs.get(2).container());
    docker.told().awaitStarted(specs.get(1).container());
    docker.told().awaitStarted(specs.get(2).container());
    assertThat(holders()).isEqualTo("mesos-network-" + holder + " running");
    docker.docker("exec", DockerFixture.name(specs.get(2).container()), "touch", "/shared/go");
    docker.told().awaitExited(specs.get(1).container());
    assertThat(docker.file(specs.get(1), "stdout")).isEqualTo("same\n");

    docker.containerizer().kill(specs.get(2).container(), Duration.ZERO);
    docker.told().awaitExited(specs.get(2).container());
    assertThat(holders()).isEmpty();
  }

  @Test
  void portsArePublishedByTheNetworkAndFreeWithItsEnd() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    TaskInfo.Builder server =
        task("while true; do echo hello | nc -l -p 80; done", DockerInfo.Network.BRIDGE);
    server
        .getContainerBuilder()
        .getDockerBuilder()
        .addPortMappingsBuilder()
        .setHostPort(port)
        .setContainerPort(80);
    TaskInfo.Builder first = task("true", DockerInfo.Network.BRIDGE);
    List<ContainerSpec> specs = group(List.of(TestTasks.ports(port, port).build()), first, server);
    specs.forEach(docker.containerizer()::launch);
    start(specs);
    docker.told().awaitExited(specs.get(0).container());

    assertThat(docker.told().awaitStarted(specs.get(1).container()).ipAddresses())
        .as("its address is that of the network")
        .containsExactly(
            docker.docker(
                "inspect",
                "-f",
                "{{.NetworkSettings.Networks.bridge.IPAddress}}",
                "mesos-network-" + holder));
    await("the server answers").atMost(LIMIT).until(() -> read(port).equals("hello\n"));

    docker.containerizer().kill(specs.get(1).container(), Duration.ZERO);
    docker.told().awaitExited(specs.get(1).container());
    try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
      assertThat(again.isBound()).isTrue();
    }
  }

  private static String read(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        InputStream in = socket.getInputStream()) {
      socket.setSoTimeout(2000);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void oneThatCannotBePreparedLeavesNothing() throws Exception {
    TaskInfo.Builder wrong = task("true");
    wrong.getContainerBuilder().getDockerBuilder().setImage("127.0.0.1:1/none/such:1");
    List<ContainerSpec> specs = launch(task("sleep 1000"), wrong);

    docker.told().awaitPrepared(specs.get(0).container());
    assertThat(docker.told().awaitFailed(specs.get(1).container()).reason()).contains("such");
    docker.containerizer().kill(specs.get(0).container(), Duration.ofSeconds(5));

    docker.told().awaitFailed(specs.get(0).container());
    assertThat(docker.told().all(RecordingListener.Started.class)).isEmpty();
    docker.awaitContainers(Labels.AGENT, docker.agent.value(), 0);
  }

  @Test
  void aKillDuringAPullLeavesNothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      TaskInfo.Builder pulled = task("true");
      pulled
          .getContainerBuilder()
          .getDockerBuilder()
          .setImage("127.0.0.1:" + silent.getLocalPort() + "/silent:1");
      List<ContainerSpec> specs = launch(pulled, task("true"));
      docker.told().awaitPrepared(specs.get(1).container());
      docker
          .told()
          .await(
              RecordingListener.Progressed.class,
              told -> told.detail().startsWith("pulling 127.0.0.1:"));

      specs.forEach(spec -> docker.containerizer().kill(spec.container(), Duration.ofSeconds(5)));

      for (ContainerSpec spec : specs) {
        assertThat(docker.told().awaitFailed(spec.container()).reason())
            .isEqualTo("killed during launch");
      }
      docker.awaitContainers(Labels.AGENT, docker.agent.value(), 0);
    }
  }

  @Test
  void anotherAgentGoesOnWithTheNetwork() throws Exception {
    List<ContainerSpec> specs = launch(task("sleep 1000"), task("sleep 1000"));
    start(specs);
    docker.told().awaitStarted(specs.get(0).container());
    docker.told().awaitStarted(specs.get(1).container());

    docker.restart();
    docker.containerizer().observe(docker.agent);
    docker.told().await(RecordingListener.Observed.class, told -> told.containers().size() == 2);
    specs.forEach(docker.containerizer()::adopt);
    docker.told().awaitStarted(specs.get(0).container());
    docker.told().awaitStarted(specs.get(1).container());
    docker.containerizer().kill(specs.get(0).container(), Duration.ZERO);
    docker.told().awaitExited(specs.get(0).container());
    assertThat(holders()).endsWith("running");
    docker.containerizer().kill(specs.get(1).container(), Duration.ZERO);
    docker.told().awaitExited(specs.get(1).container());

    assertThat(holders()).isEmpty();
  }

  @Test
  void aStartThatWasInterruptedIsSeenAsWhatItIs() throws Exception {
    List<ContainerSpec> specs = launch(task("sleep 1000"), task("echo ran"));
    for (ContainerSpec spec : specs) {
      docker.told().awaitPrepared(spec.container());
    }
    ContainerSpec started = specs.get(0);
    ContainerSpec prepared = specs.get(1);
    docker.containerizer().go(started.container());
    docker.told().awaitStarted(started.container());

    docker.restart();
    docker.containerizer().observe(docker.agent);
    List<ObservedContainer> seen =
        docker
            .told()
            .await(RecordingListener.Observed.class, told -> told.containers().size() == 2)
            .containers();

    for (ObservedContainer each : seen) {
      assertThat(each.started().isPresent())
          .isEqualTo(each.container().equals(started.container()));
      assertThat(each.exit()).isEmpty();
    }
    assertThat(holders()).as("one that runs has its network").endsWith("running");
    docker.containerizer().adopt(started);
    docker.containerizer().remove(prepared.container());
    docker.containerizer().kill(started.container(), Duration.ZERO);
    docker.told().awaitExited(started.container());
    docker.containerizer().remove(started.container());
    docker.awaitContainers(Labels.AGENT, docker.agent.value(), 0);
  }

  @Test
  void aNetworkThatNobodyNeedsIsSwept() throws Exception {
    List<ContainerSpec> specs = launch(task("sleep 1000"), task("sleep 1000"));
    for (ContainerSpec spec : specs) {
      docker.told().awaitPrepared(spec.container());
    }
    assertThat(holders()).endsWith("running");

    // The agent is gone before it started any of them: what it has prepared never runs.
    docker.restart();
    docker.containerizer().observe(docker.agent);

    docker.told().await(RecordingListener.Observed.class, told -> told.containers().size() == 2);
    assertThat(holders()).isEmpty();
  }

  @Test
  void filesAreSharedWithAPlainProcess() throws Exception {
    ContainerSpec contained =
        group(List.of(), task("until test -s /shared/word; do sleep 0.1; done; cat /shared/word"))
            .getFirst();
    TaskInfo.Builder plain =
        contained.task().toBuilder()
            .setTaskId(TaskID.newBuilder().setValue("plain"))
            .setCommand(CommandInfo.newBuilder().setValue("echo hello > here/word"));
    plain.setContainer(
        ContainerInfo.newBuilder()
            .setType(ContainerInfo.Type.MESOS)
            .addVolumes(
                contained.task().getContainer().getVolumes(0).toBuilder()
                    .setContainerPath("here")));
    ContainerSpec process =
        ContainerSpec.ofTask(
                new ContainerId(UUID.randomUUID().toString()),
                contained.agent(),
                contained.framework(),
                contained.executor(),
                "",
                plain.build())
            .inGroup(new ContainerSpec.Group(shared, Optional.empty()));
    RecordingListener told = new RecordingListener();
    try (ProcessContainerizer processes =
        new ProcessContainerizer(
            ProcessOptions.defaults(workDir, "127.0.0.1")
                .withCgroups("meseta-test-" + UUID.randomUUID(), 100),
            (uris, sandbox, user, progress) -> {})) {
      processes.start(told);
      docker.containerizer().launch(contained);
      processes.launch(process);
      docker.told().awaitPrepared(contained.container());
      told.awaitPrepared(process.container());
      assertThat(told.all(RecordingListener.Started.class)).isEmpty();

      docker.containerizer().go(contained.container());
      processes.go(process.container());

      assertThat(told.awaitExited(process.container()).exitCode()).hasValue(0);
      docker.told().awaitExited(contained.container());
      assertThat(docker.file(contained, "stdout")).isEqualTo("hello\n");
    }
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
