package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener.Failed;
import io.meseta.agent.container.RecordingListener.Progressed;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TaskInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from a real registry, over good lines and bad ones. */
class ImagePullIT {

  private static final int MIB = 1 << 20;
  private static final String NO_CREDENTIALS = "{}";

  @TempDir static Path registries;
  private static TestRegistry open;
  private static TestRegistry closed;

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    TestEngine.ensure();
    open = TestRegistry.open(Files.createDirectory(registries.resolve("open")));
    closed =
        TestRegistry.withPassword(
            Files.createDirectory(registries.resolve("closed")), "me", "secret");
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    open.close();
    closed.close();
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    docker.close();
  }

  @BeforeEach
  void begin() {
    docker = fixture(DockerConfig.NONE, (uris, sandbox, user, progress) -> {});
  }

  private void beginAgain(DockerConfig credentials, Fetcher fetcher)
      throws IOException, InterruptedException {
    docker.close();
    docker = fixture(credentials, fetcher);
  }

  private DockerFixture fixture(DockerConfig credentials, Fetcher fetcher) {
    DockerOptions.Pulls pulls =
        new DockerOptions.Pulls(Duration.ofSeconds(3), 4, Duration.ofMillis(200), credentials);
    return new DockerFixture(workDir, options -> options.withPulls(pulls), fetcher);
  }

  private static TaskInfo.Builder task(String image) {
    return TestTasks.shell("echo ran")
        .setContainer(
            ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(DockerInfo.newBuilder().setImage(image)));
  }

  private void assertRuns(ContainerSpec spec) throws Exception {
    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    assertThat(docker.file(spec, "stdout")).isEqualTo("ran\n");
  }

  private Failed assertFails(ContainerSpec spec) throws Exception {
    Failed failed = docker.told().awaitFailed(spec.container());
    assertThat(failed.phase()).isEqualTo(ContainerPhase.PULLING);
    return failed;
  }

  private List<String> pulling() {
    return docker.told().all(Progressed.class).stream()
        .filter(told -> told.phase() == ContainerPhase.PULLING)
        .map(Progressed::detail)
        .toList();
  }

  @Test
  void overASlowLineItIsToldHowFarItIsAndNoLimitStrikes() throws Exception {
    try (TestProxy line = new TestProxy(open.port()).slow(MIB)) {
      String image = open.pulled(line.address() + "/" + open.push(NO_CREDENTIALS, 3 * MIB, MIB));
      ContainerSpec first = docker.launch(task(image));
      ContainerSpec second = docker.launch(task(image));

      assertRuns(first);
      assertRuns(second);

      assertThat(pulling())
          .anyMatch(text ->
              text.matches("pulling \\S+: [1-4]\\.\\d of [34]\\.\\d MB, [0-2] of 3 layers"));
      assertThat(pulling()).noneMatch(text -> text.contains("failed"));
    }
  }

  @Test
  void aLineThatStallsIsTriedAgain() throws Exception {
    try (TestProxy line = new TestProxy(open.port()).stallAfter(MIB)) {
      String image = open.pulled(line.address() + "/" + open.push(NO_CREDENTIALS, 2 * MIB));
      ContainerSpec spec = docker.launch(task(image));

      docker.told().await(Progressed.class, told -> told.detail().contains("no progress for 3 s"));
      line.stallAfter(Long.MAX_VALUE);

      assertRuns(spec);
    }
  }

  @Test
  void aLineThatStaysStalledFailsTheLaunchInTheEnd() throws Exception {
    try (TestProxy line = new TestProxy(open.port()).stallAfter(0)) {
      ContainerSpec spec = docker.launch(task(line.address() + "/meseta-test/any:1"));

      assertThat(assertFails(spec).reason()).contains("no progress for 3 s").contains("try 4");
    }
  }

  @Test
  void aLineThatIsCutAmidALayerIsTriedAgain() throws Exception {
    try (TestProxy line = new TestProxy(open.port()).cutEvery(MIB)) {
      String image = open.pulled(line.address() + "/" + open.push(NO_CREDENTIALS, 2 * MIB));
      ContainerSpec spec = docker.launch(task(image));
      docker
          .told()
          .await(
              Progressed.class,
              told -> told.detail().contains("tries again") || told.detail().contains("try 1"));
      line.cutEvery(Long.MAX_VALUE);

      assertRuns(spec);
      assertThat(line.connections()).isGreaterThan(1);
    }
  }

  @Test
  void aRegistryThatIsAwayForAMomentIsTriedAgain() throws Exception {
    String busy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    try (TestProxy line = new TestProxy(open.port()).answer(busy)) {
      String image = open.pulled(line.address() + "/" + open.push(NO_CREDENTIALS, 1000));
      ContainerSpec spec = docker.launch(task(image));
      docker.told().await(Progressed.class, told -> told.detail().contains("try 1 of 4 failed"));
      line.answer("");

      assertRuns(spec);
    }
  }

  @Test
  void nobodyAtTheOtherEnd() throws Exception {
    String address;
    try (TestProxy line = new TestProxy(open.port())) {
      address = line.address();
    }

    Failed failed = assertFails(docker.launch(task(address + "/meseta-test/any:1")));

    assertThat(failed.reason()).contains("connection refused").contains("try 4");
  }

  @Test
  void somebodyElseAtTheOtherEnd() throws Exception {
    String page = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    try (TestProxy line = new TestProxy(open.port()).answer(page)) {
      Failed failed = assertFails(docker.launch(task(line.address() + "/meseta-test/any:1")));

      assertThat(failed.reason()).contains("pull " + line.address());
    }
  }

  @Test
  void whatTheRegistryDoesNotHaveFailsAtOnce() throws Exception {
    Failed failed = assertFails(docker.launch(task(open.address() + "/meseta-test/none:1")));

    assertThat(failed.reason()).contains("check the image's name and tag").doesNotContain("try");
  }

  @Test
  void withoutCredentialsItIsToldHowToGiveThem() throws Exception {
    String config = TestRegistry.config(closed.address(), "me", "secret");
    String image = closed.address() + "/" + closed.push(config, 1000);

    Failed failed = assertFails(docker.launch(task(image)));

    assertThat(failed.reason())
        .contains("give credentials for " + closed.address())
        .contains("--docker_config")
        .doesNotContain("try");
  }

  @Test
  void wrongCredentialsAreRefused() throws Exception {
    beginAgain(
        DockerConfig.of(TestRegistry.config(closed.address(), "me", "wrong-one")),
        (uris, sandbox, user, progress) -> {});
    String config = TestRegistry.config(closed.address(), "me", "secret");
    String image = closed.address() + "/" + closed.push(config, 1000);

    Failed failed = assertFails(docker.launch(task(image)));

    assertThat(failed.reason())
        .contains("the credentials given for " + closed.address() + " do not")
        .doesNotContain("wrong-one");
  }

  @Test
  void theAgentsCredentialsAreUsed() throws Exception {
    String config = TestRegistry.config(closed.address(), "me", "secret");
    beginAgain(DockerConfig.of(config), (uris, sandbox, user, progress) -> {});

    assertRuns(
        docker.launch(task(closed.pulled(closed.address() + "/" + closed.push(config, 1000)))));
  }

  @Test
  void theCredentialsAmongTheTasksUrisAreUsed() throws Exception {
    String config = TestRegistry.config(closed.address(), "me", "secret");
    beginAgain(DockerConfig.NONE, (uris, sandbox, user, progress) -> write(sandbox, config));
    TaskInfo.Builder task = task(closed.pulled(closed.address() + "/" + closed.push(config, 1000)));
    task.getCommandBuilder().addUris(CommandInfo.URI.newBuilder().setValue("docker.tar.gz"));

    ContainerSpec spec = docker.launch(task);

    assertRuns(spec);
    assertThat(docker.told().all(Progressed.class))
        .extracting(Progressed::phase)
        .containsSubsequence(
            ContainerPhase.PREPARING,
            ContainerPhase.FETCHING,
            ContainerPhase.CREATING,
            ContainerPhase.PULLING,
            ContainerPhase.STARTING);
  }

  private static void write(Path sandbox, String config) {
    try {
      Files.createDirectories(sandbox.resolve(".docker"));
      Files.writeString(sandbox.resolve(".docker/config.json"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theCredentialsOfAnImageAreUsed() throws Exception {
    String config = TestRegistry.config(closed.address(), "me", "secret");
    String name = closed.pulled(closed.address() + "/" + closed.push(config, 1000));
    Image.Docker image =
        Image.Docker.newBuilder()
            .setName(name)
            .setConfig(
                Secret.newBuilder()
                    .setType(Secret.Type.VALUE)
                    .setValue(
                        Secret.Value.newBuilder()
                            .setData(com.google.protobuf.ByteString.copyFromUtf8(config))))
            .build();

    assertRuns(
        docker.launch(
            TestTasks.shell("echo ran")
                .setContainer(
                    ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setMesos(
                            ContainerInfo.MesosInfo.newBuilder()
                                .setImage(
                                    Image.newBuilder()
                                        .setType(Image.Type.DOCKER)
                                        .setDocker(image))))));
  }
}
