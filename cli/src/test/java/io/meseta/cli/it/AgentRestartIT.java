package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.Recorder.Wanted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent is killed with {@code kill -9} and started again with the same work directory. */
class AgentRestartIT {

  private static final String AGENT = "agent-0";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LAUNCHES = Duration.ofSeconds(60);

  private final String run = Scene.newPrefix();

  @TempDir Path data;
  @TempDir Path gate;

  @Test
  void itAdoptsItsContainersAndTellsWhatEndedMeanwhile() throws Exception {
    try (Scene scene = Scene.open("agent-restart", data, 1, 1)) {
      new Adoption(scene).run();
      scene.framework().teardown();
    }
  }

  /** One run; its steps in the order in which they are called. */
  private final class Adoption {
    private final Cluster cluster;
    private final Recorder framework;
    private final ContainerStarts starts;
    private final String agentId;
    private final String counter = run + "counter";
    private final String sleeper = run + "sleeper";
    private final String gated = run + "gated";

    Adoption(Scene scene) {
      this.cluster = scene.cluster();
      this.framework = scene.framework();
      this.starts = scene.starts();
      this.agentId = cluster.agentIds().iterator().next();
    }

    void run() throws Exception {
      launch();
      Docker.Container counting = Docker.containerOf(agentId, counter);
      Docker.Container sleeping = Docker.containerOf(agentId, sleeper);
      Docker.Container ending = Docker.containerOf(agentId, gated);
      await("some lines are copied").atMost(LIMIT).until(() -> linesCopied() > 20);

      cluster.agent(AGENT).kill();
      long linesAtKill = linesCopied();
      Files.createFile(gate.resolve("open"));
      assertThat(Docker.waitFor(ending.id())).isEqualTo(7);
      awaitAgentIsGone();
      assertThat(framework.endsOf(gated)).isEmpty();

      Instant start = Instant.now();
      Daemon agent = cluster.restartAgent(AGENT);
      Instant listens = Instant.now();
      await("it is registered")
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> Cluster.registeredAs(agent).isPresent());
      Instant registered = Instant.now();
      framework.awaitEndUpdate(gated, LIMIT);
      System.out.printf(
          "from the new start of the agent, in ms: it listens %d, is registered %d, told of the"
              + " task that had ended %d%n",
          millis(start, listens),
          millis(start, registered),
          millis(start, framework.endUpdateOf(gated).orElseThrow().at()));

      assertThat(Cluster.registeredAs(agent)).contains(agentId);
      assertThat(framework.endsOf(gated)).containsExactly(TaskState.TASK_FAILED);
      assertThat(framework.lastOf(gated).getMessage()).contains("status 7");
      await("the copying goes on").atMost(LIMIT).until(() -> linesCopied() > linesAtKill + 20);
      assertThat(Docker.containerOf(agentId, counter)).isEqualTo(counting);
      assertThat(Docker.containerOf(agentId, sleeper)).isEqualTo(sleeping);

      killTheAdoptedOnes();
      assertOutputIsComplete(linesAtKill);
      awaitNothingIsLeft(agent, agentId);
      for (String task : List.of(counter, sleeper, gated)) {
        starts.assertStarts(task, 1);
      }
    }

    private void launch() throws Exception {
      Wanted waits =
          Recorder.shell(
              gated, "while [ ! -e /gate/open ]; do sleep 0.05; done; echo the last words; exit 7");
      waits.description().readOnlyVolume(gate.toString(), "/gate");
      Wanted counts =
          Recorder.shell(
              counter,
              "trap 'exit 0' TERM; i=0; while true; do i=$((i+1)); echo line $i; sleep 0.02; done");
      Wanted sleeps = Recorder.shell(sleeper, "trap 'exit 0' TERM; sleep 1000 & wait");
      framework.submit(List.of(counts, sleeps, waits));
      framework.awaitRunning(List.of(counter, sleeper, gated), LIMIT);
    }

    private void awaitAgentIsGone() throws Exception {
      Daemon leader = cluster.awaitLeader(LIMIT);
      await("the master misses the agent")
          .atMost(LIMIT)
          .until(() -> cluster.activeAgents(leader).isEmpty());
    }

