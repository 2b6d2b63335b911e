package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import io.meseta.api.v1.TaskState;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stolen or missing credential reaches nothing. Every route that master and agent have, and every
 * call of every API, as they themselves list them: what is new is tried too, and fails here until
 * somebody has said who may come to it.
 */
@Timeout(300)
class CredentialSweepTest {

  private static final String ACLS =
      """
      {"permissive": false,
       "register_agents": [{"principals": {"values": ["agent"]}, "agents": {"type": "ANY"}}],
       "register_frameworks":
         [{"principals": {"values": ["app", "other"]}, "roles": {"type": "ANY"}}],
       "run_tasks": [{"principals": {"values": ["app", "other"]}, "users": {"type": "ANY"}}]}
      """;
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH");

  /** What needs no credential, whoever asks. */
  private static final Set<String> OPEN_AT_MASTER = Set.of("/health", "/redirect");

  private static final Set<String> OPEN_AT_AGENT = Set.of("/health");

  private static final String MASTER_CALLS = "/api/v1";

  /** Paths that calls are posted to: which of them are allowed is asked for each. */
  private static final Set<String> CALLS =
      Set.of(MASTER_CALLS, "/api/v1/scheduler", "/api/v1/agent-link", "/api/v1/executor");

  /** What everybody who is known may read: it tells nothing of what runs, or leaves it out. */
  private static final Set<String> PAGES_FOR_ALL =
      Set.of(
          "/health",
          "/redirect",
          "/version",
          "/state",
          "/state-summary",
          "/slaves",
          "/frameworks",
          "/tasks",
          "/roles",
          "/weights",
          "/quota",
          "/quota/*");

  private static final Set<String> CALLS_FOR_ALL =
      Set.of(
          "GET_HEALTH",
          "GET_VERSION",
          "GET_LOGGING_LEVEL",
          "GET_STATE",
          "GET_AGENTS",
          "GET_AGENT",
          "GET_FRAMEWORKS",
          "GET_EXECUTORS",
          "GET_OPERATIONS",
          "GET_TASKS",
          "GET_ROLES",
          "GET_WEIGHTS",
          "GET_QUOTA",
          "GET_MASTER",
          "GET_RESOURCE_PROVIDERS",
          "SUBSCRIBE",
          "WATCH");

  @TempDir private static Path directory;
  private static SecuredCluster secured;
  private static OneTask victim;
  private static String victimId;
  private static Robbed robbed;
  private static final Message SCHEDULER = io.meseta.api.v1.scheduler.Call.getDefaultInstance();
  private List<Object> before = List.of();

  @BeforeAll
  static void start() throws Exception {
    secured = SecuredCluster.start(directory, List.of("app", "other", "nothing", "agent"), ACLS);
    victim =
        new OneTask(
            secured.cluster,
            driver -> driver.tls(secured.authorities).credentials("app", "app-hunter2"));
    victim.awaitState(TaskState.TASK_RUNNING);
    victimId = secured.frameworkOf("app").orElseThrow();
    robbed = subscribeToBeRobbed();
  }

  /** A framework whose id and stream id are no secret. */
  private record Robbed(String id, String streamId, InputStream stream) {}

