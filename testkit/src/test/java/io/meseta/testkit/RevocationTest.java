package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A credential or a right that is taken away while the daemons run: what is open ends. */
@Timeout(180)
class RevocationTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ACLS =
      """
      {"permissive": false,
       "register_agents": [{"principals": {"values": ["agent"]}, "agents": {"type": "ANY"}}],
       "register_frameworks": [{"principals": {"values": ["app"]}, "roles": {"type": "ANY"}}],
       "view_frameworks": [{"principals": {"values": ["ops"]}, "users": {"type": "ANY"}}]}
      """;
  private static final String SUBSCRIBE =
      "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"name\":\"one\",\"user\":\"u\","
          + "\"failover_timeout\":600}}}";

  @TempDir Path directory;
  private SecuredCluster secured;

  @BeforeEach
  void start() throws Exception {
    secured = SecuredCluster.start(directory, List.of("ops", "app", "agent"), ACLS);
  }

  @AfterEach
  void stop() {
    secured.close();
  }

  private InputStream open(String principal, String path, String call) throws Exception {
    HttpResponse<InputStream> answer =
        secured
            .client()
            .send(
                SecuredCluster.request(
                        "POST",
                        secured.master(path),
                        List.of(SecuredCluster.basic(principal)),
                        "application/json",
                        call.getBytes(StandardCharsets.UTF_8))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Reads on; completes with all that came when the stream has ended, in whatever way. */
  private static CompletableFuture<String> ended(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          StringBuilder all = new StringBuilder();
          try {
            for (int next = stream.read(); next >= 0; next = stream.read()) {
              all.append((char) next);
            }
          } catch (IOException e) {
            return all + " " + e;
          }
          return all.toString();
        },
        task -> Thread.ofVirtual().start(task));
  }

  private boolean isConnected(String framework) {
    return secured.cluster.master().view().frameworks().values().stream()
        .filter(each -> each.info().getName().equals(framework))
        .anyMatch(FrameworkView::connected);
  }

  private long connectedAgents() {
    return secured.cluster.master().view().agents().values().stream()
        .filter(agent -> agent.standing() == AgentView.Standing.CONNECTED)
        .count();
  }

  @Test
  void whoseCredentialIsTakenAwayIsDroppedAndComesInNoMore() throws Exception {
    InputStream own = open("app", "/api/v1/scheduler", SUBSCRIBE);
    CompletableFuture<String> app = ended(own);
    CompletableFuture<String> ops = ended(open("ops", "/api/v1", "{\"type\":\"SUBSCRIBE\"}"));
    Waiting.until("the framework is there", LIMIT, () -> isConnected("one"));

    secured.writeCredentials(List.of("ops", "agent"));

    app.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    Waiting.until("its framework has no stream", LIMIT, () -> !isConnected("one"));
    assertThat(
            secured
                .askAs("app", "POST", secured.master("/api/v1/scheduler"), SUBSCRIBE)
                .statusCode())
        .isEqualTo(401);
    assertThat(secured.askAs("app", "GET", secured.agent("/state"), "").statusCode())
        .isIn(401, 403);
    assertThat(ops).as("others stay").isNotDone();
    assertThat(connectedAgents()).isEqualTo(2);
  }

  @Test
  void whatListsTakeAwayEndsAndWhoFollowsSeesWhatIsLeft() throws Exception {
    CompletableFuture<String> app = ended(open("app", "/api/v1/scheduler", SUBSCRIBE));
    CompletableFuture<String> ops = ended(open("ops", "/api/v1", "{\"type\":\"SUBSCRIBE\"}"));
    Waiting.until("the framework is there", LIMIT, () -> isConnected("one"));
    assertThat(secured.askAs("ops", "GET", secured.master("/state"), "").body())
        .contains("\"one\"");

    Files.writeString(secured.acls, "{\"permissive\": false}");

    assertThat(ops.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).contains("SUBSCRIBED", "\"one\"");
    Waiting.until("an agent may be none any more", LIMIT, () -> connectedAgents() == 0);
    assertThat(secured.askAs("ops", "GET", secured.master("/state"), "").body())
        .doesNotContain("\"one\"");
    assertThat(app).as("it was allowed to subscribe").isNotDone();
    assertThat(secured.askAs("app", "POST", secured.master("/api/v1/scheduler"), SUBSCRIBE).body())
        .contains("Not authorized to use role");
  }
}
