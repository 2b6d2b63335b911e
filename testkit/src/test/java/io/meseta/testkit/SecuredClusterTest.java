package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.auth.Credential;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A cluster with TLS, credentials and access control lists: what is reached, and by whom. */
@Timeout(180)
class SecuredClusterTest {

  private static final List<String> SECRETS =
      List.of("ops-hunter2", "app-hunter2", "poor-hunter2", "agent-hunter2", "key-hunter2");
  private static final String ACLS =
      """
      {"permissive": false,
       "register_agents": [{"principals": {"values": ["agent"]}, "agents": {"type": "ANY"}}],
       "register_frameworks":
         [{"principals": {"values": ["app", "poor"]}, "roles": {"type": "ANY"}}],
       "run_tasks": [{"principals": {"values": ["app"]}, "users": {"type": "ANY"}}],
       "teardown_frameworks":
         [{"principals": {"values": ["ops"]}, "framework_principals": {"values": ["app"]}}],
       "view_frameworks": [{"principals": {"values": ["ops"]}, "users": {"type": "ANY"}}],
       "view_tasks": [{"principals": {"values": ["ops"]}, "users": {"type": "ANY"}}],
       "view_flags": [{"principals": {"values": ["ops"]}, "flags": {"type": "ANY"}}]}
      """;

  @TempDir private static Path directory;
  private static final ListAppender<ILoggingEvent> LINES = new ListAppender<>();
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.meseta");
  private static SecuredCluster secured;

  @BeforeAll
  static void start() throws Exception {
    LINES.start();
    LOGGER.setLevel(Level.DEBUG);
    LOGGER.addAppender(LINES);
    LOGGER.setAdditive(false);
    secured = SecuredCluster.start(directory, List.of("ops", "app", "poor", "agent"), ACLS);
  }

  @AfterAll
  static void stop() {
    secured.close();
    LOGGER.detachAppender(LINES);
    LOGGER.setAdditive(true);
    LOGGER.setLevel(null);
  }

  private static HttpResponse<String> ask(
      String method, String address, String principal, String secret, String body)
      throws IOException, InterruptedException {
    List<String> proof =
        principal.isEmpty()
            ? List.of()
            : List.of(new Credential(principal, secret).authorization());
    return secured.ask(method, address, proof, body);
  }

  private static String master(String path) {
    return secured.master(path);
  }

