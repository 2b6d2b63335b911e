package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.Recorder.Wanted;
import io.meseta.scheduler.Tasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent with fifty plain processes is killed with {@code kill -9} again and again: some end
 * while it is away, and others are being launched in that moment.
 *
 * <p>{@code -Dmeseta.crash.rounds=20} for more rounds.
 */
class AgentCrashIT {

  private static final String AGENT = "agent-0";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROUNDS = Integer.getInteger("meseta.crash.rounds", 4);
  private static final int STAYING = 40;
  private static final int ENDING = 10;

  /** Code is loaded and pools are filled meanwhile; a leak of each task would be far more. */
  private static final int MORE_FILES = 20;

  private final String run = Scene.newPrefix();
  private final String cgroups = "meseta-it-" + run.replace("-", "");
  private final List<Long> readyMillis = new ArrayList<>();

  @TempDir Path data;
  @TempDir Path gates;

  @Test
  void nothingIsLostDoubledOrLeaked() throws Exception {
    Cluster.Options options =
        new Cluster.Options(
            List.of(),
            List.of("--containerizers=process", "--cgroups_root=" + cgroups),
            Optional.empty());
    try (Cluster cluster = Cluster.start("agent-crash", data, 1, 1, options);
        Recorder framework = Recorder.connect(cluster.zk())) {
      int filesBefore = openFiles(cluster.agent(AGENT));
      List<String> staying = names("stays", STAYING);
      framework.submit(
          staying.stream().map(id -> process(id, "echo began; exec sleep 1000")).toList());
      framework.awaitRunning(staying, LIMIT);
      for (int round = 0; round < ROUNDS; round++) {
        crash(cluster, framework, round);
        assertThat(staying).allSatisfy(id -> assertThat(framework.endsOf(id)).isEmpty());
      }
      System.out.printf(
          "%d rounds; from the start of the agent's process until it is registered, ms: %s%n",
          ROUNDS, readyMillis);
      staying.forEach(framework::kill);
      framework.awaitEnds(staying, LIMIT);
      for (String id : staying) {
        assertThat(framework.endsOf(id)).as(id).containsExactly(TaskState.TASK_KILLED);
        assertThat(output(cluster, id)).as(id).isEqualTo("began\n");
      }
      assertNothingIsLeft(cluster, filesBefore);
      framework.teardown();
    }
  }

  private void crash(Cluster cluster, Recorder framework, int round) throws Exception {
    List<String> ending = names("ends-" + round, ENDING);
    List<String> starting = names("starts-" + round, ENDING);
    for (String id : ending) {
      assertThat(new ProcessBuilder("mkfifo", gate(id).toString()).start().waitFor()).isZero();
    }
    framework.submit(
        IntStream.range(0, ENDING)
            .mapToObj(i ->
                process(
                    ending.get(i),
                    "echo began; read word < " + gate(ending.get(i)) + "; exit " + (i + 20)))
            .toList());
    framework.awaitRunning(ending, LIMIT);
    framework.submit(
        starting.stream().map(id -> process(id, "echo began; sleep 0.3; exit 4")).toList());
    framework.awaitLaunched(starting.get(0), LIMIT);

    cluster.agent(AGENT).kill();
    for (String id : ending) {
      Files.writeString(gate(id), "go\n");
    }
    Instant begin = Instant.now();
    Daemon agent = cluster.restartAgent(AGENT);
    await("it is registered")
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> Cluster.registeredAs(agent).isPresent());
    readyMillis.add(Duration.between(begin, Instant.now()).toMillis());

    framework.awaitEnds(ending, LIMIT);
    for (int i = 0; i < ENDING; i++) {
      String id = ending.get(i);
      assertThat(framework.endsOf(id)).as(id).containsExactly(TaskState.TASK_FAILED);
      assertThat(framework.lastOf(id).getMessage()).as(id).contains("status " + (i + 20));
      assertThat(output(cluster, id)).as(id).isEqualTo("began\n");
    }
    framework.awaitEnds(starting, LIMIT);
    for (String id : starting) {
      assertThat(framework.endsOf(id)).as(id).hasSize(1);
      if (framework.endsOf(id).contains(TaskState.TASK_FAILED)) {
        assertThat(framework.lastOf(id).getMessage()).as(id).contains("status 4");
        assertThat(output(cluster, id)).as(id).isEqualTo("began\n");
      } else {
        assertThat(framework.endsOf(id)).as(id).containsExactly(TaskState.TASK_DROPPED);
      }
    }
  }

  private void assertNothingIsLeft(Cluster cluster, int filesBefore) throws Exception {
    Daemon agent = cluster.agent(AGENT);
    await("the agent has no task")
        .atMost(LIMIT)
        .until(() -> agent.page("/tasks").filter(page -> page.path("tasks").isEmpty()).isPresent());
    await("no control group is left").atMost(LIMIT).until(() -> groups().isEmpty());
    Path states = cluster.workDirectory(AGENT).resolve("processes/state");
    await("no run file is left").atMost(LIMIT).until(() -> entries(states).isEmpty());
    await("no file stays open")
        .atMost(LIMIT)
        .until(() -> openFiles(agent) <= filesBefore + MORE_FILES);
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(data.toString());
  }

  /** Those of containers, in all hierarchies. */
  private List<Path> groups() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path hierarchy : entries(Path.of("/sys/fs/cgroup"))) {
      Path root = hierarchy.resolve(cgroups);
      if (Files.isDirectory(root)) {
        entries(root).stream().filter(Files::isDirectory).forEach(found::add);
      }
    }
    return found;
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static int openFiles(Daemon daemon) throws IOException {
    return entries(Path.of("/proc", Long.toString(daemon.pid()), "fd")).size();
  }

  private List<String> names(String what, int count) {
    return IntStream.range(0, count).mapToObj(i -> run + what + "-" + i).toList();
  }

  private Path gate(String id) {
    return gates.resolve(id);
  }

  private static Wanted process(String id, String command) {
    return new Wanted(
        id,
        Optional.empty(),
        Tasks.process(command).id(id).name(id).cpus(0.05).memoryMiB(32).killGrace(LIMIT));
  }

  private static String output(Cluster cluster, String task) throws IOException {
    String ofTask = "/executors/" + task + "/runs/";
    try (Stream<Path> files =
        Files.find(
            cluster.workDirectory(AGENT).resolve("slaves"),
            Integer.MAX_VALUE,
            (path, facts) -> path.endsWith("stdout") && path.toString().contains(ofTask))) {
      List<Path> found = files.toList();
      assertThat(found).as("outputs of %s", task).hasSize(1);
      return Files.readString(found.get(0), StandardCharsets.UTF_8);
    }
  }
}
