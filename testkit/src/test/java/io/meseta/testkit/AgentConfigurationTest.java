package io.meseta.testkit;

import static io.meseta.testkit.MesetaClusterTest.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.agent.AgentOptions;
import io.meseta.agent.InventoryFlags.OnStop;
import io.meseta.agent.InventoryFlags.Recover;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.AgentId;
import io.meseta.master.view.AgentView;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent is told of itself changes, while it runs and at a restart; and how it stops. */
@Timeout(120)
class AgentConfigurationTest {

  @TempDir private Path directory;

  private @Nullable AgentOptions options;

  private AgentOptions options() {
    return Objects.requireNonNull(options);
  }

  private MesetaCluster cluster() throws Exception {
    return MesetaClusterTest.ready(
        MesetaCluster.builder()
            .agentOptions((its, index) -> {
              options = its;
              its.attributes(directory.resolve("attributes").toString());
            }));
  }

  private void attributes(String text) throws Exception {
    Files.writeString(directory.resolve("attributes"), text);
  }

  private static AgentView agent(MesetaCluster cluster) {
    return cluster.master().view().agents().values().iterator().next();
  }

  private static AgentView agent(MesetaCluster cluster, AgentId id) {
    return Objects.requireNonNull(cluster.master().view().agents().get(id));
  }

  private static AgentId id(MesetaCluster cluster) {
    return AgentId.of(cluster.agent(0).agent().view().agent().getId());
  }

  private static String rack(AgentView agent) {
    return agent.info().getAttributesCount() == 0
        ? ""
        : agent.info().getAttributes(0).getText().getValue();
  }

  private static JsonNode page(MesetaCluster cluster, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + cluster.agent(0).agent().port() + path);
    try (InputStream page = uri.toURL().openStream()) {
      return new ObjectMapper().readTree(page);
    }
  }

  @Test
  void attributesChangeWithTheirFileAndTasksRunOn() throws Exception {
    attributes("rack:r1");
    try (MesetaCluster cluster = cluster();
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
      AgentId id = id(cluster);
      assertThat(rack(agent(cluster))).isEqualTo("r1");

      attributes("rack"); // refused, with the reason in the log
      attributes("rack:r2");

      Waiting.until("the master knows the rack", LIMIT, () -> rack(agent(cluster)).equals("r2"));
      Waiting.until(
          "the agent is back",
          LIMIT,
          () -> agent(cluster).standing() == AgentView.Standing.CONNECTED);
      assertThat(id(cluster)).isEqualTo(id);
      assertThat(cluster.agent(0).containers().runningTasks()).containsExactly("one");
      assertThat(page(cluster, "/state").at("/attributes/rack").asText()).isEqualTo("r2");
      cluster.agent(0).containers().exit("one", 0);
      framework.awaitState(TaskState.TASK_FINISHED);
    }
  }

  @Test
  void theAgentCanBeLookedAt() throws Exception {
    attributes("rack:r1");
    try (MesetaCluster cluster = cluster();
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);

      JsonNode executor = page(cluster, "/slave(1)/state").at("/frameworks/0/executors/0");
      assertThat(executor.at("/tasks/0/id").asText()).isEqualTo("one");
      assertThat(executor.at("/directory").asText())
          .startsWith(cluster.dataDirectory().resolve("agent-1").toRealPath().toString());
      JsonNode metrics = page(cluster, "/metrics/snapshot");
      assertThat(metrics.get("slave/tasks_running").asDouble()).isEqualTo(1);
      assertThat(metrics.get("slave/cpus_used").asDouble()).isEqualTo(1);
      assertThat(metrics.get("slave/recovery_time_secs").asDouble()).isPositive();
      assertThat(page(cluster, "/monitor/statistics").at("/0/executor_id").asText())
          .isEqualTo("one");

      cluster.agent(0).containers().exit("one", 0);
      framework.awaitState(TaskState.TASK_FINISHED);

      Waiting.until(
          "the framework is completed",
          LIMIT,
          () -> !cluster.agent(0).agent().view().history().frameworks().isEmpty());
      assertThat(page(cluster, "/state").at("/completed_frameworks/0/completed_executors/0/id"))
          .hasToString("\"one\"");
      assertThat(page(cluster, "/metrics/snapshot").get("slave/tasks_finished").asDouble())
          .isEqualTo(1);
    }
  }

  @Test
  void aRestartWithLessThanWhatRunsIsRefusedWithTheDifference() throws Exception {
    attributes("");
    try (MesetaCluster cluster = cluster();
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
      AgentId id = id(cluster);
      cluster.agent(0).stop();
      options().resources("cpus:0.5;mem:4096;disk:10;ports:[31000-31001]");

      assertThatThrownBy(() -> cluster.agent(0).start())
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .contains(
              "The agent does not start",
              "1 running tasks (one)",
              "[cpus:0.5] is missing",
              "is taken away",
              "--resources",
              "--recover=cleanup");

      options().resources("cpus:1.5;mem:4096;disk:10;ports:[31000-31001]");
      cluster.agent(0).start();
      Waiting.until(
          "the agent is back",
          LIMIT,
          () -> agent(cluster, id).standing() == AgentView.Standing.CONNECTED);
      assertThat(agent(cluster, id).total().cpusMilli()).isEqualTo(1500);
      assertThat(cluster.agent(0).containers().runningTasks()).containsExactly("one");
    }
  }

  @Test
  void cleanupEndsEverythingAndStartsAsAnotherAgent() throws Exception {
    attributes("");
    try (MesetaCluster cluster = cluster();
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
      AgentId id = id(cluster);
      cluster.agent(0).stop();
      options().resources("cpus:0.5;mem:4096;disk:10;ports:[31000-31001]");
      options().inventory().recover(Recover.CLEANUP);

      cluster.agent(0).start();

      framework.awaitState(TaskState.TASK_KILLED);
      assertThat(cluster.agent(0).containers().runningTasks()).isEmpty();
      Waiting.until(
          "another agent is registered",
          LIMIT,
          () -> cluster.agent(0).agent().view().agent().hasId());
      assertThat(id(cluster)).isNotEqualTo(id);
      Waiting.until(
          "the old one has left",
          LIMIT,
          () -> agent(cluster, id).standing() == AgentView.Standing.UNREACHABLE);
    }
  }

  @Test
  void drainingAtTheEndWaitsForTheAcknowledgedEndsAndTellsTheMaster() throws Exception {
    attributes("");
    try (MesetaCluster cluster = cluster();
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
      options().inventory().onStop(OnStop.DRAIN);

      cluster.agent(0).agent().stop();

      assertThat(cluster.agent(0).containers().runningTasks()).isEmpty();
      assertThat(framework.awaitState(TaskState.TASK_KILLED).getReason())
          .isEqualTo(TaskStatus.Reason.REASON_AGENT_DRAINING);
      Waiting.until(
          "the master knows",
          LIMIT,
          () -> agent(cluster).standing() == AgentView.Standing.UNREACHABLE);
    }
  }

  @Test
  void keepingIsTheDefault() throws Exception {
    attributes("");
    try (MesetaCluster cluster = cluster();
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);

      cluster.agent(0).agent().stop();

      assertThat(cluster.agent(0).containers().runningTasks()).containsExactly("one");
    }
  }
}
