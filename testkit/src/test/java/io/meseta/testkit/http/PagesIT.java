package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.agent.Agent;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of a master and an agent while a task runs, in the form that clients read. */
class PagesIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path workDir;

  private static LoopbackCluster cluster;
  private static int master;
  private static Agent agent;
  private static WireFramework framework;
  private static Offer offer;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    master = cluster.leader().port();
    agent = cluster.agentWithoutEngine(workDir);
    framework = WireFramework.subscribe(master, MediaType.JSON, WireFramework.info("pages"));
    offer = framework.nextOffer();
    framework.accepted(WireTasks.launch(offer, WireTasks.docker(offer, "t", "sleep 60")));
    framework.updatesUntil(TaskState.TASK_RUNNING);
    LoopbackCluster.await(
        "the page shows that the task runs",
        () -> task().path("state").asText().equals("TASK_RUNNING"));
  }

  @AfterAll
  static void stop() throws Exception {
    framework.close();
    cluster.close();
  }

  private static JsonNode page(int port, String target) {
    try {
      RawClient.Answer answer = RawClient.get(port, target);
      assertThat(answer.status()).as("%s", answer).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      return JSON.readTree(answer.text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode task() {
    return page(master, "/state").path("frameworks").path(0).path("tasks").path(0);
  }

  // ---- the master

  @ParameterizedTest
  @ValueSource(strings = {"/state", "/master/state"})
  void theStateTellsOfTheLeader(String target) {
    JsonNode state = page(master, target);
    assertThat(state.path("leader").asText()).isEqualTo("master@127.0.0.1:" + master);
    assertThat(state.path("pid").asText()).isEqualTo("master@127.0.0.1:" + master);
    assertThat(state.path("leader_info").path("port").asInt()).isEqualTo(master);
    assertThat(state.path("version").asText()).isNotEmpty();
    assertThat(state.path("id").asText()).isNotEmpty();
    assertThat(state.path("start_time").asDouble()).isBetween(1.7e9, 4e9);
    assertThat(state.path("elected_time").asDouble())
        .isGreaterThanOrEqualTo(state.path("start_time").asDouble());
    assertThat(state.path("activated_slaves").asDouble()).isEqualTo(1);
    assertThat(state.path("flags").path("zk").asText()).isEqualTo(cluster.url());
  }

  @Test
  void theStateTellsOfTheAgentAsClientsReadIt() {
    JsonNode node = page(master, "/state").path("slaves").path(0);
    assertThat(node.path("id").asText()).isEqualTo(offer.getAgentId().getValue());
    assertThat(node.path("hostname").asText()).isEqualTo(LoopbackCluster.AGENT_HOSTNAME);
    assertThat(node.path("pid").asText()).isEqualTo("slave(1)@127.0.0.1:" + agent.port());
    assertThat(node.path("attributes").toString()).isEqualTo("{\"rack\":\"r1\",\"slots\":4.0}");
    assertThat(node.path("active").asBoolean()).isTrue();
    JsonNode resources = node.path("resources");
    assertThat(resources.path("cpus").asDouble()).isEqualTo(2);
    assertThat(resources.path("mem").asDouble()).isEqualTo(1024);
    assertThat(resources.path("gpus").isNumber()).isTrue();
    assertThat(resources.path("ports").asText()).isEqualTo("[31000-31099]");
    assertThat(node.path("used_resources").path("cpus").asDouble()).isEqualTo(0.1);
  }

  @Test
  void theStateTellsOfTheFrameworkAndItsTask() {
    JsonNode node = page(master, "/state").path("frameworks").path(0);
    assertThat(node.path("id").asText()).isEqualTo(framework.id().getValue());
    assertThat(node.path("name").asText()).isEqualTo("pages");
    assertThat(node.has("hostname")).isTrue();
    assertThat(node.has("pid")).as("no process of a framework that speaks HTTP").isFalse();
    assertThat(node.path("active").asBoolean()).isTrue();
    assertThat(node.path("tasks")).hasSize(1);
    JsonNode task = task();
    assertThat(task.path("id").asText()).isEqualTo("t");
    assertThat(task.path("slave_id").asText()).isEqualTo(offer.getAgentId().getValue());
    assertThat(task.path("resources").path("mem").asDouble()).isEqualTo(32);
    JsonNode statuses = task.path("statuses");
    assertThat(statuses.path(statuses.size() - 1).path("state").asText()).isEqualTo("TASK_RUNNING");
    assertThat(statuses.path(0).path("timestamp").isNumber()).isTrue();
  }

  @Test
  void aLargePageIsGzippedForWhoeverAsks() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master + "/state"))
            .header("Accept-Encoding", "gzip")
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
      try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
        assertThat(JSON.readTree(plain).path("slaves")).hasSize(1);
      }
    }
  }

  // ---- both

  private static int port(String daemon) {
    return daemon.equals("master") ? master : agent.port();
  }

  @ParameterizedTest
  @ValueSource(strings = {"master", "slave(1)"})
  void healthVersionAndFlagsAreThereWithAndWithoutPrefix(String daemon) throws Exception {
    int port = port(daemon);
    for (String prefix : new String[] {"", "/" + daemon}) {
      RawClient.Answer health = RawClient.get(port, prefix + "/health");
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.header("Content-Length")).isEqualTo("0");
      assertThat(page(port, prefix + "/version").path("version").asText())
          .matches("\\d+\\.\\d+\\.\\d+");
      JsonNode flags = page(port, prefix + "/flags").path("flags");
      assertThat(flags.path("ip").asText()).isEqualTo("127.0.0.1");
      assertThat(flags.size()).isGreaterThan(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"master", "slave(1)"})
  void pagesAreReadOnly(String daemon) throws Exception {
    RawClient.Answer answer =
        RawClient.ask(port(daemon), RawClient.postRequest("/flags", "", "{}"));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("GET");
    assertThat(RawClient.get(port(daemon), "/no/such/page").status()).isEqualTo(404);
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws Exception {
    try (RawClient client = new RawClient(master)) {
      client.send("HEAD /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      String all = new String(client.socket().getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(all).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
      assertThat(all.toLowerCase(Locale.ROOT)).contains("content-length: ");
    }
  }

  // ---- the agent

  @Test
  void theAgentTellsOfItsTasks() {
    JsonNode tasks = page(agent.port(), "/tasks");
    assertThat(tasks.path("id").asText()).isEqualTo(offer.getAgentId().getValue());
    assertThat(tasks.path("degraded").asBoolean()).isFalse();
    assertThat(tasks.path("tasks")).hasSize(1);
    JsonNode task = tasks.path("tasks").path(0);
    assertThat(task.path("id").asText()).isEqualTo("t");
    assertThat(task.path("state").asText()).isEqualTo("TASK_RUNNING");
    assertThat(task.path("framework_id").asText()).isEqualTo(framework.id().getValue());
  }
}
