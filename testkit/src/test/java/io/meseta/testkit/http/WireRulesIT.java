package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.agent.Agent;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules of the wire that have no other test: docs/wire-rules.md says for each rule where it is
 * tested. Containers are scripted, so no engine is needed.
 */
class WireRulesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "Content-Type: application/json\r\n";
  private static final String SUBSCRIBE =
      "{\"type\":\"SUBSCRIBE\","
          + "\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"rules\"}}}";

  @TempDir static Path workDir;

  private static LoopbackCluster cluster;
  private static Agent agent;
  private static int master;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    master = cluster.leader().port();
    agent = cluster.agentWithoutEngine(workDir);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static int port(String daemon) {
    return daemon.equals("master") ? master : agent.port();
  }

  private static RawClient.Answer subscribe(String body) throws Exception {
    return RawClient.ask(master, RawClient.postRequest(WireFramework.PATH, TYPE, body));
  }

  // ---- HTTP: rules 1 to 13

  @ParameterizedTest
  @CsvSource({
    "master, /api/v1",
    "master, /master/api/v1",
    "master, /api/v1/scheduler",
    "master, /master/api/v1/scheduler",
    "master, http://some.host:5050/api/v1",
    "agent, /api/v1",
    "agent, /slave(1)/api/v1",
    "agent, /api/v1/executor",
    "agent, /slave(1)/api/v1/executor",
    "agent, http://some.host:5051/slave(1)/api/v1"
  })
  void everyApiRefusesInTheSameWayUnderEachOfItsPaths(String daemon, String path) throws Exception {
    int port = port(daemon);
    RawClient.Answer method = RawClient.get(port, path);
    assertRefused(method, 405);
    assertThat(method.header("Allow")).isEqualTo("POST");
    assertRefused(RawClient.ask(port, RawClient.postRequest(path, "", "{}")), 400);
    assertRefused(
        RawClient.ask(port, RawClient.postRequest(path, "Content-Type: text/html\r\n", "{}")), 415);
    assertRefused(RawClient.ask(port, RawClient.postRequest(path, TYPE, "{")), 400);
  }

  private static void assertRefused(RawClient.Answer answer, int status) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("Content-Length")).isEqualTo("" + answer.body().length);
    assertThat(answer.text()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/state", "/slave(1)/state", "http://any.host/slave(1)/state"})
  void theAgentsPagesAreThereWithAndWithoutItsPrefix(String target) throws Exception {
    RawClient.Answer state = RawClient.get(agent.port(), target);
    assertThat(state.status()).isEqualTo(200);
    assertThat(JSON.readTree(state.text()).path("id").asText()).contains("-S");
  }

  @Test
  void aRequestMayComeByteByByte() throws Exception {
    try (RawClient client = new RawClient(master)) {
      for (char c : RawClient.postRequest(WireFramework.PATH, TYPE, SUBSCRIBE).toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(new String(client.readChunk(), UTF_8)).contains("SUBSCRIBED");
    }
  }

  @Test
  void aStreamIsNeverCompressedWhoeverAsks() throws Exception {
    try (RawClient client = new RawClient(master)) {
      String headers = TYPE + "Accept-Encoding: gzip, deflate\r\n";
      client.send(RawClient.postRequest(WireFramework.PATH, headers, SUBSCRIBE));
      assertThat(client.readHead().has("Content-Encoding")).isFalse();
      assertThat(new String(client.readChunk(), UTF_8)).contains("\"type\":\"SUBSCRIBED\"");
    }
  }

  /** Again and again, since it is a race: the end of the input against the answer of the core. */
  @Test
  void aClientThatHasClosedItsSendingHalfGetsItsAnswer() throws Exception {
    String teardown = "{\"type\":\"TEARDOWN\",\"framework_id\":{\"value\":\"nobody\"}}";
    for (int i = 0; i < 300; i++) {
      String path = i % 2 == 0 ? WireFramework.PATH : "/api/v1";
      String body =
          i % 2 == 0
              ? teardown
              : "{\"type\":\"TEARDOWN\",\"teardown\":{\"framework_id\":{\"value\":\"x\"}}}";
      try (RawClient client = new RawClient(master)) {
        client.send(RawClient.postRequest(path, TYPE, body));
        client.socket().shutdownOutput();
        assertThat(client.read().status()).isBetween(400, 404);
      }
    }
  }

  @Test
  void credentialsThatNobodyAskedForDoNoHarm() throws Exception {
    try (RawClient client = new RawClient(master)) {
      String headers = TYPE + "Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n";
      client.send(RawClient.postRequest(WireFramework.PATH, headers, SUBSCRIBE));
      assertThat(client.readHead().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "a b", ".", "..", "a/*"})
  void aBadRoleIsToldOnTheStreamWhichThenEnds(String role) throws Exception {
    String body =
        """
        {"type":"SUBSCRIBE","subscribe":{"framework_info":
          {"user":"root","name":"role","role":"%s"}}}
        """
            .formatted(role);
    RawClient.Answer answer = subscribe(body);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.chunks()).hasSize(1);
    assertThat(new String(WireFramework.recordIn(answer.chunks().get(0)), UTF_8))
        .startsWith("{\"type\":\"ERROR\",\"error\":{\"message\":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"SUBSCRIBE\",\"framework_id\":{\"value\":\"a\"},\"subscribe\":"
            + "{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}",
        "{\"type\":\"SUBSCRIBE\",\"subscribe\":"
            + "{\"framework_info\":{\"id\":{\"value\":\"a\"},\"user\":\"u\",\"name\":\"n\"}}}"
      })
  void anIdInOnlyOneOfItsPlacesIs400(String body) throws Exception {
    assertRefused(subscribe(body), 400);
  }

  @Test
  void anIdThatTheMasterDoesNotKnowIsTakenAsItIs() throws Exception {
    String id = "chosen-by-itself";
    String body =
        """
        {"type":"SUBSCRIBE","framework_id":{"value":"%1$s"},"subscribe":
          {"framework_info":{"id":{"value":"%1$s"},"user":"root","name":"own"}}}
        """
            .formatted(id);
    try (RawClient client = new RawClient(master)) {
      client.send(RawClient.postRequest(WireFramework.PATH, TYPE, body));
      client.readHead();
      JsonNode event = JSON.readTree(WireFramework.recordIn(client.readChunk()));
      assertThat(event.at("/subscribed/framework_id/value").asText()).isEqualTo(id);
    }
  }

  @Test
  void aMasterThatStopsDropsItsStreamsWithoutAFinalChunk() throws Exception {
    try (LoopbackCluster other = new LoopbackCluster()) {
      Master stopping = other.leader();
      try (WireFramework framework =
          WireFramework.subscribe(
              stopping.port(), MediaType.JSON, WireFramework.info("left-alone"))) {
        stopping.close();
        assertThat(framework.stream().readToEnd()).doesNotEndWith("0\r\n\r\n");
      }
    }
  }

  // ---- JSON: rules 14 to 17

  @Test
  void theFirstRecordTellsWhoTheMasterIs() throws Exception {
    try (RawClient client = new RawClient(master)) {
      client.send(RawClient.postRequest(WireFramework.PATH, TYPE, SUBSCRIBE));
      client.readHead();
      JsonNode info =
          JSON.readTree(WireFramework.recordIn(client.readChunk())).at("/subscribed/master_info");
      assertThat(info.path("id").asText()).isNotEmpty();
      assertThat(info.path("ip").asLong()).isEqualTo(16777343);
      assertThat(info.path("port").asInt()).isEqualTo(master);
      assertThat(info.path("pid").asText()).isEqualTo("master@127.0.0.1:" + master);
      assertThat(info.path("hostname").asText()).isNotEmpty();
      assertThat(info.path("version").asText()).matches("\\d+\\.\\d+\\.\\d+");
      assertThat(info.at("/address/hostname").asText()).isNotEmpty();
      assertThat(info.at("/address/ip").asText()).isEqualTo("127.0.0.1");
      assertThat(info.at("/address/port").asInt()).isEqualTo(master);
      assertThat(info.path("capabilities").findValuesAsText("type"))
          .containsExactly("AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2");
    }
  }

  @Test
  void aSloppyCallIsUnderstood() throws Exception {
    // null for what is unset, one object for a list of one, a number as text, an unheard-of enum.
    String body =
        """
        {"type":"SUBSCRIBE","framework_id":null,"what":{"is":["this"]},"subscribe":
          {"suppressed_roles":null,"framework_info":
            {"user":"root","name":"sloppy","id":null,"failover_timeout":"0","webui_url":null,
             "capabilities":{"type":"UNHEARD_OF"},"labels":{"labels":{"key":"k"}}}}}
        """;
    try (RawClient client = new RawClient(master)) {
      client.send(RawClient.postRequest(WireFramework.PATH, TYPE, body));
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(new String(client.readChunk(), UTF_8)).contains("\"type\":\"SUBSCRIBED\"");
    }
  }

  // ---- tasks: rules 18 to 25

  @Test
  void aLaunchMayHaveADiskOfZeroAndAKillNoAgent() throws Exception {
    try (WireFramework framework = framework("zero")) {
      Offer offer = framework.nextOffer();
      TaskInfo.Builder task =
          WireTasks.docker(offer, "zero-disk", "sleep 600")
              .addResources(
                  Resource.newBuilder()
                      .setName("disk")
                      .setType(Value.Type.SCALAR)
                      .setScalar(Value.Scalar.newBuilder().setValue(0)));
      framework.accepted(WireTasks.launch(offer, task));
      framework.updatesUntil(TaskState.TASK_RUNNING);
      framework.accepted(
          Call.newBuilder()
              .setType(Call.Type.KILL)
              .setKill(Call.Kill.newBuilder().setTaskId(task.getTaskId())));
      framework.updatesUntil(TaskState.TASK_KILLED);
      framework.tearDown();
    }
  }

  @Test
  void severalOffersOfOneAgentTakeSeveralTasks() throws Exception {
    try (WireFramework framework = framework("several")) {
      Offer first = framework.nextOffer();
      framework.accepted(WireTasks.launch(first, WireTasks.docker(first, "before", "sleep 600")));
      framework.updatesUntil(TaskState.TASK_RUNNING);
      framework.accepted(Call.newBuilder().setType(Call.Type.REVIVE));
      Offer rest = framework.nextOffer();
      framework.accepted(
          Call.newBuilder()
              .setType(Call.Type.KILL)
              .setKill(
                  Call.Kill.newBuilder()
                      .setTaskId(WireTasks.docker(first, "before", "").getTaskId())));
      framework.updatesUntil(TaskState.TASK_KILLED);
      Offer freed = framework.nextOffer();
      assertThat(freed.getAgentId()).isEqualTo(rest.getAgentId());
      Call.Builder launch = WireTasks.launch(rest, WireTasks.docker(rest, "one", "sleep 600"));
      launch
          .getAcceptBuilder()
          .addOfferIds(freed.getId())
          .getOperationsBuilder(0)
          .getLaunchBuilder()
          .addTaskInfos(WireTasks.docker(rest, "two", "sleep 600"));
      framework.accepted(launch);
      assertThat(List.of(runningTask(framework), runningTask(framework)))
          .containsExactlyInAnyOrder("one", "two");
      framework.tearDown();
    }
  }

  private static String runningTask(WireFramework framework) throws Exception {
    return framework.updatesUntil(TaskState.TASK_RUNNING).stream()
        .filter(status -> status.getState() == TaskState.TASK_RUNNING)
        .map(status -> status.getTaskId().getValue())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anAcceptWithoutTasksIsADecline() throws Exception {
    try (WireFramework framework = framework("empty")) {
      OfferID offer = framework.nextOffer().getId();
      framework.accepted(
          Call.newBuilder()
              .setType(Call.Type.ACCEPT)
              .setAccept(Call.Accept.newBuilder().addOfferIds(offer)));
      framework.accepted(Call.newBuilder().setType(Call.Type.REVIVE));
      assertThat(framework.nextOffer().getId()).isNotEqualTo(offer);
      framework.tearDown();
    }
  }

  /** Alone on the agent: others that were left behind have been removed with their streams. */
  private static WireFramework framework(String name) throws Exception {
    return WireFramework.subscribe(master, MediaType.JSON, WireFramework.info(name));
  }
}