  private static Robbed subscribeToBeRobbed() throws Exception {
    HttpResponse<InputStream> answer =
        secured
            .client()
            .send(
                SecuredCluster.request(
                        "POST",
                        secured.master("/api/v1/scheduler"),
                        List.of(SecuredCluster.basic("app")),
                        "application/json",
                        "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"name\":\"robbed\",\"user\":\"u\"}}}"
                            .getBytes(StandardCharsets.UTF_8))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    String id =
        secured.cluster.master().view().frameworks().values().stream()
            .filter(shown -> shown.info().getName().equals("robbed"))
            .map(shown -> shown.info().getId().getValue())
            .findFirst()
            .orElseThrow();
    return new Robbed(
        id, answer.headers().firstValue("Mesos-Stream-Id").orElseThrow(), answer.body());
  }

  @AfterAll
  static void stop() throws IOException {
    robbed.stream().close();
    victim.close();
    secured.close();
  }

  @BeforeEach
  void remember() {
    before = whatThereIs();
  }

  @AfterEach
  void nothingHasChanged() {
    assertThat(whatThereIs()).isEqualTo(before);
  }

  /** All but what changes by itself: offers, and the times of what has been said. */
  private static List<Object> whatThereIs() {
    MasterView view = secured.cluster.master().view();
    List<Object> all = new ArrayList<>();
    for (FrameworkView framework : view.frameworks().values()) {
      all.add(framework.info());
      all.add(framework.connected());
      all.add(framework.executors().keySet());
      framework
          .tasks()
          .forEach(task ->
              all.add(List.of(task.task().getTaskId(), task.task().getState(), task.resources())));
    }
    for (AgentView agent : view.agents().values()) {
      all.add(agent.info());
      all.add(List.of(agent.standing(), agent.deactivated(), agent.draining(), agent.total()));
    }
    all.add(view.completedFrameworks().keySet());
    all.add(view.roles());
    all.add(view.maintenance());
    return all;
  }

  // ---- without a good credential ----

  @Test
  void withoutAGoodCredentialNoRouteOfTheMasterIsReached() throws Exception {
    sweep(secured.cluster.master().routes(), secured.master(""), "/master", OPEN_AT_MASTER);
  }

  @Test
  void withoutAGoodCredentialNoRouteOfAnAgentIsReached() throws Exception {
    sweep(secured.cluster.agent(0).agent().routes(), secured.agent(""), "/slave(1)", OPEN_AT_AGENT);
  }

  private static void sweep(
      SortedMap<String, Set<String>> routes, String address, String prefix, Set<String> open)
      throws Exception {
    assertThat(routes).hasSizeGreaterThan(20);
    Map<String, List<String>> proofs = SecuredCluster.badProofs("app");
    for (String route : routes.keySet()) {
      if (open.contains(route)) {
        continue;
      }
      String path = route.replace("*", "web");
      for (Map.Entry<String, List<String>> proof : proofs.entrySet()) {
        isRefused("POST", address + path, proof);
        isRefused("GET", address + prefix + path, proof);
      }
      for (String method : METHODS) {
        isRefused(method, address + path, Map.entry("none", List.of()));
      }
      isRefused("GET", address + escaped(path), Map.entry("none", List.of()));
    }
  }

  private static String escaped(String path) {
    return path.substring(0, 1) + "%" + Integer.toHexString(path.charAt(1)) + path.substring(2);
  }

  private static void isRefused(
      String method, String address, Map.Entry<String, List<String>> proof)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = secured.ask(method, address, proof.getValue(), "{}");
    String what = method + " " + address + ", proof: " + proof.getKey();
    assertThat(answer.statusCode()).as(what).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .as(what)
        .hasSize(address.endsWith("pi/v1/executor") ? 1 : 2)
        .allMatch(challenge -> challenge.matches("(Basic|Bearer) realm=\"[a-z-]+\""));
    if (!method.equals("HEAD")) {
      assertThat(answer.headers().firstValue("Content-Type"))
          .as(what)
          .contains("text/plain; charset=utf-8");
      assertThat(answer.body()).as(what).doesNotContain(victimId);
    }
  }

  // ---- known, but with no right to anything ----

  @Test
  void whoMayNothingIsShownAndChangesNothingAtTheMaster() throws Exception {
    reach(secured.cluster.master().routes(), secured.master(""));
  }

  @Test
  void whoMayNothingIsShownAndChangesNothingAtAnAgent() throws Exception {
    Set<String> views = Set.of("/state", "/tasks");
    reach(secured.cluster.agent(0).agent().routes(), secured.agent(""));
    for (String view : views) {
      assertThat(secured.askAs("nothing", "GET", secured.agent(view), "").statusCode())
          .as("agents show all of a page or nothing")
          .isEqualTo(403);
    }
  }

  private static void reach(SortedMap<String, Set<String>> routes, String address)
      throws Exception {
    for (Map.Entry<String, Set<String>> route : routes.entrySet()) {
      String page = route.getKey().replace(".json", "");
      if (CALLS.contains(page)) {
        continue;
      }
      assertThat(route.getValue()).as("methods of %s", route.getKey()).isNotEmpty();
      for (String method : route.getValue()) {
        String path = route.getKey().replace("*", "web") + query(page);
        HttpResponse<String> answer =
            secured
                .client()
                .send(
                    SecuredCluster.request(
                            method,
                            address + path,
                            List.of(SecuredCluster.bearer("nothing")),
                            "application/x-www-form-urlencoded",
                            body(method, page).getBytes(StandardCharsets.UTF_8))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());
        String what = method + " " + path;
        if (method.equals("GET") && PAGES_FOR_ALL.contains(page)) {
          assertThat(answer.statusCode()).as(what).isIn(200, 307, 403);
        } else if (page.equals("/explain")) {
          assertThat(answer.statusCode()).as(what).isIn(403, 404);
        } else {
          assertThat(answer.statusCode()).as(what + ": " + answer.body()).isEqualTo(403);
        }
        tellsNothing(what, answer.body());
      }
    }
  }

