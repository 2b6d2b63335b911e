package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.Recorder.Wanted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent is told to stop with SIGTERM. */
class AgentStopIT {

  private static final String AGENT = "agent-0";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** 128 and the number of SIGTERM. */
  private static final int TERMINATED = 143;

  private final String run = Scene.newPrefix();

  @TempDir Path data;

  private static Cluster.Options onStop(String what) {
    return new Cluster.Options(List.of(), List.of("--on_stop=" + what), Optional.empty());
  }

  @Test
  void drainingEndsItsTasksFirstAndThenItself() throws Exception {
    String task = run + "polite";
    try (Scene scene = Scene.open("agent-stop-drain", data, onStop("drain"))) {
      Recorder framework = scene.framework();
      framework.submit(
          List.of(Recorder.shell(task, "trap 'sleep 1; exit 0' TERM; sleep 1000 & wait")));
      framework.awaitRunning(List.of(task), LIMIT);
      Daemon agent = scene.cluster().agent(AGENT);

      agent.terminate();

      assertThat(agent.awaitExit(LIMIT)).isEqualTo(TERMINATED);
      assertThat(framework.endsOf(task)).containsExactly(TaskState.TASK_KILLED);
      assertThat(Docker.containersOf(agentId(scene))).noneMatch(container -> container.running());
      await("the master knows at once that it is away")
          .atMost(Duration.ofSeconds(10))
          .until(() -> isUnreachable(scene));
      framework.teardown();
    }
  }

  @Test
  void aSecondSignalEndsItAtOnceAndTheTaskRunsOn() throws Exception {
    String task = run + "stubborn";
    try (Scene scene = Scene.open("agent-stop-twice", data, onStop("drain"))) {
      Recorder framework = scene.framework();
      framework.submit(List.of(stubborn(task)));
      framework.awaitRunning(List.of(task), LIMIT);
      Daemon agent = scene.cluster().agent(AGENT);
      agent.terminate();
      await("it waits, and says for what")
          .atMost(LIMIT)
          .until(() -> Files.readString(agent.log()).contains("Stopping: 1 tasks still run"));
      assertThat(agent.isAlive()).isTrue();

      agent.terminate();

      assertThat(agent.awaitExit(Duration.ofSeconds(5))).isEqualTo(TERMINATED);
      assertThat(Docker.containerOf(agentId(scene), task).running()).isTrue();
      framework.teardown();
    }
  }

  private static String agentId(Scene scene) {
    return scene.cluster().agentIds().iterator().next();
  }

  private static boolean isUnreachable(Scene scene) throws Exception {
    Daemon leader = scene.cluster().awaitLeader(LIMIT);
    return leader
        .page("/state")
        .filter(state -> state.path("unreachable_slaves").asInt() == 1)
        .isPresent();
  }

  /** Does not end before it is ended by force. */
  private static Wanted stubborn(String id) {
    Wanted wanted = Recorder.shell(id, "trap '' TERM; while true; do sleep 1; done");
    wanted.description().killGrace(Duration.ofMinutes(1));
    return wanted;
  }
}
