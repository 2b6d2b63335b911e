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
import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import io.meseta.common.testing.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  private static Path authorities;
  private static HttpClient client;
  private static MesetaCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    LINES.start();
    LOGGER.setLevel(Level.DEBUG);
    LOGGER.addAppender(LINES);
    LOGGER.setAdditive(false);
    TestAuthority authority = new TestAuthority(directory.resolve("tls"));
    authorities = authority.authorities();
    TlsOptions.Own master = authority.issue("master", "ip:127.0.0.1");
    TlsOptions.Own agent = authority.issue("agent", "ip:127.0.0.1");
    Path credentials =
        Files.writeString(
            directory.resolve("credentials"),
            "ops ops-hunter2\napp app-hunter2\npoor poor-hunter2\nagent agent-hunter2\n");
    Path key =
        Files.writeString(directory.resolve("jwt"), "key-hunter2 and more than thirty-two bytes");
    Path own = Files.writeString(directory.resolve("own"), "agent agent-hunter2");
    cluster =
        MesetaCluster.builder()
            .agents(2)
            .masterOptions(options -> {
              options.security().credentials(credentials).authenticate(true, true);
              options.security().http().authenticate(true, true);
              options.security().http().jwtKey(key);
              options.security().http().acls(ACLS);
              options.security().tls().files(master.certificate(), master.key(), authorities);
            })
            .agentOptions((options, index) -> {
              if (index == 0) {
                options.security().credential(own);
              }
              options.security().httpCredentials(credentials);
              options.security().http().authenticate(true, true);
              options.security().http().acls(ACLS);
              options.security().tls().files(agent.certificate(), agent.key(), authorities);
            })
            .start();
    cluster.awaitReady(MesetaClusterTest.LIMIT);
    client =
        HttpClient.newBuilder()
            .sslContext(TlsFiles.forJdk(TlsOptions.trusting(authorities)))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @AfterAll
  static void stop() {
    client.shutdownNow();
    cluster.close();
    LOGGER.detachAppender(LINES);
    LOGGER.setAdditive(true);
    LOGGER.setLevel(null);
  }

  private static HttpResponse<String> ask(
      String method, String address, String principal, String secret, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + address))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!principal.isEmpty()) {
      request.header("Authorization", new Credential(principal, secret).authorization());
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String master(String path) {
    return cluster.masterAddress() + path;
  }

  private static String agent(String path) {
    return "127.0.0.1:" + cluster.agent(0).agent().port() + path;
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
    assertThat(redirect.headers().firstValue("Location")).contains("//" + cluster.masterAddress());
    assertThat(ask("GET", agent("/health"), "", "", "").statusCode()).isEqualTo(200);
  }

  @Test
  void plainHttpIsNotSpoken() {
    assertThatThrownBy(() ->
            client.send(
                HttpRequest.newBuilder(URI.create("http://" + master("/health"))).build(),
                HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aTaskRunsForWhomTheListsNameAndOnlyTheyEndItsFramework() throws Exception {
    try (OneTask framework =
        new OneTask(cluster, driver -> driver.tls(authorities).credentials("app", "app-hunter2"))) {
      framework.awaitState(TaskState.TASK_RUNNING);
      String id =
          cluster.master().view().frameworks().values().stream()
              .filter(shown -> shown.info().getPrincipal().equals("app"))
              .map(shown -> shown.info().getId().getValue())
              .findFirst()
              .orElseThrow();
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
      assertThat(cluster.master().view().frameworks().values())
          .anyMatch(shown -> shown.info().getId().getValue().equals(id));
      assertThat(ask("POST", master("/api/v1"), "ops", "ops-hunter2", teardown).statusCode())
          .isBetween(200, 202);
    }
  }

  @Test
  void aTaskIsRefusedWhoseUserTheListsDoNotName() throws Exception {
    try (OneTask framework =
        new OneTask(
            cluster, driver -> driver.tls(authorities).credentials("poor", "poor-hunter2"))) {
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
