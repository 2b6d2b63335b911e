package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.fetch.FetchException;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.RLimitInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process finds around it: variables, user, files, limits of its own. */
class ProcessSurroundingsIT {

  @TempDir Path workDir;
  private final CountDownLatch fetching = new CountDownLatch(1);
  private Processes processes;

  @BeforeEach
  void open() {
    Fetcher fetcher =
        (uris, sandbox, user, progress) -> {
          progress.accept("halfway");
          switch (uris.getFirst().getValue()) {
            case "good" -> write(sandbox.resolve("fetched"), "for " + user);
            case "trick" -> replaceByLink(sandbox.resolve("stdout"));
            case "endless" -> {
              fetching.countDown();
              new CountDownLatch(1).await();
            }
            default -> throw new FetchException("no such thing: bad");
          }
        };
    processes = new Processes(workDir, fetcher).start();
  }

  private static void write(Path file, String text) throws FetchException {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new FetchException("not written", e);
    }
  }

  private void replaceByLink(Path file) throws FetchException {
    try {
      Files.delete(file);
      Files.createSymbolicLink(file, workDir.resolve("not-to-be-written"));
    } catch (IOException e) {
      throw new FetchException("not linked", e);
    }
  }

  @AfterEach
  void close() throws IOException {
    processes.close();
  }

  @Test
  void itsVariablesAreThoseOfTheTaskAndFewMore() throws Exception {
    TaskInfo.Builder task = Processes.shell("cat /proc/$$/environ");
    variable(task, "MINE", "line one\nit's \"quoted\" $HOME `id` \\ é ’");
    variable(task, "odd.name-1", "kept");
    variable(task, "-u", "no option");
    variable(task, "MESOS_TASK_ID", "a lie");
    task.getCommandBuilder()
        .getEnvironmentBuilder()
        .addVariables(
            Environment.Variable.newBuilder()
                .setName("SECRET")
                .setType(Environment.Variable.Type.SECRET)
                .setSecret(
                    Secret.newBuilder()
                        .setType(Secret.Type.VALUE)
                        .setValue(
                            Secret.Value.newBuilder()
                                .setData(
                                    ByteString.copyFrom(
                                        new byte[] {(byte) 0xff, 1, (byte) 0x81})))));
    ContainerSpec plain = Processes.spec(task);
    ContainerSpec spec =
        processes.launch(
            new ContainerSpec(
                plain.container(),
                plain.agent(),
                plain.framework(),
                plain.executor(),
                plain.user(),
                plain.kind(),
                plain.task(),
                Map.of("EXTRA", "of the agent")));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    Map<String, String> environment = environment(spec);

    String sandbox = processes.sandbox(spec).toString();
    assertThat(environment)
        .containsEntry("MINE", "line one\nit's \"quoted\" $HOME `id` \\ é ’")
        .containsEntry("odd.name-1", "kept")
        .containsEntry("-u", "no option")
        .containsEntry("EXTRA", "of the agent")
        .containsEntry("PATH", System.getenv("PATH"))
        .containsEntry("MESOS_SANDBOX", sandbox)
        .containsEntry("MESOS_DIRECTORY", sandbox)
        .containsEntry("MESOS_TASK_ID", "task-1")
        .containsEntry("MESOS_EXECUTOR_ID", "ct:1:task-1")
        .containsEntry("MESOS_FRAMEWORK_ID", "test-0001")
        .containsEntry("MESOS_AGENT_ID", "test-S0")
        .containsEntry("MESOS_SLAVE_ID", "test-S0")
        .containsEntry("MESOS_ALLOCATION_ROLE", "tests")
        .containsEntry("MESOS_CONTAINER_NAME", "mesos-" + spec.container().value());
    assertThat(environment).hasSize(15);
    byte[] all = Files.readAllBytes(processes.sandbox(spec).resolve("stdout"));
    assertThat(new String(all, StandardCharsets.ISO_8859_1))
        .contains("SECRET=\u00ff\u0001\u0081\0");
  }

  private Map<String, String> environment(ContainerSpec spec) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    String all =
        new String(
            Files.readAllBytes(processes.sandbox(spec).resolve("stdout")), StandardCharsets.UTF_8);
    for (String variable : all.substring(0, all.length() - 1).split("\0", -1)) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return environment;
  }

  @Test
  void anEnvironmentMayBeHuge() throws Exception {
    TaskInfo.Builder task = Processes.shell("cat /proc/$$/environ | wc -c");
    for (int i = 0; i < 150; i++) {
      variable(task, "HUGE_" + i, "é\n'".repeat(2_500));
    }

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(Integer.parseInt(processes.stdout(spec).strip())).isBetween(1_500_000, 1_600_000);
  }

  @Test
  void oneThatIsTooHugeIsRefusedWithTheReason() throws Exception {
    TaskInfo.Builder total = Processes.shell("true");
    for (int i = 0; i < 21; i++) {
      variable(total, "HUGE_" + i, "x".repeat(100_000));
    }
    TaskInfo.Builder single = variable(Processes.shell("true"), "HUGE", "x".repeat(131_067));

    ContainerSpec tooMuch = processes.launch(total);
    ContainerSpec tooLong = processes.launch(single);

    assertThat(processes.told().awaitFailed(tooMuch.container()).reason())
        .contains("E2BIG")
        .contains("bytes");
    assertThat(processes.told().awaitFailed(tooLong.container()).reason())
        .contains("environment variable HUGE")
        .contains("E2BIG");
  }

  @Test
  void theLargestThatIsAllowedIsTaken() throws Exception {
    ContainerSpec spec =
        processes.launch(variable(Processes.shell("exit 2"), "HUGE", "x".repeat(131_066)));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(2);
  }

  private static TaskInfo.Builder variable(TaskInfo.Builder task, String name, String value) {
    task.getCommandBuilder()
        .getEnvironmentBuilder()
        .addVariables(Environment.Variable.newBuilder().setName(name).setValue(value));
    return task;
  }

  @Test
  void itRunsAsTheUserThatItNames() throws Exception {
    assumeRoot();
    open(workDir);
    TaskInfo.Builder task =
        Processes.shell(
            "id -un; id -Gn; grep CapEff /proc/self/status; echo mine >file; stat -c %U file stdout");
    task.getCommandBuilder().setUser("nobody");

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(spec))
        .isEqualTo("nobody\nnogroup\nCapEff:\t0000000000000000\nnobody\nnobody\n");
  }

  /** Sandboxes are below directories that every user may pass. */
  private static void open(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void assumeRoot() throws IOException {
    Assumptions.assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0));
  }

  @Test
  void aUserThatNobodyKnowsIsRefused() throws Exception {
    assumeRoot();
    TaskInfo.Builder task = Processes.shell("true");
    task.getCommandBuilder().setUser("no-such-user");

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitFailed(spec.container()).reason())
        .contains("no-such-user")
        .contains("--switch_user=false");
  }

  @Test
  void theUserIsNotSwitchedWhereThatIsNotWanted() throws Exception {
    processes.containerizer().close();
    processes.with(processes.options().withSwitchUser(false)).start();
    TaskInfo.Builder task = Processes.shell("id -un");
    task.getCommandBuilder().setUser("no-such-user");

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(spec)).isEqualTo(System.getProperty("user.name") + "\n");
  }

  @Test
  void uriAreFetchedBeforeItRuns() throws Exception {
    ContainerSpec spec = processes.launch(fetching("good"));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(spec)).isEqualTo("for " + System.getProperty("user.name"));
    assertThat(processes.told().all(RecordingListener.Progressed.class))
        .extracting(RecordingListener.Progressed::phase, RecordingListener.Progressed::detail)
        .contains(org.assertj.core.groups.Tuple.tuple(ContainerPhase.FETCHING, "halfway"));
  }

  @Test
  void whatCannotBeFetchedFailsTheLaunch() throws Exception {
    ContainerSpec spec = processes.launch(fetching("bad"));

    RecordingListener.Failed failed = processes.told().awaitFailed(spec.container());
    assertThat(failed.phase()).isEqualTo(ContainerPhase.FETCHING);
    assertThat(failed.reason()).isEqualTo("no such thing: bad");
    assertThat(processes.leftovers(spec.container())).isEmpty();
  }

  @Test
  void aKillEndsTheFetching() throws Exception {
    ContainerSpec spec = processes.launch(fetching("endless"));
    fetching.await();

    processes.containerizer().kill(spec.container(), Duration.ofHours(1));

    assertThat(processes.told().awaitFailed(spec.container()).reason())
        .isEqualTo("killed during launch");
    assertThat(processes.leftovers(spec.container())).isEmpty();
  }

  @Test
  void whatWasFetchedCannotTurnItsOutputElsewhere() throws Exception {
    Files.writeString(workDir.resolve("not-to-be-written"), "");
    TaskInfo.Builder task = fetching("trick");
    task.getCommandBuilder().setValue("echo here");

    ContainerSpec spec = processes.launch(task);

    processes.told().awaitExited(spec.container());
    assertThat(processes.stdout(spec)).isEqualTo("here\n");
    assertThat(workDir.resolve("not-to-be-written")).isEmptyFile();
  }

  private static TaskInfo.Builder fetching(String uri) {
    TaskInfo.Builder task = Processes.shell("cat fetched");
    task.getCommandBuilder().addUris(CommandInfo.URI.newBuilder().setValue(uri));
    return task;
  }

  @Test
  void volumesAreLinksInTheSandbox() throws Exception {
    Path shared = Files.createDirectory(workDir.resolve("shared"));
    TaskInfo.Builder task =
        Processes.shell("echo kept >in/side/file; echo own >data/file; echo own >vol/file");
    task.getContainerBuilder()
        .setType(ContainerInfo.Type.MESOS)
        .addVolumes(volume("in/side").setHostPath(shared.toString()))
        .addVolumes(
            volume("data")
                .setSource(
                    Volume.Source.newBuilder()
                        .setType(Volume.Source.Type.SANDBOX_PATH)
                        .setSandboxPath(
                            Volume.Source.SandboxPath.newBuilder()
                                .setType(Volume.Source.SandboxPath.Type.SELF)
                                .setPath("real"))));
    task.addResources(
        Processes.scalar("disk", 10)
            .addReservations(Resource.ReservationInfo.newBuilder().setRole("tests"))
            .setDisk(
                Resource.DiskInfo.newBuilder()
                    .setPersistence(Resource.DiskInfo.Persistence.newBuilder().setId("v1"))
                    .setVolume(volume("vol"))));

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(shared.resolve("file")).hasContent("kept\n");
    assertThat(processes.sandbox(spec).resolve("real/file")).hasContent("own\n");
    assertThat(workDir.resolve("volumes/roles/tests/v1/file")).hasContent("own\n");
  }

  @Test
  void aPersistentVolumeNeedsNoContainerInfo() throws Exception {
    TaskInfo.Builder task = Processes.shell("echo own >vol/file");
    task.addResources(
        Processes.scalar("disk", 10)
            .addReservations(Resource.ReservationInfo.newBuilder().setRole("tests"))
            .setDisk(
                Resource.DiskInfo.newBuilder()
                    .setPersistence(Resource.DiskInfo.Persistence.newBuilder().setId("v1"))
                    .setVolume(volume("vol"))));

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(workDir.resolve("volumes/roles/tests/v1/file")).hasContent("own\n");
  }

  @Test
  void aVolumeOfADirectoryThatIsMissingIsRefused() throws Exception {
    TaskInfo.Builder task = Processes.shell("true");
    task.getContainerBuilder()
        .setType(ContainerInfo.Type.MESOS)
        .addVolumes(volume("x").setHostPath(workDir + "/missing"));

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitFailed(spec.container()).reason())
        .contains("volume x")
        .contains("does not exist");
  }

  private static Volume.Builder volume(String path) {
    return Volume.newBuilder().setContainerPath(path).setMode(Volume.Mode.RW);
  }

  @Test
  void rlimitsAreSet() throws Exception {
    TaskInfo.Builder task =
        Processes.shell("ulimit -Sn; ulimit -Hn; grep msgqueue /proc/self/limits");
    task.getContainerBuilder()
        .setType(ContainerInfo.Type.MESOS)
        .getRlimitInfoBuilder()
        .addRlimits(
            RLimitInfo.RLimit.newBuilder()
                .setType(RLimitInfo.RLimit.Type.RLMT_NOFILE)
                .setSoft(100)
                .setHard(200))
        .addRlimits(
            RLimitInfo.RLimit.newBuilder()
                .setType(RLimitInfo.RLimit.Type.RLMT_MSGQUEUE)
                .setSoft(1000)
                .setHard(1000));

    ContainerSpec spec = processes.launch(task);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(processes.stdout(spec))
        .startsWith("100\n200\n")
        .containsPattern("msgqueue.*1000 +1000");
  }

  @Test
  void manyTasksLeaveNoFileOpenAndNothingElse() throws Exception {
    ContainerSpec warm = processes.launch(Processes.shell("true"));
    processes.told().awaitExited(warm.container());
    processes.removed(warm.container());
    List<String> before = openFiles();
    List<ContainerSpec> specs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      specs.add(processes.launch(Processes.shell("exit " + i)));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(processes.told().awaitExited(specs.get(i).container()).exitCode()).hasValue(i);
      processes.removed(specs.get(i).container());
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(openFiles()).hasSizeLessThanOrEqualTo(before.size()));
    assertThat(workDir.resolve("processes/state")).isEmptyDirectory();
    assertThat(workDir.resolve("processes/start")).isEmptyDirectory();
    assertThat(workDir.resolve("processes/launcher.log")).isEmptyFile();
  }

  private static List<String> openFiles() {
    return Arrays.asList(Path.of("/proc/self/fd").toFile().list());
  }
}