    private void killTheAdoptedOnes() throws Exception {
      Instant asked = Instant.now();
      framework.kill(counter);
      framework.kill(sleeper);
      framework.awaitEnds(List.of(counter, sleeper), LIMIT);
      System.out.printf(
          "the adopted ones were killed within %d ms%n", millis(asked, Instant.now()));
      assertThat(framework.endsOf(counter)).containsExactly(TaskState.TASK_KILLED);
      assertThat(framework.endsOf(sleeper)).containsExactly(TaskState.TASK_KILLED);
    }

    /** Each line once and in order, across the time in which nobody copied. */
    private void assertOutputIsComplete(long linesAtKill) throws IOException {
      List<String> lines = output(counter).lines().toList();
      List<String> expected = new ArrayList<>();
      for (int i = 1; i <= lines.size(); i++) {
        expected.add("line " + i);
      }
      assertThat(lines).isEqualTo(expected).hasSizeGreaterThan((int) linesAtKill);
      assertThat(output(gated)).isEqualTo("the last words\n");
      System.out.printf(
          "output: %d lines, %d of them when the agent was killed%n", lines.size(), linesAtKill);
    }

    private long linesCopied() throws IOException {
      return output(counter).lines().count();
    }

    private String output(String task) throws IOException {
      return Files.readString(stdout(cluster, task), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest(name = "after {0} starts")
  @ValueSource(ints = {0, 5})
  void whatItWasLaunchingEndsOnce(int startsBefore) throws Exception {
    try (Scene scene = Scene.open("agent-restart-" + startsBefore, data, 1, 1)) {
      Cluster cluster = scene.cluster();
      Recorder framework = scene.framework();
      ContainerStarts starts = scene.starts();
      String agentId = cluster.agentIds().iterator().next();
      List<String> tasks = Stream.iterate(0, i -> i + 1).limit(20).map(i -> run + i).toList();
      framework.submit(tasks.stream().map(id -> Recorder.shell(id, "sleep 0.5; exit 3")).toList());
      framework.awaitUpdate(tasks.get(0), LAUNCHES);
      // Often: the kill shall come while there is more to be launched.
      await("launches are under way")
          .atMost(LAUNCHES)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> ours(starts) >= startsBefore);

      cluster.agent(AGENT).kill();
      Daemon agent = cluster.restartAgent(AGENT);
      framework.awaitEnds(tasks, LAUNCHES);

      assertThat(Cluster.registeredAs(agent)).contains(agentId);
      awaitNothingIsLeft(agent, agentId);
      int failed = 0;
      for (String task : tasks) {
        assertThat(framework.endsOf(task)).as(task).hasSize(1);
        boolean ran = framework.endsOf(task).contains(TaskState.TASK_FAILED);
        if (ran) {
          assertThat(framework.lastOf(task).getMessage()).as(task).contains("status 3");
        } else {
          assertThat(framework.endsOf(task)).as(task).containsExactly(TaskState.TASK_DROPPED);
        }
        starts.assertStarts(task, ran ? 1 : 0);
        failed += ran ? 1 : 0;
      }
      System.out.printf(
          "agent killed after %d starts or a few more: %d of %d tasks ran, the others were dropped%n",
          startsBefore, failed, tasks.size());
      framework.teardown();
    }
  }

  private long ours(ContainerStarts starts) throws IOException {
    return starts.tasks().stream().filter(task -> task.startsWith(run)).count();
  }

  /** All updates are acknowledged, and what ended is removed. */
  private static void awaitNothingIsLeft(Daemon agent, String agentId) throws Exception {
    await("the agent has no task")
        .atMost(LIMIT)
        .until(() -> agent.page("/tasks").filter(page -> page.path("tasks").isEmpty()).isPresent());
    await("no container is left").atMost(LIMIT).until(() -> Docker.containersOf(agentId).isEmpty());
  }

  /** The file that a task's output goes to; there is one sandbox, since it was launched once. */
  private static Path stdout(Cluster cluster, String task) throws IOException {
    Path sandboxes = cluster.workDirectory(AGENT).resolve("slaves");
    String ofTask = "/executors/" + task + "/runs/";
    try (Stream<Path> files =
        Files.find(
            sandboxes,
            Integer.MAX_VALUE,
            (path, facts) -> path.endsWith("stdout") && path.toString().contains(ofTask))) {
      List<Path> found = files.toList();
      assertThat(found).as("outputs of %s", task).hasSize(1);
      return found.get(0);
    }
  }

  private static long millis(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
