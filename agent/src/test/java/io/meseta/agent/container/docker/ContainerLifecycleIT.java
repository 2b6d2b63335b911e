package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.container.StartedContainer;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.TTYInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launches, ends and kills on a real engine. */
class ContainerLifecycleIT {

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeAll
  static void engine() throws IOException, InterruptedException {
    TestEngine.ensure();
  }

  @BeforeEach
  void open() {
    // Production's pauses between the tries of a pull are half a minute together.
    DockerOptions.Pulls pulls =
        new DockerOptions.Pulls(
            Duration.ofMinutes(2), 2, Duration.ofMillis(200), DockerConfig.NONE);
    docker = new DockerFixture(workDir, options -> options.withPulls(pulls));
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    docker.close();
  }

  @Test
  void tellsThePhasesTheStartAndTheExitCodeInOrder() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("exit 3"));

    ContainerExit exit = docker.told().awaitExited(spec.container());

    assertThat(exit.exitCode()).isEqualTo(OptionalInt.of(3));
    assertThat(exit.outOfMemory()).isFalse();
    assertThat(exit.memoryLimitBytes()).hasValue(64L << 20);
    assertThat(docker.told().all(RecordingListener.Progressed.class))
        .extracting(RecordingListener.Progressed::phase)
        .containsExactly(
            ContainerPhase.PREPARING, ContainerPhase.CREATING, ContainerPhase.STARTING);
    assertThat(docker.told().all())
        .filteredOn(told -> !(told instanceof RecordingListener.Progressed))
        .filteredOn(told -> !(told instanceof RecordingListener.Health))
        .hasExactlyElementsOfTypes(RecordingListener.Started.class, RecordingListener.Exited.class);
  }

  @Test
  void copiesBothStreamsIntoTheSandbox() throws Exception {
    ContainerSpec spec =
        docker.launch(TestTasks.shell("echo out; echo err >&2; printf 'no end of line'"));

    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout")).isEqualTo("out\nno end of line");
    assertThat(docker.file(spec, "stderr")).isEqualTo("err\n");
    assertThat(docker.sandbox(spec).resolveSibling("latest").toRealPath())
        .isEqualTo(docker.sandbox(spec).toRealPath());
  }

  @Test
  void aProgramWithArgumentsHasNoShell() throws Exception {
    ContainerSpec spec =
        docker.launch(
            TestTasks.task(
                CommandInfo.newBuilder()
                    .setShell(false)
                    .setValue("echo")
                    .addArguments("$HOME")
                    .addArguments("a b")
                    .build()));

    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout")).isEqualTo("$HOME a b\n");
  }

  @Test
  void environmentComesFromTheTaskAndTheAgent() throws Exception {
    Environment environment =
        Environment.newBuilder()
            .addVariables(variable("MINE", "is = this"))
            .addVariables(variable("MESOS_TASK_ID", "a lie"))
            .build();
    CommandInfo command =
        CommandInfo.newBuilder().setValue("env").setEnvironment(environment).build();
    ContainerSpec spec = docker.launch(TestTasks.task(command));

    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout").lines())
        .contains(
            "MINE=is = this",
            "MESOS_TASK_ID=task-1",
            "MESOS_SANDBOX=/mnt/mesos/sandbox",
            "MESOS_CONTAINER_NAME=mesos-" + spec.container(),
            "MESOS_FRAMEWORK_ID=" + spec.framework(),
            "MESOS_EXECUTOR_ID=" + spec.executor(),
            "MESOS_AGENT_ID=" + docker.agent,
            "MESOS_ALLOCATION_ROLE=tests");
  }

  private static Environment.Variable variable(String name, String value) {
    return Environment.Variable.newBuilder().setName(name).setValue(value).build();
  }

  @Test
  void sandboxAndVolumesAreMounted(@TempDir Path hostDirectory) throws Exception {
    Files.writeString(hostDirectory.resolve("given"), "given", StandardCharsets.UTF_8);
    ContainerInfo container =
        TestTasks.docker(DockerInfo.newBuilder())
            .addVolumes(volume(hostDirectory.toString(), "/host", Volume.Mode.RO))
            .addVolumes(volume("inside", "/made", Volume.Mode.RW))
            .build();
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell(
                    "cat /host/given; touch /host/no || echo ' read-only';"
                        + " echo 1 >/made/one; echo 2 >/mnt/mesos/sandbox/two")
                .setContainer(container));

    docker.told().awaitExited(spec.container());

    assertThat(docker.file(spec, "stdout")).isEqualTo("given read-only\n");
    assertThat(docker.file(spec, "inside/one")).isEqualTo("1\n");
    assertThat(docker.file(spec, "two")).isEqualTo("2\n");
  }

  private static Volume volume(String host, String inside, Volume.Mode mode) {
    return Volume.newBuilder().setHostPath(host).setContainerPath(inside).setMode(mode).build();
  }

  @Test
  void aBridgedPortIsReachedFromTheHost() throws Exception {
    int port = freePort();
    ContainerInfo container =
        TestTasks.docker(
                DockerInfo.newBuilder()
                    .setNetwork(DockerInfo.Network.BRIDGE)
                    .addPortMappings(
                        DockerInfo.PortMapping.newBuilder()
                            .setHostPort(port)
                            .setContainerPort(8080)))
            .setHostname("bridged")
            .build();
    ContainerSpec spec =
        docker.launch(
            TestTasks.shell("hostname | nc -l -p 8080")
                .setContainer(container)
                .addResources(TestTasks.ports(port, port)));
    StartedContainer started = docker.told().awaitStarted(spec.container());

    String answer = readWhenItListens(port);

    assertThat(answer).isEqualTo("bridged\n");
    assertThat(started.ipAddresses()).hasSize(1);
    assertThat(started.ipAddresses().get(0)).isNotEqualTo("127.0.0.1");
  }

  /** Docker's proxy takes a connection before the program listens, and drops it then. */
  private static String readWhenItListens(int port) {
    return await("an answer from port " + port)
        .atMost(DockerFixture.LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> read(port), answer -> !answer.isEmpty());
  }

  private static String read(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void underHostNetworkingTheAddressIsTheAgents() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));

    StartedContainer started = docker.told().awaitStarted(spec.container());

    assertThat(started.ipAddresses()).containsExactly("127.0.0.1");
    assertThat(started.pid()).isPresent();
    assertThat(Files.readString(Path.of("/proc/" + started.pid().getAsInt() + "/cmdline")))
        .endsWith("sleep\0" + "1000\0");
  }

  @Test
  void aProgramThatObeysEndsByItsStopSignal() throws Exception {
    ContainerSpec spec =
        docker.launch(TestTasks.shell("trap 'echo bye; exit 7' TERM; echo up; sleep 1000 & wait"));
    docker.awaitOutput(spec, "up\n");

    docker.containerizer().kill(spec.container(), Duration.ofSeconds(60));

    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(7);
    assertThat(docker.file(spec, "stdout")).isEqualTo("up\nbye\n");
  }

  @Test
  void aProgramThatIgnoresTheSignalIsEndedByForceAfterTheGrace() throws Exception {
    ContainerSpec spec = ignoringTerm();
    long before = System.nanoTime();

    docker.containerizer().kill(spec.container(), Duration.ofMillis(1500));

    ContainerExit exit = docker.told().awaitExited(spec.container());
    assertThat(exit.exitCode()).hasValue(137);
    assertThat(exit.outOfMemory()).isFalse();
    assertThat(System.nanoTime() - before).isGreaterThan(Duration.ofMillis(1400).toNanos());
  }

  @Test
  void aSecondKillWithLessGraceCountsAndOneWithMoreDoesNot() throws Exception {
    ContainerSpec spec = ignoringTerm();

    docker.containerizer().kill(spec.container(), Duration.ofDays(1));
    docker.containerizer().kill(spec.container(), Duration.ofMillis(300));
    docker.containerizer().kill(spec.container(), Duration.ofDays(2));

    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(137);
  }

  private ContainerSpec ignoringTerm() throws Exception {
    ContainerSpec spec =
        docker.launch(TestTasks.shell("trap '' TERM; echo up; while true; do sleep 1; done"));
    docker.awaitOutput(spec, "up\n");
    return spec;
  }

  @Test
  void removeEndsWhatRunsAndLeavesNothing() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("trap '' TERM; sleep 1000"));
    docker.told().awaitStarted(spec.container());

    docker.containerizer().remove(spec.container());

    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(137);
    awaitGone(spec);
  }

  private void awaitGone(ContainerSpec spec) {
    docker.awaitContainers(Labels.CONTAINER, spec.container().value(), 0);
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() throws Exception {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder().setTtyInfo(TTYInfo.getDefaultInstance());
    ContainerSpec spec = docker.launch(task);

    RecordingListener.Failed failed = docker.told().awaitFailed(spec.container());

    assertThat(failed.phase()).isEqualTo(ContainerPhase.PREPARING);
    assertThat(failed.reason()).contains("tty_info");
  }

  @Test
  void aProgramThatIsNotInTheImageFailsTheLaunchAndLeavesNothing() throws Exception {
    ContainerSpec spec =
        docker.launch(
            TestTasks.task(
                CommandInfo.newBuilder().setShell(false).setValue("/no/such/program").build()));

    RecordingListener.Failed failed = docker.told().awaitFailed(spec.container());

    assertThat(failed.phase()).isEqualTo(ContainerPhase.STARTING);
    assertThat(failed.reason()).contains("/no/such/program");
    awaitGone(spec);
  }

  @Test
  void anImageThatNobodyHasFailsThePull() throws Exception {
    int port = freePort();
    ContainerSpec spec = docker.launch(withImage("127.0.0.1:" + port + "/none:1"));

    RecordingListener.Failed failed = docker.told().awaitFailed(spec.container());

    assertThat(failed.phase()).isEqualTo(ContainerPhase.PULLING);
    assertThat(failed.reason()).contains("127.0.0.1:" + port);
  }

  @Test
  void aKillDuringAPullGivesTheLaunchUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ContainerSpec spec =
          docker.launch(withImage("127.0.0.1:" + silent.getLocalPort() + "/slow:1"));
      docker
          .told()
          .await(
              RecordingListener.Progressed.class, told -> told.phase() == ContainerPhase.PULLING);

      docker.containerizer().kill(spec.container(), Duration.ofSeconds(60));

      RecordingListener.Failed failed = docker.told().awaitFailed(spec.container());
      assertThat(failed.phase()).isEqualTo(ContainerPhase.PULLING);
      assertThat(failed.reason()).isEqualTo("killed during launch");
    }
  }

  private static TaskInfo.Builder withImage(String image) {
    ContainerInfo.Builder container = TestTasks.docker(DockerInfo.newBuilder());
    container.getDockerBuilder().setImage(image);
    return TestTasks.shell("true").setContainer(container);
  }

  @Test
  void eachContainerHasExactlyOneEnd() throws Exception {
    ContainerSpec[] specs = new ContainerSpec[6];
    for (int i = 0; i < specs.length; i++) {
      specs[i] = docker.launch(TestTasks.shell("exit " + i));
    }
    for (int i = 0; i < specs.length; i++) {
      assertThat(docker.told().awaitExited(specs[i].container()).exitCode()).hasValue(i);
    }
    // Repeated orders for containers that have ended change nothing.
    for (ContainerSpec spec : specs) {
      docker.containerizer().kill(spec.container(), Duration.ZERO);
      docker.containerizer().remove(spec.container());
      awaitGone(spec);
      assertThat(docker.told().endsOf(spec.container())).hasSize(1);
    }
  }
}