  private static void tellsNothing(String what, String body) {
    // What somebody asks for may be said to be not there.
    String told = body.replace("There is no framework with the id or name " + victimId, "");
    assertThat(told).as(what).doesNotContain(victimId, "one-task", "ssl_key_file");
  }

  private static String query(String page) {
    return page.equals("/explain") ? "?framework=" + victimId : "";
  }

  private static String agentId() {
    return secured.cluster.master().view().agents().firstKey().value();
  }

  /** What the old pages would have to be told to do something. */
  private static String body(String method, String page) {
    String resource =
        "{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},\"role\":\"web\","
            + "\"reservation\":{\"principal\":\"app\"},\"disk\":{\"persistence\":{\"id\":\"v\","
            + "\"principal\":\"app\"},\"volume\":{\"mode\":\"RW\",\"container_path\":\"v\"}}}";
    String machine = "{\"hostname\":\"127.0.0.1\"}";
    if (method.equals("GET") || method.equals("DELETE")) {
      return "";
    }
    return switch (page) {
      case "/teardown" -> "frameworkId=" + victimId;
      case "/reserve", "/unreserve" -> "slaveId=" + agentId() + "&resources=[" + resource + "]";
      case "/create-volumes", "/destroy-volumes" ->
          "slaveId=" + agentId() + "&volumes=[" + resource + "]";
      case "/weights" -> "[{\"role\":\"web\",\"weight\":2}]";
      case "/quota" ->
          "{\"role\":\"web\",\"guarantee\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1}}]}";
      case "/machine/down", "/machine/up" -> "[" + machine + "]";
      case "/maintenance/schedule" ->
          "{\"windows\":[{\"machine_ids\":["
              + machine
              + "],\"unavailability\":{\"start\":{\"nanoseconds\":1}}}]}";
      case "/logging/toggle" -> "";
      default -> fail("What does %s %s need in order to do something?", method, page);
    };
  }

  @Test
  void whoMayNothingCannotUseAnyCallOfAnOperator() throws Exception {
    for (String who : List.of("nothing", "other", "agent")) {
      calls(who, secured.master(MASTER_CALLS), io.meseta.api.v1.master.Call.getDefaultInstance());
      calls(who, secured.master(MASTER_CALLS), io.meseta.api.operator.v1.Call.getDefaultInstance());
      calls(who, secured.agent(MASTER_CALLS), io.meseta.api.v1.agent.Call.getDefaultInstance());
    }
  }

  private static void calls(String who, String address, Message prototype) throws Exception {
    for (EnumValueDescriptor type : types(prototype)) {
      if (type.getName().equals("UNKNOWN")) {
        continue;
      }
      Message call = filled(victimId).of(prototype, type);
      Answer answer = post(address, who, call, Map.of());
      String what = who + " " + type.getName() + " at " + address + ": " + answer;
      if (CALLS_FOR_ALL.contains(type.getName())) {
        assertThat(answer.status()).as(what).isIn(200, 403, 501);
      } else if (type.getName().equals("EXPLAIN_ALLOCATION")) {
        assertThat(answer.status()).as(what).isIn(403, 404);
      } else if (answer.status() == 501) {
        assertThat(answer.body()).as(what).contains("not implemented");
      } else {
        assertThat(answer.status()).as(what).isEqualTo(403);
      }
      tellsNothing(what, answer.body());
    }
  }

  private static List<EnumValueDescriptor> types(Message prototype) {
    EnumDescriptor types = prototype.getDescriptorForType().findFieldByName("type").getEnumType();
    assertThat(types.getValues()).hasSizeGreaterThan(2);
    return types.getValues();
  }

  private static FilledCalls filled(String framework) {
    return new FilledCalls(
        Map.of(
            "AgentID", agentId(),
            "FrameworkID", framework,
            "TaskID", "one",
            "framework", framework,
            "resources", "cpus:1",
            "role", "web",
            "hostname", "127.0.0.1",
            "ip", "127.0.0.1"));
  }

  private record Answer(int status, String body) {}

