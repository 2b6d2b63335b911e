package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.meseta.agent.Agent;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.master.Call;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask of a real master, with a real agent whose containers are scripted. */
@Timeout(180)
class OperatorApiIT {

  private static final String JSON = "Content-Type: application/json\r\n";

  @TempDir Path workDir;

  private LoopbackCluster cluster;
  private Master master;
  private Agent agent;
  private WireFramework framework;

  @BeforeEach
  void start() throws Exception {
    cluster = new LoopbackCluster();
    master = cluster.leader();
    agent = cluster.agentWithoutEngine(workDir);
    framework =
        WireFramework.subscribe(
            master.port(),
            MediaType.JSON,
            WireFramework.info("operated")
                .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.TASK_KILLING_STATE)));
  }

  private static FrameworkInfo.Capability.Builder capability(FrameworkInfo.Capability.Type type) {
    return FrameworkInfo.Capability.newBuilder().setType(type);
  }

  @AfterEach
  void stop() throws Exception {
    framework.close();
    cluster.close();
  }

  private RawClient.Answer post(String headers, String body) throws Exception {
    return RawClient.ask(master.port(), RawClient.postRequest("/api/v1", headers, body));
  }

  private RawClient.Answer postProtobuf(Call.Builder call) throws Exception {
    byte[] body = Codec.encode(call.build(), MediaType.PROTOBUF);
    return post("Content-Type: application/x-protobuf\r\n", new String(body, ISO_8859_1));
  }

  private RawClient.Answer agentCall(String type, Offer offer) throws Exception {
    return post(
        JSON,
        "{\"type\":\"%s\",\"%s\":{\"agent_id\":{\"value\":\"%s\"}}}"
            .formatted(type, type.toLowerCase(Locale.ROOT), offer.getAgentId().getValue()));
  }

  private Offer runTask() throws Exception {
    Offer offer = framework.nextOffer();
    framework.accepted(WireTasks.launch(offer, WireTasks.docker(offer, "t", "sleep 1000")));
    framework.updatesUntil(TaskState.TASK_RUNNING);
    return offer;
  }

  @Test
  void anAgentIsDrainedAndUsedAgain() throws Exception {
    Offer offer = runTask();

    RawClient.Answer answer =
        postProtobuf(
            Call.newBuilder()
                .setType(Call.Type.DRAIN_AGENT)
                .setDrainAgent(
                    Call.DrainAgent.newBuilder()
                        .setAgentId(offer.getAgentId())
                        .setMaxGracePeriod(Duration.newBuilder().setSeconds(1))));

    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    List<TaskStatus> updates = framework.updatesUntil(TaskState.TASK_KILLED);
    assertThat(updates)
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_KILLING, TaskState.TASK_KILLED);
    assertThat(updates)
        .extracting(TaskStatus::getReason)
        .containsOnly(TaskStatus.Reason.REASON_AGENT_DRAINING);
    LoopbackCluster.await("the agent is drained", () -> state().contains("\"DRAINED\""));
    assertThat(state()).contains("\"deactivated\":true", "estimated_drain_start_time_seconds");

    assertThat(agentCall("REACTIVATE_AGENT", offer).status()).isEqualTo(200);

    assertThat(framework.nextOffer().getAgentId()).isEqualTo(offer.getAgentId());
    assertThat(state()).contains("\"deactivated\":false").doesNotContain("drain_info");
  }

  private String state() {
    try {
      return RawClient.get(master.port(), "/state").text();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAgentThatIsMarkedGoneEndsItsTasksAndStops() throws Exception {
    Offer offer = runTask();

    assertThat(agentCall("MARK_AGENT_GONE", offer).status()).isEqualTo(200);

    TaskStatus status = framework.nextUpdate();
    assertThat(status.getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
    assertThat(status.hasUuid()).isFalse();
    assertThat(agent.failure().get(60, TimeUnit.SECONDS)).contains("declared gone");
    assertThat(agentCall("MARK_AGENT_GONE", offer).status()).as("once more").isEqualTo(200);
    assertThat(agentCall("DRAIN_AGENT", offer).status()).isEqualTo(400);
  }

  @Test
  void aFrameworkIsTornDown() throws Exception {
    String body =
        "{\"type\":\"TEARDOWN\",\"teardown\":{\"framework_id\":{\"value\":\"%s\"}}}"
            .formatted(framework.id().getValue());

    assertThat(post(JSON, body).status()).isEqualTo(200);

    byte[] chunk = framework.stream().readChunk();
    while (chunk.length > 0) {
      chunk = framework.stream().readChunk();
    }
    assertThat(post(JSON, body).status()).isEqualTo(400);
  }

  @Test
  void aFrameworkDescribesItselfAnew() throws Exception {
    io.meseta.api.v1.scheduler.Call.Builder call =
        io.meseta.api.v1.scheduler.Call.newBuilder()
            .setType(io.meseta.api.v1.scheduler.Call.Type.UPDATE_FRAMEWORK)
            .setUpdateFramework(
                io.meseta.api.v1.scheduler.Call.UpdateFramework.newBuilder()
                    .setFrameworkInfo(WireFramework.info("renamed").setId(framework.id())));

    RawClient.Answer answer = framework.call(call);

    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(state()).contains("\"name\":\"renamed\"").doesNotContain("\"name\":\"operated\"");
    call.getUpdateFrameworkBuilder().getFrameworkInfoBuilder().setUser("somebody else");
    assertThat(framework.call(call).status()).isEqualTo(400);
  }

  @Test
  void callsAreRefusedInTheOrderOfTheSchedulerApi() throws Exception {
    String get = "{\"type\":\"GET_STATE\"}";
    assertThat(RawClient.ask(master.port(), "GET /api/v1 HTTP/1.1\r\nHost: x\r\n\r\n").status())
        .isEqualTo(405);
    assertThat(post("", get).status()).isEqualTo(400);
    assertThat(post("Content-Type: text/plain\r\n", get).status()).isEqualTo(415);
    assertThat(post(JSON, "garbage").status()).isEqualTo(400);
    assertThat(post(JSON, "{}").status()).isEqualTo(400);
    assertThat(post(JSON, "{\"type\":\"DRAIN_AGENT\"}").text()).contains("'drain_agent'");
    assertThat(post(JSON, get).status()).isEqualTo(200);
    assertThat(post(JSON, "{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"/\"}}").status())
        .isEqualTo(404);
    assertThat(
            post(
                    JSON,
                    "{\"type\":\"DRAIN_AGENT\",\"drain_agent\":{\"agent_id\":{\"value\":\"x\"}}}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void aStandbySendsOperatorsToTheLeader() throws Exception {
    Master standby = cluster.standby();
    String request = RawClient.postRequest("/api/v1", JSON, "{\"type\":\"GET_STATE\"}");
    LoopbackCluster.await(
        "the standby knows the leader",
        () -> {
          try {
            return RawClient.ask(standby.port(), request).status() == 307;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    assertThat(RawClient.ask(standby.port(), request).header("Location"))
        .isEqualTo("//127.0.0.1:" + master.port() + "/master/api/v1");
  }
}
