package io.meseta.agent.container.docker;

import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A containerizer on a real engine, and everything launched by it, removed in the end. */
final class DockerFixture {

  static final Duration SHORT = Duration.ofSeconds(4);

  /** For what must come about without anybody telling. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  final AgentId agent = new AgentId("test-" + UUID.randomUUID() + "-S0");
  private final Path workDir;
  private final DockerOptions options;
  private final Fetcher fetcher;
  private RecordingListener listener = new RecordingListener();
  private DockerContainerizer containerizer;

  DockerFixture(Path workDir) {
    this(workDir, options -> options);
  }

  /** With options other than the defaults. */
  DockerFixture(Path workDir, UnaryOperator<DockerOptions> change) {
    this(workDir, change, (uris, sandbox, user, progress) -> {});
  }

  /** With a fetcher. */
  DockerFixture(Path workDir, UnaryOperator<DockerOptions> change, Fetcher fetcher) {
    this.workDir = workDir;
    this.fetcher = fetcher;
    this.options =
        change.apply(DockerOptions.defaults(workDir, "127.0.0.1").withHost(TestEngine.host()));
    this.containerizer = begin();
  }

  DockerFixture(URI host, Path workDir, DockerOptions.Limits limits) {
    this(workDir, options -> options.withHost(host).withLimits(limits));
  }

  /** Limits for tests in which something is slow on purpose. */
  static DockerOptions.Limits shortLimits() {
    return new DockerOptions.Limits(
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        SHORT,
        SHORT,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5));
  }

  /** As {@link #shortLimits()}, for launches that wait for an engine that is away. */
  static DockerOptions.Limits patientLimits(Duration away) {
    DockerOptions.Limits limits = shortLimits();
    return new DockerOptions.Limits(
        limits.create(),
        away,
        limits.start(),
        limits.query(),
        limits.remove(),
        limits.listInterval(),
        limits.logStall());
  }

  private DockerContainerizer begin() {
    DockerContainerizer created = new DockerContainerizer(options, fetcher);
    created.start(listener);
    return created;
  }

  /** The agent ends and comes back; what the first was told is forgotten. */
  void restart() {
    end();
    resume();
  }

  void end() {
    containerizer.close();
  }

  void resume() {
    listener = new RecordingListener();
    containerizer = begin();
  }

  DockerContainerizer containerizer() {
    return containerizer;
  }

  RecordingListener told() {
    return listener;
  }

  ContainerSpec spec(TaskInfo.Builder task) {
    ContainerSpec drafted = TestTasks.spec(UUID.randomUUID().toString(), task);
    return ContainerSpec.ofTask(
        drafted.container(),
        agent,
        drafted.framework(),
        drafted.executor(),
        drafted.user(),
        drafted.task());
  }

  ContainerSpec launch(TaskInfo.Builder task) {
    ContainerSpec spec = spec(task);
    containerizer.launch(spec);
    return spec;
  }

  Path sandbox(ContainerSpec spec) {
    return new Sandboxes(workDir)
        .path(new SandboxId(agent, spec.framework(), spec.executor(), spec.container()));
  }

  String file(ContainerSpec spec, String name) throws IOException {
    return Files.readString(sandbox(spec).resolve(name), StandardCharsets.UTF_8);
  }

  /** Waits until exactly this is in the sandbox's {@code stdout}. */
  void awaitOutput(ContainerSpec spec, String wanted) {
    Path stdout = sandbox(spec).resolve("stdout");
    await("stdout is " + wanted)
        .atMost(LIMIT)
        .until(() -> Files.exists(stdout) && file(spec, "stdout").equals(wanted));
  }

  /** Waits until the engine knows so many containers with this label, in any state. */
  void awaitContainers(String label, String value, int count) {
    String filter = "label=" + label + "=" + value;
    await(count + " containers with " + filter)
        .atMost(LIMIT)
        .until(() -> docker("ps", "-aq", "--filter", filter).lines().count() == count);
  }

  static String name(ContainerId container) {
    return Labels.engineName(container);
  }

  void close() throws IOException, InterruptedException {
    containerizer.close();
    // Those of its tasks, and what holds the networks of groups.
    String found = docker("ps", "-aq", "--filter", "label=" + Labels.AGENT + "=" + agent);
    for (String container : found.lines().toList()) {
      docker("rm", "-fv", container);
    }
  }

  /** Asks the same engine by its own command line. */
  String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("-H", options.host().toString()));
    command.addAll(List.of(arguments));
    return TestEngine.docker(command.toArray(String[]::new));
  }
}