  /** Of a stream that does not end the first record is read. */
  private static Answer post(String address, String who, Message call, Map<String, String> headers)
      throws Exception {
    boolean input =
        call instanceof io.meseta.api.v1.agent.Call agents
            && agents.getType() == io.meseta.api.v1.agent.Call.Type.ATTACH_CONTAINER_INPUT;
    String type = (input ? MediaType.RECORDIO : MediaType.PROTOBUF).headerValue();
    HttpRequest.Builder request =
        SecuredCluster.request(
            "POST",
            address,
            List.of(SecuredCluster.basic(who)),
            type,
            Codec.encode(call, MediaType.PROTOBUF));
    if (input) {
      request.header("Message-Content-Type", MediaType.PROTOBUF.headerValue());
    }
    headers.forEach(request::header);
    HttpResponse<InputStream> answer =
        secured.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      boolean stream = answer.headers().firstValue("Transfer-Encoding").isPresent();
      byte[] read = stream ? body.readNBytes(1) : body.readAllBytes();
      if (stream) {
        // What has come with it: a record is one chunk.
        byte[] more = body.readNBytes(Math.max(0, body.available()));
        return new Answer(answer.statusCode(), text(read) + text(more));
      }
      return new Answer(answer.statusCode(), text(read));
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  // ---- known as somebody else ----

  @Test
  void aFrameworkCannotSpeakForAnotherEvenWithItsIdAndStream() throws Exception {
    for (String who : List.of("other", "nothing", "agent")) {
      rob(who);
    }
    assertThat(speak("app", "SUPPRESS").status())
        .as("who it is needs no more than that")
        .isEqualTo(202);
  }

  private static void rob(String who) throws Exception {
    for (EnumValueDescriptor type : types(SCHEDULER)) {
      Answer answer = speak(who, type.getName());
      String what = who + " " + type.getName() + ": " + answer;
      switch (type.getName()) {
        case "UNKNOWN" -> assertThat(answer.status()).as(what).isIn(400, 501);
        case "SUBSCRIBE" -> {
          assertThat(answer.status()).as(what).isEqualTo(200);
          assertThat(answer.body()).as(what).contains("principal").doesNotContain("SUBSCRIBED");
        }
        default -> {
          assertThat(answer.status()).as(what).isIn(400, 403);
          assertThat(answer.body()).as(what).contains("rincipal");
        }
      }
    }
  }

  private static Answer speak(String who, String type) throws Exception {
    EnumValueDescriptor wanted =
        types(SCHEDULER).stream()
            .filter(each -> each.getName().equals(type))
            .findFirst()
            .orElseThrow();
    return post(
        secured.master("/api/v1/scheduler"),
        who,
        filled(robbed.id()).of(SCHEDULER, wanted),
        type.equals("SUBSCRIBE") ? Map.of() : Map.of("Mesos-Stream-Id", robbed.streamId()));
  }

  @Test
  void anExecutorIsNobodyElseAndNobodyElseIsAnExecutor() throws Exception {
    String token = SecuredCluster.executorToken(victimId, "e", "c");
    for (String address : List.of(secured.master("/state"), secured.agent("/state"))) {
      assertThat(secured.ask("GET", address, List.of(token), "").statusCode()).isEqualTo(401);
    }
    String own = "/api/v1/executor";
    String call =
        "{\"type\":\"MESSAGE\",\"framework_id\":{\"value\":\"%s\"},\"executor_id\":{\"value\":\"%s\"},"
            + "\"message\":{\"data\":\"\"}}";
    String mine = call.formatted(victimId, "e");
    String theirs = call.formatted(victimId, "other");
    assertThat(secured.ask("POST", secured.agent(own), List.of(token), theirs).statusCode())
        .isEqualTo(403);
    assertThat(secured.ask("POST", secured.agent(own), List.of(token), mine).statusCode())
        .as("let in, and not known")
        .isEqualTo(400);
    for (String other : List.of(SecuredCluster.bearer("app"), SecuredCluster.basic("app"))) {
      assertThat(secured.ask("POST", secured.agent(own), List.of(other), mine).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void whoIsNoAgentOpensNoLinkToTheMaster() throws Exception {
    for (String who : List.of("app", "other", "nothing")) {
      HttpResponse<String> answer =
          secured
              .client()
              .send(
                  SecuredCluster.request(
                          "POST",
                          secured.master("/api/v1/agent-link"),
                          List.of(SecuredCluster.basic(who)),
                          "application/x-protobuf",
                          new byte[0])
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(who).isEqualTo(403);
    }
  }
}
