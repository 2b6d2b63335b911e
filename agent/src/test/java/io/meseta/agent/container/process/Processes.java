package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A containerizer in a directory of its own, its tasks, and what the machine knows of them. */
final class Processes implements AutoCloseable {

  static final AgentId AGENT = new AgentId("test-S0");
  static final Fetcher NO_FETCHER =
      (uris, sandbox, user, progress) -> {
        throw new AssertionError("nothing is to be fetched");
      };

  private final Path workDir;
  private final String root = "meseta-test-" + UUID.randomUUID();
  private final List<ContainerId> launched = new ArrayList<>();
  private final Fetcher fetcher;
  private ProcessOptions options;
  private RecordingListener told = new RecordingListener();
  private ProcessContainerizer containerizer;

  Processes(Path workDir) {
    this(workDir, NO_FETCHER);
  }

  Processes(Path workDir, Fetcher fetcher) {
    this.workDir = workDir;
    this.fetcher = fetcher;
    this.options = ProcessOptions.defaults(workDir, "127.0.0.1").withCgroups(root, 500);
    this.containerizer = new ProcessContainerizer(options, fetcher);
  }

  Processes with(ProcessOptions other) {
    options = other;
    containerizer = new ProcessContainerizer(options, fetcher);
    return this;
  }

  ProcessOptions options() {
    return options;
  }

  Processes start() {
    containerizer.start(told);
    return this;
  }

  /**
   * What kill -9 of the agent and its return are to processes: nobody cleans up or says goodbye.
   */
  void restart() {
    ProcessContainerizer abandoned = containerizer;
    containerizer = new ProcessContainerizer(options, fetcher);
    told = new RecordingListener();
    abandoned.close();
    containerizer.start(told);
  }

  ProcessContainerizer containerizer() {
    return containerizer;
  }

  RecordingListener told() {
    return told;
  }

  String root() {
    return root;
  }

  static TaskInfo.Builder shell(String command) {
    return task(CommandInfo.newBuilder().setShell(true).setValue(command));
  }

  /** Of half a CPU and 64 MiB. */
  static TaskInfo.Builder task(CommandInfo.Builder command) {
    return sized(command, 0.5, 64);
  }

  static TaskInfo.Builder sized(CommandInfo.Builder command, double cpus, double mem) {
    return TaskInfo.newBuilder()
        .setName("test")
        .setTaskId(TaskID.newBuilder().setValue("task-1"))
        .setAgentId(AgentID.newBuilder().setValue(AGENT.value()))
        .setCommand(command)
        .addResources(scalar("cpus", cpus))
        .addResources(scalar("mem", mem));
  }

  static Resource.Builder scalar(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value))
        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("tests"));
  }

  static ContainerSpec spec(TaskInfo.Builder task) {
    return ContainerSpec.ofTask(
        new ContainerId(UUID.randomUUID().toString()),
        AGENT,
        new FrameworkId("test-0001"),
        new ExecutorId("ct:1:" + task.getTaskId().getValue()),
        "",
        task.build());
  }

  ContainerSpec launch(TaskInfo.Builder task) {
    return launch(spec(task));
  }

  ContainerSpec launch(ContainerSpec spec) {
    launched.add(spec.container());
    containerizer.launch(spec);
    return spec;
  }

  Path sandbox(ContainerSpec spec) {
    return new Sandboxes(workDir).path(ProcessLaunch.sandboxId(spec));
  }

  String stdout(ContainerSpec spec) throws IOException {
    return Files.readString(sandbox(spec).resolve("stdout"));
  }

  String stderr(ContainerSpec spec) throws IOException {
    return Files.readString(sandbox(spec).resolve("stderr"));
  }

  /** Removes a container and waits until nothing of it is left. */
  void removed(ContainerId container) {
    containerizer.remove(container);
    await("nothing is left of " + container)
        .atMost(Duration.ofSeconds(30))
        .until(() -> leftovers(container).isEmpty());
  }

  /** All that a container may leave: control groups, files of a run, processes. */
  List<String> leftovers(ContainerId container) throws IOException {
    List<String> left = new ArrayList<>();
    for (Path directory : groups(container.value())) {
      left.add(directory.toString());
    }
    for (String file : List.of("start/", "state/")) {
      Path path = workDir.resolve("processes").resolve(file + container.value());
      if (Files.exists(path)) {
        left.add(path.toString());
      }
    }
    left.addAll(processesNaming(TaskEnvironment.containerName(container.value())));
    return left;
  }

  /** Directories of a group in all trees. */
  List<Path> groups(String name) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> trees = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path tree : trees.toList()) {
        Path group = tree.resolve(root).resolve(name);
        if (Files.isDirectory(group)) {
          found.add(group);
        }
      }
    }
    return found;
  }

  private static List<String> processesNaming(String name) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(path -> path.toString().matches("/proc/[0-9]+")).toList()) {
        if (environment(process).contains(name)) {
          found.add(process.toString());
        }
      }
    }
    return found;
  }

  private static String environment(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("environ")),
          java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  /** Ends all, and sees that nothing has been left behind. */
  @Override
  public void close() throws IOException {
    for (ContainerId container : launched) {
      removed(container);
    }
    containerizer.close();
    for (Path directory : groups("")) {
      assertThat(groupsInside(directory)).isEmpty();
      Files.delete(directory);
    }
  }

  private static List<Path> groupsInside(Path directory) throws IOException {
    try (Stream<Path> inside = Files.list(directory)) {
      return inside.filter(Files::isDirectory).toList();
    }
  }
}
