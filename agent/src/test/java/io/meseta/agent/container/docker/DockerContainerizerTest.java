package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ExecutorId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real engine cannot be made to do at will. */
class DockerContainerizerTest {

  private static final String PULL = "POST /images/create";
  private static final String CREATE = "POST /containers/create";
  private static final String PULLED = "{\"status\":\"Status: Downloaded newer image for it\"}\n";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path workDir;
  private final RecordingListener told = new RecordingListener();
  private final CountDownLatch hang = new CountDownLatch(1);
  private FakeEngine engine;
  private DockerContainerizer containerizer;

  @BeforeEach
  void open() throws IOException {
    begin("1.41", "1.12", options -> options);
  }

  private void begin(UnaryOperator<DockerOptions> change) throws IOException {
    begin("1.41", "1.12", change);
  }

  private void begin(String version, String minimum) throws IOException {
    begin(version, minimum, options -> options);
  }

  private void begin(String version, String minimum, UnaryOperator<DockerOptions> change)
      throws IOException {
    engine = new FakeEngine(version, minimum);
    engine.answer(CREATE, "{\"Id\":\"c1\"}");
    DockerOptions.Limits limits =
        new DockerOptions.Limits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            LIMIT,
            LIMIT,
            Duration.ofMillis(200),
            LIMIT);
    containerizer =
        new DockerContainerizer(
            change.apply(
                DockerOptions.defaults(workDir, "127.0.0.1")
                    .withHost(engine.host())
                    .withLimits(limits)));
    containerizer.start(told);
  }

  @AfterEach
  void close() {
    hang.countDown();
    containerizer.close();
    engine.close();
  }

  @Test
  void speaksTheNewestVersionThatAnOlderEngineKnows() throws Exception {
    awaitRequest("GET /v1.41/containers/json");
  }

  @Test
  void speaksTheOldestVersionThatAMuchNewerEngineAccepts() throws Exception {
    close();
    begin("1.60", "1.50");

    awaitRequest("GET /v1.50/containers/json");
    assertThat(engine.requests()).filteredOn(request -> request.endsWith("/version")).isNotEmpty();
  }

  private void awaitRequest(String request) {
    await(() -> engine.requests().contains(request), request);
  }

  private void await(Callable<Boolean> condition, String what) {
    Awaitility.await(what).atMost(LIMIT).until(condition);
  }

  @Test
  void launchesThatWaitForTheSameImageShareOnePull() throws Exception {
    CountDownLatch pulling = new CountDownLatch(1);
    engine.answer(
        CREATE,
        count ->
            pulling.getCount() > 0
                ? FakeEngine.Answer.notFound()
                : new FakeEngine.Answer(201, "{\"Id\":\"c1\"}"));
    engine.answer(
        PULL,
        count -> {
          awaitQuietly(pulling);
          return FakeEngine.Answer.ok(PULLED);
        });
    ContainerSpec first = launch("a");
    ContainerSpec second = launch("b");
    ContainerSpec givenUp = launch("c");
    for (ContainerSpec spec : new ContainerSpec[] {first, second, givenUp}) {
      told.await(
          RecordingListener.Progressed.class,
          progress ->
              progress.phase() == ContainerPhase.PULLING
                  && progress.container().equals(spec.container()));
    }
    await(() -> engine.count(PULL) == 1, PULL);

    containerizer.kill(givenUp.container(), LIMIT);
    assertThat(told.awaitFailed(givenUp.container()).phase()).isEqualTo(ContainerPhase.PULLING);
    pulling.countDown();

    told.awaitStarted(first.container());
    told.awaitStarted(second.container());
    assertThat(engine.count(PULL)).isEqualTo(1);
  }

  private void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ContainerSpec launch(String id) {
    ContainerSpec spec = spec(id, DockerInfo.newBuilder());
    containerizer.launch(spec);
    return spec;
  }

  private ContainerSpec spec(String id, DockerInfo.Builder docker) {
    ContainerInfo.Builder container = TestTasks.docker(docker);
    engine.answer("POST /containers/mesos-" + id + "/start", "");
    engine.answer("GET /containers/mesos-" + id + "/json", FakeEngine.container("running", 0));
    return TestTasks.spec(id, TestTasks.shell("true").setContainer(container));
  }

  @Test
  void anImageThatTheEngineLacksIsPulledAndTheContainerCreatedThen() throws Exception {
    engine.answer(
        CREATE,
        count ->
            count == 0
                ? FakeEngine.Answer.notFound()
                : new FakeEngine.Answer(201, "{\"Id\":\"c1\"}"));
    engine.answer(PULL, PULLED);

    ContainerSpec spec = launch("a");

    told.awaitStarted(spec.container());
    assertThat(told.all(RecordingListener.Progressed.class))
        .extracting(RecordingListener.Progressed::phase)
        .containsSubsequence(
            ContainerPhase.CREATING,
            ContainerPhase.PULLING,
            ContainerPhase.CREATING,
            ContainerPhase.STARTING);
  }

  @Test
  void aForcedPullIsDoneAlthoughTheImageIsThere() throws Exception {
    engine.answer(PULL, PULLED);
    ContainerSpec spec = spec("a", DockerInfo.newBuilder().setForcePullImage(true));

    containerizer.launch(spec);

    told.awaitStarted(spec.container());
    assertThat(engine.count(PULL)).isEqualTo(1);
  }

  @Test
  void gpusAndLimitsAreAskedForInTheRequest() throws Exception {
    ContainerSpec spec = spec("a", DockerInfo.newBuilder());

    containerizer.launch(
        spec.withTask(spec.task().toBuilder().addResources(TestTasks.scalar("gpus", 2)).build()));

    told.awaitStarted(spec.container());
    assertThat(engine.body(CREATE))
        .contains("\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"Count\":2,")
        .contains("\"Capabilities\":[[\"gpu\"]]")
        .contains("\"CpuQuota\":50000");
  }

  @Test
  void theRegistryIsToldTheCredentialsForIt() throws Exception {
    close();
    begin(options ->
        options.withPulls(
            options
                .pulls()
                .withCredentials(
                    DockerConfig.of(
                        "{\"auths\":{\"https://index.docker.io/v1/\":{\"username\":\"u\","
                            + "\"password\":\"p\"}}}"))));
    engine.answer(PULL, PULLED);
    ContainerSpec spec = spec("a", DockerInfo.newBuilder().setForcePullImage(true));

    containerizer.launch(spec);

    told.awaitStarted(spec.container());
    assertThat(new String(Base64.getUrlDecoder().decode(engine.auth(PULL)), StandardCharsets.UTF_8))
        .isEqualTo("{\"password\":\"p\",\"serveraddress\":\"docker.io\",\"username\":\"u\"}");
  }

  @Test
  void withoutAFetcherUrisAreRefused() throws Exception {
    ContainerSpec spec = spec("a", DockerInfo.newBuilder());
    TaskInfo.Builder task = spec.task().toBuilder();
    task.getCommandBuilder().addUrisBuilder().setValue("http://a.example/x");

    containerizer.launch(spec.withTask(task.build()));

    RecordingListener.Failed failed = told.awaitFailed(spec.container());
    assertThat(failed.phase()).isEqualTo(ContainerPhase.FETCHING);
    assertThat(failed.reason()).contains("command.uris is not supported here");
  }

  @Test
  void whatAPullIsRefusedWithIsTold() throws Exception {
    engine.answer(CREATE, count -> FakeEngine.Answer.notFound());
    engine.answer(
        PULL,
        """
        {"status":"Pulling"}
        {"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}
        """);

    ContainerSpec spec = launch("a");

    RecordingListener.Failed failed = told.awaitFailed(spec.container());
    assertThat(failed.phase()).isEqualTo(ContainerPhase.PULLING);
    assertThat(failed.reason()).contains("manifest unknown");
  }

  @Test
  void aCreateThatHangsFailsTheLaunchAndWhatComesOfItLaterIsRemoved() throws Exception {
    engine.answer(
        CREATE,
        count -> {
          awaitQuietly(hang);
          return FakeEngine.Answer.ok("{\"Id\":\"c1\"}");
        });
    ContainerSpec spec = launch("a");

    assertThat(told.awaitFailed(spec.container()).phase()).isEqualTo(ContainerPhase.CREATING);
    await(() -> engine.count("DELETE /containers/mesos-a") == 1, "the first removal");
    engine.answer(
        "GET /containers/json",
        "[{\"Id\":\"c1\",\"State\":\"created\",\"Labels\":{\"%s\":\"a\"}}]"
            .formatted(Labels.CONTAINER));

    // The engine shows it before it can be found by name: one refused removal is not the last.
    await(() -> engine.count("DELETE /containers/mesos-a") >= 4, "the later removals");
    assertThat(told.endsOf(spec.container())).hasSize(1);
  }

  @Test
  void aStartThatHangsButHappenedIsAStart() throws Exception {
    ContainerSpec spec = spec("a", DockerInfo.newBuilder());
    engine.answer(
        "POST /containers/mesos-a/start",
        count -> {
          awaitQuietly(hang);
          return FakeEngine.Answer.ok("");
        });

    containerizer.launch(spec);

    assertThat(told.awaitStarted(spec.container()).pid()).hasValue(7);
    assertThat(told.endsOf(spec.container())).isEmpty();
  }

  @Test
  void aStartThatHangsAndDidNotHappenFailsOnceTheContainerIsRemoved() throws Exception {
    ContainerSpec spec = spec("a", DockerInfo.newBuilder());
    engine.answer("GET /containers/mesos-a/json", FakeEngine.container("created", 0));
    engine.answer("DELETE /containers/mesos-a", "");
    engine.answer(
        "POST /containers/mesos-a/start",
        count -> {
          awaitQuietly(hang);
          return FakeEngine.Answer.ok("");
        });

    containerizer.launch(spec);

    assertThat(told.awaitFailed(spec.container()).phase()).isEqualTo(ContainerPhase.STARTING);
    assertThat(engine.count("DELETE /containers/mesos-a")).isEqualTo(1);
  }

  @Test
  void aNameThatIsTakenIsNotRemoved() throws Exception {
    engine.answer(CREATE, count -> new FakeEngine.Answer(409, "{\"message\":\"in use\"}"));

    ContainerSpec spec = launch("a");

    assertThat(told.awaitFailed(spec.container()).reason()).contains("in use");
    assertThat(engine.count("DELETE /containers/mesos-a")).isZero();
  }

  @Test
  void aFaultOfTheAgentRemovesTheContainerAndIsTheEnd() throws Exception {
    ContainerSpec good = spec("a", DockerInfo.newBuilder());
    // Its sandbox cannot be named: adopting it fails where nobody expects that.
    ContainerSpec spec =
        ContainerSpec.ofTask(
            good.container(),
            good.agent(),
            good.framework(),
            new ExecutorId(".."),
            good.user(),
            good.task());

    containerizer.adopt(spec);

    assertThat(told.awaitExited(spec.container()).fault().orElseThrow())
        .contains("cannot name a directory");
    assertThat(engine.count("DELETE /containers/mesos-a")).isEqualTo(1);
    assertThat(told.endsOf(spec.container())).hasSize(1);
  }

  @Test
  void containersAreObservedAsSoonAsTheEngineCanListThem() {
    engine.answer("GET /containers/json", count -> new FakeEngine.Answer(500, "{}"));
    long before = engine.count("GET /containers/json");
    containerizer.observe(TestTasks.AGENT);
    await(() -> engine.count("GET /containers/json") >= before + 5, "trying again");
    assertThat(told.all(RecordingListener.Observed.class)).isEmpty();

    engine.answer("GET /containers/json", "[]");

    await(() -> !told.all(RecordingListener.Observed.class).isEmpty(), "the observation");
  }

  @Test
  void aListingThatCannotBeHandledDoesNotEndTheListings() throws Exception {
    // A container that is none: handling the answer fails.
    engine.answer("GET /containers/json", "[null]");
    long before = engine.count("GET /containers/json");
    await(() -> engine.count("GET /containers/json") >= before + 2, "another listing");
    engine.answer("GET /containers/json", "[]");

    ContainerSpec spec = launch("a");
    told.awaitStarted(spec.container());
    engine.answer("GET /containers/mesos-a/json", FakeEngine.container("exited", 9));

    assertThat(told.awaitExited(spec.container()).exitCode()).hasValue(9);
  }

  @Test
  void anEndWithoutAnEventIsFoundByTheListing() throws Exception {
    ContainerSpec spec = launch("a");
    told.awaitStarted(spec.container());

    engine.answer("GET /containers/mesos-a/json", FakeEngine.container("exited", 9));

    assertThat(told.awaitExited(spec.container()).exitCode()).hasValue(9);
    assertThat(told.endsOf(spec.container())).hasSize(1);
  }
}
