package io.meseta.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.operator.v1.Event;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SUBSCRIBE, WATCH and EXPLAIN_ALLOCATION of a real master over real sockets. */
@Timeout(180)
class ClusterStreamsIT {

  private static final String SUBSCRIBE = "{\"type\":\"SUBSCRIBE\"}";
  private static final String WATCH = "{\"type\":\"WATCH\"}";
  private static final String JSON = "Content-Type: application/json\r\n";

  @TempDir Path workDir;

  private LoopbackCluster cluster;
  private Master master;

  @BeforeEach
  void start() throws Exception {
    cluster = new LoopbackCluster();
    master = cluster.leader();
    // The first view is published a moment after leadership.
    LoopbackCluster.await("a view", () -> master.view().leading().isPresent());
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private WireFramework framework() throws Exception {
    return WireFramework.subscribe(master.port(), MediaType.JSON, WireFramework.info("seen"));
  }

  private RawClient.Answer post(String headers, String body) throws Exception {
    return RawClient.ask(master.port(), RawClient.postRequest("/api/v1", headers, body));
  }

  @Test
  void aSubscriberSeesAgentsFrameworksAndTasks() throws Exception {
    try (WireFollower follower = new WireFollower(master.port(), MediaType.JSON, SUBSCRIBE)) {
      assertThat(follower.head().header("Content-Type")).isEqualTo("application/json");
      assertThat(follower.head().header("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(follower.nextText())
          .startsWith("{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"get_state\":{")
          .contains("\"heartbeat_interval_seconds\":15.0")
          .doesNotContain("index");
      assertThat(follower.nextText()).isEqualTo("{\"type\":\"HEARTBEAT\"}");

      cluster.agentWithoutEngine(workDir);
      assertThat(
              follower
                  .nextOf(io.meseta.api.v1.master.Event.Type.AGENT_ADDED)
                  .getAgentAdded()
                  .getAgent()
                  .getPid())
          .startsWith("slave(1)@127.0.0.1:");
      try (WireFramework framework = framework()) {
        assertThat(
                follower
                    .nextOf(io.meseta.api.v1.master.Event.Type.FRAMEWORK_ADDED)
                    .getFrameworkAdded()
                    .getFramework()
                    .getFrameworkInfo()
                    .getId())
            .isEqualTo(framework.id());
        Offer offer = framework.nextOffer();
        framework.accepted(WireTasks.launch(offer, WireTasks.docker(offer, "t", "sleep 1000")));
        framework.updatesUntil(TaskState.TASK_RUNNING);
        assertThat(
                follower
                    .nextOf(io.meseta.api.v1.master.Event.Type.TASK_ADDED)
                    .getTaskAdded()
                    .getTask()
                    .getName())
            .isEqualTo("t");
        Event update = follower.nextOf(io.meseta.api.v1.master.Event.Type.TASK_UPDATED);
        while (update.getTaskUpdated().getStatus().getState() != TaskState.TASK_RUNNING) {
          update = follower.nextOf(io.meseta.api.v1.master.Event.Type.TASK_UPDATED);
        }
        try (WireFollower late = new WireFollower(master.port(), MediaType.PROTOBUF, SUBSCRIBE)) {
          var state = late.next().getSubscribed().getGetState();
          assertThat(state.getGetTasks().getTasksList())
              .singleElement()
              .satisfies(task -> assertThat(task.getTaskId().getValue()).isEqualTo("t"));
          assertThat(state.getGetAgents().getAgentsCount()).isEqualTo(1);
          assertThat(state.getGetFrameworks().getFrameworks(0).getAllocatedResourcesList())
              .anySatisfy(resource -> {
                assertThat(resource.getName()).isEqualTo("cpus");
                assertThat(resource.getScalar().getValue()).isEqualTo(0.1);
                assertThat(resource.getAllocationInfo().getRole()).isEqualTo("*");
              });
        }
      }
      assertThat(
              follower
                  .nextOf(io.meseta.api.v1.master.Event.Type.FRAMEWORK_REMOVED)
                  .getFrameworkRemoved()
                  .getFrameworkInfo()
                  .getName())
          .as("its failover timeout is 0")
          .isEqualTo("seen");
    }
  }

  @Test
  void whoWatchesGoesOnWhereHeWas() throws Exception {
    Event first;
    try (WireFollower follower = new WireFollower(master.port(), MediaType.JSON, WATCH)) {
      first = follower.next();
      assertThat(first.getSubscribed().hasGetState()).isTrue();
    }
    try (WireFramework framework = framework();
        WireFollower again =
            new WireFollower(
                master.port(),
                MediaType.PROTOBUF,
                "{\"type\":\"WATCH\",\"watch\":{\"index\":%d,\"master_id\":\"%s\"}}"
                    .formatted(first.getIndex(), first.getMasterId()))) {
      assertThat(again.next().getSubscribed().hasGetState()).isFalse();
      Event added = again.nextOf(io.meseta.api.v1.master.Event.Type.FRAMEWORK_ADDED);
      assertThat(added.getFrameworkAdded().getFramework().getFrameworkInfo().getId())
          .isEqualTo(framework.id());
      assertThat(added.getIndex()).isGreaterThan(first.getIndex());
    }
    assertThat(post(JSON, "{\"type\":\"WATCH\",\"watch\":{\"index\":3}}").status())
        .as("of which term?")
        .isEqualTo(400);
    assertThat(post(JSON + "Accept: text/html\r\n", WATCH).status()).isEqualTo(406);
    assertThat(post(JSON + "Accept: text/html\r\n", SUBSCRIBE).status()).isEqualTo(406);
  }

  @Test
  void aMasterThatStopsBreaksTheStreamsOff() throws Exception {
    try (WireFollower follower = new WireFollower(master.port(), MediaType.JSON, SUBSCRIBE)) {
      follower.next();
      follower.next();

      master.close();

      assertThatThrownBy(follower::next).as("no clean end").isInstanceOf(IOException.class);
    }
  }

  @Test
  void whyAFrameworkIsOfferedNothingIsACallToo() throws Exception {
    try (WireFramework framework = framework()) {
      String call =
          "{\"type\":\"EXPLAIN_ALLOCATION\",\"explain_allocation\":{\"framework\":\"%s\"}}"
              .formatted(framework.id().getValue());

      RawClient.Answer answer = post(JSON, call);

      assertThat(answer.status()).as("%s", answer.text()).isEqualTo(200);
      assertThat(answer.text())
          .contains("\"type\":\"EXPLAIN_ALLOCATION\"", "\"chances\":[", "\"agents_seen\":0");
    }
    assertThat(post(JSON, "{\"type\":\"EXPLAIN_ALLOCATION\"}").status()).isEqualTo(400);
    assertThat(post(JSON, "{\"type\":\"EXPLAIN_ALLOCATION\",\"explain_allocation\":{}}").status())
        .isEqualTo(400);
    assertThat(
            post(
                    JSON,
                    "{\"type\":\"EXPLAIN_ALLOCATION\",\"explain_allocation\":{\"role\":\"none\"}}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void whoHasClosedItsSideIsStillToldWhy() throws Exception {
    try (WireFramework framework = framework();
        RawClient client = new RawClient(master.port())) {
      client.get("/explain?framework=" + framework.id().getValue());
      client.socket().shutdownOutput();

      assertThat(client.read().status()).isEqualTo(200);
    }
  }
}