  private static String agent(String path) {
    return secured.agent(path);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /state, mesos-master-readonly",
    "GET, /master/state, mesos-master-readonly",
    "GET, /metrics, mesos-master-readonly",
    "GET, /flags, mesos-master-readonly",
    "GET, /version, mesos-master-readonly",
    "GET, /explain, mesos-master-readonly",
    "POST, /api/v1, mesos-master-readwrite",
    "POST, /master/api/v1, mesos-master-readwrite",
    "POST, /api/v1/scheduler, mesos-master-scheduler",
    "POST, /master/api/v1/scheduler, mesos-master-scheduler",
    "POST, /api/v1/agent-link, meseta-master-agents",
  })
  void withoutAGoodCredentialNothingOfTheMasterIsReached(String method, String path, String realm)
      throws Exception {
    for (String[] proof : new String[][] {{"", ""}, {"ops", "wrong"}, {"nobody", "ops-hunter2"}}) {
      HttpResponse<String> answer = ask(method, master(path), proof[0], proof[1], "{}");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().allValues("WWW-Authenticate"))
          .containsExactly("Basic realm=\"" + realm + "\"", "Bearer realm=\"" + realm + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /state",
    "GET, /slave(1)/state",
    "GET, /state.json",
    "GET, /flags",
    "GET, /tasks",
    "GET, /containers",
    "GET, /monitor/statistics",
    "GET, /metrics",
    "GET, /metrics/snapshot",
    "GET, /files/browse",
    "GET, /files/read",
    "POST, /logging/toggle",
    "GET, /logging/toggle",
    "POST, /api/v1",
    "POST, /slave(1)/api/v1"
  })
  void withoutAGoodCredentialNothingOfAnAgentIsReached(String method, String path)
      throws Exception {
    assertThat(ask(method, agent(path), "", "", "{}").statusCode()).isEqualTo(401);
    assertThat(ask(method, agent(path), "ops", "wrong", "{}").statusCode()).isEqualTo(401);
  }

  @Test
  void whoLooksForTheLeaderOrWhetherOneLivesNeedsNone() throws Exception {
    assertThat(ask("GET", master("/health"), "", "", "").statusCode()).isEqualTo(200);
    HttpResponse<String> redirect = ask("GET", master("/redirect"), "", "", "");
    assertThat(redirect.statusCode()).isEqualTo(307);
    assertThat(redirect.headers().firstValue("Location"))
        .contains("//" + secured.cluster.masterAddress());
    assertThat(ask("GET", agent("/health"), "", "", "").statusCode()).isEqualTo(200);
  }

  @Test
  void plainHttpIsNotSpoken() {
    assertThatThrownBy(() ->
            secured
                .client()
                .send(
                    HttpRequest.newBuilder(URI.create("http://" + master("/health"))).build(),
                    HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aTaskRunsForWhomTheListsNameAndOnlyTheyEndItsFramework() throws Exception {
    try (OneTask framework =
        new OneTask(
            secured.cluster,
            driver -> driver.tls(secured.authorities).credentials("app", "app-hunter2"))) {
      framework.awaitState(TaskState.TASK_RUNNING);
      String id = secured.frameworkOf("app").orElseThrow();
      String teardown =
          "{\"type\": \"TEARDOWN\", \"teardown\": {\"framework_id\": {\"value\": \"" + id + "\"}}}";

      assertThat(ask("GET", master("/state"), "ops", "ops-hunter2", "").body())
          .contains(id, "\"one\"", "ssl_key_file");
      assertThat(ask("GET", master("/state"), "app", "app-hunter2", "").body())
          .doesNotContain(id, "ssl_key_file");
      assertThat(ask("GET", master("/flags"), "app", "app-hunter2", "").statusCode())
          .isEqualTo(403);
      assertThat(ask("GET", agent("/state"), "app", "app-hunter2", "").statusCode()).isEqualTo(403);
      assertThat(ask("POST", master("/api/v1"), "app", "app-hunter2", teardown).statusCode())
          .isEqualTo(403);
      assertThat(ask("POST", master("/api/v1"), "agent", "agent-hunter2", teardown).statusCode())
          .isEqualTo(403);
      assertThat(secured.cluster.master().view().frameworks().values())
          .anyMatch(shown -> shown.info().getId().getValue().equals(id));
      assertThat(ask("POST", master("/api/v1"), "ops", "ops-hunter2", teardown).statusCode())
          .isBetween(200, 202);
    }
  }

  @Test
  void aTaskIsRefusedWhoseUserTheListsDoNotName() throws Exception {
    try (OneTask framework =
        new OneTask(
            secured.cluster,
            driver -> driver.tls(secured.authorities).credentials("poor", "poor-hunter2"))) {
      TaskStatus refused = framework.awaitState(TaskState.TASK_ERROR);
      assertThat(refused.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_UNAUTHORIZED);
      assertThat(refused.getMessage()).contains("Not authorized to launch as user");
    }
  }

  @Test
  void secretsAreShownNowhere() throws Exception {
    StringBuilder shown = new StringBuilder();
    for (String path : List.of("/flags", "/state", "/metrics", "/version")) {
      shown.append(ask("GET", master(path), "ops", "ops-hunter2", "").body());
      shown.append(ask("GET", agent(path), "ops", "ops-hunter2", "").body());
    }
    shown.append(ask("GET", master("/state"), "ops", "app-hunter2", "").body());
    assertThat(shown).contains("\"credentials\":", "\"credential\":", "jwt_secret_key");
    String logged =
        List.copyOf(LINES.list).stream()
            .map(line -> line.getFormattedMessage() + line.getThrowableProxy())
            .collect(Collectors.joining("\n"));
    assertThat(logged).contains("a wrong credential");
    for (String secret : SECRETS) {
      assertThat(shown.toString()).doesNotContain(secret);
      assertThat(logged).doesNotContain(secret);
      assertThat(shown.toString())
          .doesNotContain(
              new Credential("ops", secret).authorization(),
              new Credential("app", secret).authorization());
    }
  }
}
