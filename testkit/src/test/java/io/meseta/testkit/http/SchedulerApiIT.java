package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.agent.Agent;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scheduler API of a real master with a real agent on a real Docker engine. */
class SchedulerApiIT {

  @TempDir static Path workDir;

  private static LoopbackCluster cluster;
  private static Agent agent;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    DockerImage.ensure();
    cluster = new LoopbackCluster();
    port = cluster.leader().port();
    agent = cluster.agent(workDir);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static WireFramework subscribe(MediaType type, String name) throws Exception {
    return WireFramework.subscribe(port, type, WireFramework.info(name));
  }

  // ---- the stream

  @ParameterizedTest
  @EnumSource(names = {"JSON", "PROTOBUF"})
  void theHeadOfAStreamIsExactlyWhatClientsCheck(MediaType type) throws Exception {
    try (WireFramework framework = subscribe(type, "head")) {
      assertThat(framework.head().statusLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(framework.head().header("Content-Type")).isEqualTo(type.headerValue());
      assertThat(framework.head().header("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(framework.head().has("Content-Length")).isFalse();
      assertThat(UUID.fromString(framework.streamId())).hasToString(framework.streamId());
      framework.tearDown();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JSON", "PROTOBUF"})
  void aSubscriptionBeginsWithSubscribedAHeartbeatAndOffers(MediaType type) throws Exception {
    try (WireFramework framework = subscribe(type, "order")) {
      long subscribedNs = System.nanoTime();
      assertThat(framework.subscribed().getHeartbeatIntervalSeconds()).isEqualTo(15);
      assertThat(framework.id().getValue()).matches("[0-9a-f-]{36}-[0-9]{4}");
      assertThat(framework.next().getType()).isEqualTo(Event.Type.HEARTBEAT);
      assertThat(framework.next().getType()).isEqualTo(Event.Type.OFFERS);
      assertThat(Duration.ofNanos(System.nanoTime() - subscribedNs)).isLessThan(seconds(2));
      framework.tearDown();
    }
  }

  @Test
  void recordsInJsonAreOneLineInOneChunk() throws Exception {
    String body =
        """
        {"type":"SUBSCRIBE",
         "subscribe":{"framework_info":{"user":"root","name":"lines"}}}
        """;
    String headers = "content-TYPE: application/json\r\nACCEPT: application/json\r\n";
    try (RawClient client = new RawClient(port)) {
      client.send(RawClient.postRequest("/master/api/v1/scheduler", headers, body));
      String streamId = client.readHead().header("Mesos-Stream-Id");
      String subscribed = new String(WireFramework.recordIn(client.readChunk()), UTF_8);
      assertThat(subscribed)
          .startsWith("{\"type\":\"SUBSCRIBED\",")
          .contains("\"heartbeat_interval_seconds\":15.0", "\"master_info\":{")
          .contains("\"ip\":16777343", "\"port\":" + port)
          .doesNotContain("\n");
      assertThat(new String(client.readChunk(), UTF_8)).isEqualTo("20\n{\"type\":\"HEARTBEAT\"}");
      String offers = new String(WireFramework.recordIn(client.readChunk()), UTF_8);
      assertThat(offers).startsWith("{\"type\":\"OFFERS\",\"offers\":{\"offers\":[{");
      assertThat(offers).doesNotContain("\n", "allocation_info").contains("\"role\":\"*\"");
      String id = subscribed.replaceFirst(".*\"framework_id\":\\{\"value\":\"([^\"]+)\".*", "$1");
      String teardown = "{\"type\":\"TEARDOWN\",\"framework_id\":{\"value\":\"%s\"}}".formatted(id);
      assertThat(
              RawClient.ask(
                      port,
                      RawClient.postRequest(
                          "/api/v1/scheduler",
                          "Content-Type: application/json\r\nMesos-Stream-Id: " + streamId + "\r\n",
                          teardown))
                  .status())
          .isEqualTo(202);
    }
  }

  @Test
  void offersHaveTheFieldsThatClientsNeed() throws Exception {
    try (WireFramework framework = subscribe(MediaType.JSON, "fields")) {
      Offer offer = framework.nextOffer();
      assertThat(offer.getId().getValue()).isNotEmpty();
      assertThat(offer.getFrameworkId()).isEqualTo(framework.id());
      assertThat(offer.getAgentId().getValue()).matches("[0-9a-f-]{36}-S[0-9]+");
      assertThat(offer.getHostname()).isEqualTo(LoopbackCluster.AGENT_HOSTNAME);
      assertThat(offer.getUrl().getScheme()).isEqualTo("http");
      assertThat(offer.getUrl().getPath()).isEqualTo("/slave(1)");
      assertThat(offer.getUrl().getAddress().getHostname())
          .isEqualTo(LoopbackCluster.AGENT_HOSTNAME);
      assertThat(offer.getUrl().getAddress().getIp()).isEqualTo("127.0.0.1");
      assertThat(offer.getUrl().getAddress().getPort()).isEqualTo(agent.port());
      assertThat(offer.getAttributesList())
          .extracting(attribute -> attribute.getName() + " " + attribute.getType())
          .containsExactlyInAnyOrder("rack TEXT", "slots SCALAR");
      assertThat(offer.getResourcesList())
          .extracting(Resource::getName)
          .containsExactlyInAnyOrder("cpus", "mem", "disk", "ports");
      framework.tearDown();
    }
  }

  @Test
  void tearDownEndsTheStreamWithItsFinalChunkAndLeavesTheConnectionOpen() throws Exception {
    try (WireFramework framework = subscribe(MediaType.PROTOBUF, "teardown")) {
      framework.nextOffer();
      framework.tearDown();
      assertThat(framework.stream().readChunk()).isEmpty();
      framework.stream().send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(framework.stream().read().status()).isEqualTo(200);
      assertThat(framework.call(Call.newBuilder().setType(Call.Type.REVIVE)).status())
          .isEqualTo(400);
    }
  }

  @Test
  void aSecondSubscriptionTakesOverAndTheFirstOneIsTold() throws Exception {
    try (WireFramework first = subscribe(MediaType.JSON, "failover");
        WireFramework second =
            WireFramework.subscribe(
                port, MediaType.JSON, WireFramework.info("failover").setId(first.id()))) {
      assertThat(second.id()).isEqualTo(first.id());
      assertThat(second.streamId()).isNotEqualTo(first.streamId());
      assertThat(first.next(Event.Type.ERROR).getError().getMessage())
          .isEqualTo("Framework failed over");
      assertThat(first.stream().readChunk()).isEmpty();
      assertThat(first.call(Call.newBuilder().setType(Call.Type.REVIVE)).status()).isEqualTo(400);
      second.accepted(Call.newBuilder().setType(Call.Type.REVIVE));
      second.tearDown();
    }
  }

  @Test
  void whatIsWrongWithASubscriptionComesAsAnErrorOnItsStream() throws Exception {
    WireFramework ended = subscribe(MediaType.JSON, "ended");
    ended.tearDown();
    ended.close();
    String body =
        """
        {"type":"SUBSCRIBE","framework_id":{"value":"%1$s"},
         "subscribe":{"framework_info":{"id":{"value":"%1$s"},"user":"root","name":"ended"}}}
        """
            .formatted(ended.id().getValue());
    try (RawClient client = new RawClient(port)) {
      client.send(
          RawClient.postRequest(
              WireFramework.PATH, WireFramework.contentType(MediaType.JSON), body));
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(new String(WireFramework.recordIn(client.readChunk()), UTF_8))
          .isEqualTo("{\"type\":\"ERROR\",\"error\":{\"message\":\"Framework has been removed\"}}");
      assertThat(client.readChunk()).isEmpty();
    }
  }

  // ---- tasks

  @ParameterizedTest
  @EnumSource(names = {"JSON", "PROTOBUF"})
  void aContainerRunsToItsEnd(MediaType type) throws Exception {
    try (WireFramework framework = subscribe(type, "launch")) {
      Offer offer = framework.nextOffer();
      framework.accepted(
          WireTasks.launch(offer, WireTasks.docker(offer, "short", "echo hello; sleep 0.2")));
      List<TaskStatus> updates = framework.updatesUntil(TaskState.TASK_FINISHED);
      assertThat(updates)
          .extracting(TaskStatus::getState)
          .containsExactly(
              TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
      updates.forEach(status -> assertFields(status, offer, "short"));
      TaskStatus running = updates.get(1);
      assertThat(running.getContainerStatus().getContainerId().getValue()).isNotEmpty();
      assertThat(running.getContainerStatus().getExecutorPid()).isPositive();
      assertThat(running.getContainerStatus().getNetworkInfos(0).getIpAddresses(0).getIpAddress())
          .matches("[0-9]+(\\.[0-9]+){3}");
      framework.tearDown();
    }
  }

  private static void assertFields(TaskStatus status, Offer offer, String task) {
    assertThat(status.getTaskId().getValue()).isEqualTo(task);
    assertThat(status.getAgentId()).isEqualTo(offer.getAgentId());
    assertThat(status.getExecutorId().getValue()).isEqualTo(task);
    assertThat(status.hasSource()).isTrue();
    assertThat(status.getUuid().size()).isEqualTo(16);
    assertThat(status.getTimestamp()).isBetween(1.7e9, 4e9);
    assertThat(status.hasHealthy()).isFalse();
  }

  @Test
  void anUnacknowledgedUpdateComesAgainAndHoldsUpTheNext() throws Exception {
    try (WireFramework framework = subscribe(MediaType.JSON, "retry")) {
      Offer offer = framework.nextOffer();
      framework.accepted(WireTasks.launch(offer, WireTasks.docker(offer, "retried", "sleep 60")));
      TaskStatus first = framework.nextUpdate();
      long firstNs = System.nanoTime();
      assertThat(first.getState()).isEqualTo(TaskState.TASK_STARTING);
      TaskStatus again = framework.nextUpdate();
      assertThat(Duration.ofNanos(System.nanoTime() - firstNs)).isBetween(seconds(9), seconds(13));
      assertThat(again).isEqualTo(first);
      framework.acknowledge(again);
      assertThat(framework.nextUpdate().getState()).isEqualTo(TaskState.TASK_RUNNING);
      framework.tearDown();
    }
  }

  @Test
  void reconciliationTellsOfUnknownTasksWithoutAUuid() throws Exception {
    try (WireFramework framework = subscribe(MediaType.JSON, "reconcile")) {
      framework.accepted(reconcile("never-heard-of"));
      TaskStatus status = framework.nextUpdate();
      assertThat(status.getTaskId().getValue()).isEqualTo("never-heard-of");
      assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
      assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
      assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
      assertThat(status.hasUuid()).isFalse();
      assertThat(status.hasAgentId()).isFalse();
      framework.tearDown();
    }
  }

  private static Call.Builder reconcile(String task) {
    return Call.newBuilder()
        .setType(Call.Type.RECONCILE)
        .setReconcile(
            Call.Reconcile.newBuilder()
                .addTasks(
                    Call.Reconcile.Task.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(task))));
  }

  @Test
  void aLaunchOnABadOfferIsLost() throws Exception {
    try (WireFramework framework = subscribe(MediaType.JSON, "bad-offer")) {
      Offer offer = framework.nextOffer();
      Call.Builder launch = WireTasks.launch(offer, WireTasks.docker(offer, "lost", "true"));
      launch.getAcceptBuilder().getOfferIdsBuilder(0).setValue("no-such-offer");
      framework.accepted(launch);
      TaskStatus status = framework.nextUpdate();
      assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
      assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
      assertThat(status.getUuid()).isEqualTo(ByteString.EMPTY);
      framework.tearDown();
    }
  }

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }
}
