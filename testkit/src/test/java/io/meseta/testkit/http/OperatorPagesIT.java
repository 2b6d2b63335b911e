package io.meseta.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.Agent;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.common.codec.MediaType;
import io.meseta.common.resources.Resources;
import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import io.meseta.master.view.AgentView;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages to which older tools of operators post, with a real master and agent. */
@Timeout(180)
class OperatorPagesIT {

  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

  private static final String SCHEDULE =
      "{\"windows\":[{\"machine_ids\":[{\"hostname\":\"localhost\"}],"
          + "\"unavailability\":{\"start\":{\"nanoseconds\":1900000000000000000}}}]}";

  private static final String MACHINES = "[{\"hostname\":\"localhost\"}]";

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
    LoopbackCluster.await(
        "the agent is registered",
        () -> master.view().totals().agents(AgentView.Standing.CONNECTED) == 1);
    framework =
        WireFramework.subscribe(master.port(), MediaType.JSON, info().setFailoverTimeout(600));
  }

  private static FrameworkInfo.Builder info() {
    FrameworkInfo.Builder info = WireFramework.info("operated").addRoles("web");
    for (var type :
        List.of(
            FrameworkInfo.Capability.Type.MULTI_ROLE,
            FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT)) {
      info.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(type));
    }
    return info;
  }

  @AfterEach
  void stop() throws Exception {
    framework.close();
    cluster.close();
  }

  private RawClient.Answer post(String path, String body) throws Exception {
    return RawClient.ask(master.port(), RawClient.postRequest(path, FORM, body));
  }

  private RawClient.Answer ask(String method, String path, String body) throws Exception {
    return RawClient.ask(
        master.port(),
        "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, body.length(), body));
  }

  private String get(String path) throws Exception {
    RawClient.Answer answer = RawClient.get(master.port(), path);
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.text();
  }

  private static String form(Offer offer, String field, String json) {
    return "slaveId="
        + offer.getAgentId().getValue()
        + "&"
        + field
        + "="
        + URLEncoder.encode(json, StandardCharsets.UTF_8);
  }

  @Test
  void resourcesAreReservedAndMadeVolumesAndUnmadeAgain() throws Exception {
    Offer offer = framework.nextOffer();
    String disk =
        "{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":64},\"role\":\"web\","
            + "\"reservation\":{\"principal\":\"ops\"}";
    String reservation = form(offer, "resources", "[" + disk + "}]");
    String volume =
        form(
            offer,
            "volumes",
            "["
                + disk
                + ",\"disk\":{\"persistence\":{\"id\":\"v\",\"principal\":\"ops\"},"
                + "\"volume\":{\"mode\":\"RW\",\"container_path\":\"d\"}}}]");

    RawClient.Answer reserved = post("/master/reserve", reservation);

    assertThat(reserved.status()).as("%s", reserved.text()).isEqualTo(202);
    assertThat(reserved.header("Content-Length")).isEqualTo("0");
    LoopbackCluster.await(
        "the reservation is seen", () -> agentTotal().reserved("web").diskMilli() == 64_000);
    assertThat(post("/create-volumes", volume).status()).isEqualTo(202);
    assertThat(post("/unreserve", reservation).status()).as("a volume is on it").isEqualTo(409);
    assertThat(post("/destroy-volumes", volume).status()).isEqualTo(202);
    assertThat(post("/unreserve", reservation).status()).isEqualTo(202);
    LoopbackCluster.await("all is as before", () -> agentTotal().reserved("web").isEmpty());

    assertThat(post("/reserve", "resources=[]").text()).contains("Missing 'slaveId'");
    assertThat(post("/reserve", form(offer, "resources", "nonsense")).status()).isEqualTo(400);
    assertThat(post("/reserve", "slaveId=%zz").status()).isEqualTo(400);
    assertThat(ask("GET", "/reserve", "").status()).isEqualTo(405);
    assertThat(ask("GET", "/reserve", "").header("Allow")).isEqualTo("POST");
  }

  private Resources agentTotal() {
    return master.view().agents().values().iterator().next().total();
  }

  @Test
  void aMachineIsTakenDownAndBroughtUp() throws Exception {
    framework.nextOffer();
    assertThat(get("/maintenance/schedule")).isEqualTo("{}");
    assertThat(post("/machine/down", MACHINES).text()).contains("not part of a maintenance");

    assertThat(post("/maintenance/schedule", SCHEDULE).status()).isEqualTo(200);

    assertThat(get("/master/maintenance/schedule")).isEqualTo(SCHEDULE);
    assertThat(get("/maintenance/status"))
        .contains("\"draining_machines\":[{\"id\":{\"hostname\":\"localhost\"}");
    assertThat(post("/machine/up", MACHINES).status()).as("it is not down").isEqualTo(400);
    assertThat(post("/machine/down", "{}").status()).isEqualTo(400);
    assertThat(post("/machine/down", MACHINES).status()).isEqualTo(200);
    assertThat(get("/maintenance/status"))
        .isEqualTo("{\"down_machines\":[{\"hostname\":\"localhost\"}]}");
    assertThat(agent.failure().get(60, TimeUnit.SECONDS)).contains("declared gone");
    assertThat(post("/maintenance/schedule", "{}").text()).contains("down");
    RawClient.Answer status =
        RawClient.ask(
            master.port(),
            RawClient.postRequest(
                "/api/v1",
                "Content-Type: application/json\r\n",
                "{\"type\":\"GET_MAINTENANCE_STATUS\"}"));
    assertThat(status.text())
        .isEqualTo(
            "{\"type\":\"GET_MAINTENANCE_STATUS\",\"get_maintenance_status\":{\"status\":"
                + "{\"down_machines\":[{\"hostname\":\"localhost\"}]}}}");
    assertThat(post("/machine/up", MACHINES).status()).isEqualTo(200);
    assertThat(get("/maintenance/status")).isEqualTo("{}");
  }

  @Test
  void weightsAndQuotasAreSetAndRemoved() throws Exception {
    String quota =
        "{\"role\":\"web\",\"guarantee\":[{\"name\":\"cpus\",\"type\":\"SCALAR\","
            + "\"scalar\":{\"value\":1}}]}";
    assertThat(ask("PUT", "/weights", "[{\"role\":\"web\",\"weight\":2.5}]").status())
        .isEqualTo(200);
    assertThat(ask("PUT", "/weights", "[{\"role\":\"web\",\"weight\":-1}]").status())
        .isEqualTo(400);
    assertThat(post("/quota", quota).status()).isEqualTo(200);
    assertThat(post("/quota", quota).text()).contains("already has quota");
    assertThat(get("/weights"))
        .isEqualTo(get("/master/weights"))
        .isEqualTo("[{\"weight\":2.5,\"role\":\"web\"}]");
    assertThat(get("/quota"))
        .isEqualTo(get("/quota/web"))
        .contains("\"infos\":[{\"role\":\"web\",\"guarantee\":[{\"name\":\"cpus\"")
        .contains("\"configs\":[{\"role\":\"web\",\"guarantees\":{\"cpus\":{\"value\":1.0}}");
    assertThat(ask("POST", "/weights", "[]").header("Allow")).isEqualTo("GET, PUT");
    assertThat(post("/quota", quota.replace("web", "db").replace("1}", "1000}")).status())
        .as("more than there is")
        .isEqualTo(409);
    assertThat(ask("DELETE", "/quota/web", "").status()).isEqualTo(200);
    assertThat(ask("DELETE", "/quota/web", "").status()).isEqualTo(400);
  }

  @Test
  void metricsTellWhatWasSaidAndHowLongThingsTook() throws Exception {
    framework.nextOffer();

    String metrics = get("/metrics/snapshot");

    assertThat(metrics)
        .contains("\"master/messages_register_framework\":1.0")
        .contains("\"master/messages_register_slave\":1.0")
        .contains("/offers/sent\":1.0")
        .contains("\"allocator/mesos/allocation_run_ms/p99\":")
        .contains("\"registrar/state_store_ms\":")
        .contains("\"registrar/state_fetch_ms/count\":1.0");
    assertThat(get("/metrics"))
        .contains("meseta_master_allocation_seconds_count")
        .contains("meseta_master_registry_store_seconds{quantile=\"0.99\"}");
  }

  @Test
  void aFrameworkIsTornDown() throws Exception {
    String body = "frameworkId=" + framework.id().getValue();

    assertThat(post("/teardown", body).status()).isEqualTo(200);

    assertThat(post("/teardown", body).status()).isEqualTo(400);
    assertThat(post("/teardown", "").text()).contains("Missing 'frameworkId'");
  }
}
