package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every refusal of the scheduler API, and which one a call gets that deserves two: clients tell
 * their situation from the first code that they meet.
 *
 * <pre>
 * 307, 503 ─► 405 ─► 400 no type ─► 415 ─► 400 bad body ─► 400 bad call ─► 406 ─► 400 stream id on SUBSCRIBE
 *          ─► 400 unknown framework ─► 403 not connected ─► 400 stream id ─► 501
 * </pre>
 */
class CallRefusalIT {

  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String SUBSCRIBE =
      "{\"type\":\"SUBSCRIBE\","
          + "\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"refused\"}}}";

  private static LoopbackCluster cluster;
  private static int port;
  private static WireFramework framework;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    port = cluster.leader().port();
    framework = WireFramework.subscribe(port, MediaType.JSON, WireFramework.info("refusals"));
  }

  @AfterAll
  static void stop() throws Exception {
    framework.close();
    cluster.close();
  }

  private static RawClient.Answer post(String headers, String body) throws Exception {
    return RawClient.ask(port, RawClient.postRequest(WireFramework.PATH, headers, body));
  }

  private static void assertRefused(RawClient.Answer answer, int status, String reason) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("Content-Length")).isEqualTo("" + answer.body().length);
    assertThat(answer.text()).contains(reason);
  }

  /** A call of this type with what belongs to it, by the framework that is subscribed. */
  private static String call(String type, String more) {
    return call(type, framework.id().getValue(), more);
  }

  private static String call(String type, String id, String more) {
    return "{\"type\":\"%s\",\"framework_id\":{\"value\":\"%s\"}%s}".formatted(type, id, more);
  }

  private static String streamId() {
    return "Mesos-Stream-Id: " + framework.streamId() + "\r\n";
  }

  // ---- method, media type, body

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS"})
  void anotherMethodThanPostIs405BeforeItsTypeCounts(String method) throws Exception {
    RawClient.Answer answer =
        RawClient.ask(port, method + " /api/v1/scheduler HTTP/1.1\r\nHost: x\r\n\r\n");
    assertRefused(answer, 405, method);
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @Test
  void noContentTypeIs400BeforeTheBodyCounts() throws Exception {
    assertRefused(post("", "garbage"), 400, "Content-Type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/jsonx", "garbage"})
  void anotherMediaTypeIs415BeforeTheBodyCounts(String type) throws Exception {
    assertRefused(post("Content-Type: " + type + "\r\n", "garbage"), 415, "application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "[]",
        "{\"type\":\"SUBSCRIBE\"",
        "{\"type\":\"SUBSCRIBE\",\"subscribe\":{}}",
        "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"root\"}}}"
      })
  void aBodyThatIsNoCallInJsonIs400(String body) throws Exception {
    assertRefused(post(JSON + "Accept: text/html\r\n", body), 400, "");
  }

  @Test
  void aBodyThatIsNoCallInProtobufIs400() throws Exception {
    String type = "Content-Type: application/x-protobuf\r\n";
    assertRefused(post(type, "\u00ff\u00ff\u00ff"), 400, "");
    // SUBSCRIBE with a FrameworkInfo that lacks its required fields.
    byte[] incomplete = {8, 1, 26, 2, 10, 0};
    assertRefused(post(type, new String(incomplete, ISO_8859_1)), 400, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | type",
        "{\"type\":\"NO_SUCH_CALL\"} | type",
        "{\"type\":\"SUBSCRIBE\"} | subscribe",
        "{\"type\":\"ACCEPT\",\"accept\":{}} | framework_id",
        "{\"type\":\"ACCEPT\",\"framework_id\":{\"value\":\"x\"}} | accept",
        "{\"type\":\"KILL\",\"framework_id\":{\"value\":\"x\"}} | kill",
        "{\"type\":\"ACKNOWLEDGE\",\"framework_id\":{\"value\":\"x\"},\"acknowledge\":"
            + "{\"agent_id\":{\"value\":\"a\"},\"task_id\":{\"value\":\"t\"},\"uuid\":\"AAAA\"}}"
            + " | uuid"
      })
  void aCallThatIsNotWholeIs400(String body, String reason) throws Exception {
    assertRefused(post(JSON + "Accept: text/html\r\n", body), 400, reason);
  }

  @Test
  void twoDifferentIdsInASubscriptionAre400() throws Exception {
    String body =
        "{\"type\":\"SUBSCRIBE\",\"framework_id\":{\"value\":\"a\"},\"subscribe\":"
            + "{\"framework_info\":{\"id\":{\"value\":\"b\"},\"user\":\"u\",\"name\":\"n\"}}}";
    assertRefused(post(JSON, body), 400, "framework_id");
  }

  // ---- SUBSCRIBE

  @Test
  void anAnswerTypeThatTheMasterDoesNotHaveIs406BeforeTheStreamIdCounts() throws Exception {
    String accept = "Accept: text/html\r\nAccept: application/json;q=0\r\n";
    assertRefused(post(JSON + accept + streamId(), SUBSCRIBE), 406, "Accept");
  }

  @Test
  void aStreamIdOnASubscriptionIs400() throws Exception {
    assertRefused(post(JSON + streamId(), SUBSCRIBE), 400, "Mesos-Stream-Id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                              | application/json",
        "Accept: */*                                     | application/json",
        "Accept: application/*                           | application/json",
        "Accept: application/x-protobuf                  | application/x-protobuf",
        "ACCEPT: application/x-protobuf,application/json | application/json",
        "accept: text/html, application/x-protobuf;q=0.1 | application/x-protobuf"
      })
  void theAnswerTypeIsOneThatTheClientAccepts(String accept, String type) throws Exception {
    String headers = JSON + (accept.isEmpty() ? "" : accept + "\r\n");
    try (RawClient client = new RawClient(port)) {
      client.send(RawClient.postRequest(WireFramework.PATH, headers, SUBSCRIBE));
      RawClient.Answer answer = client.readHead();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo(type);
    }
  }

  // ---- calls of a framework

  @Test
  void anUnknownFrameworkIs400BeforeTheStreamIdCounts() throws Exception {
    assertRefused(post(JSON, call("REVIVE", "nobody", "")), 400, "Framework cannot be found");
  }

  @Test
  void aFrameworkThatIsNotConnectedGets403BeforeTheStreamIdCounts() throws Exception {
    WireFramework gone =
        WireFramework.subscribe(
            port, MediaType.JSON, WireFramework.info("gone").setFailoverTimeout(60));
    gone.close();
    LoopbackCluster.await(
        "the master sees that the framework has gone",
        () -> gone.callUnchecked(Call.newBuilder().setType(Call.Type.REVIVE)).status() == 403);
    String body = call("REVIVE", gone.id().getValue(), "");
    assertRefused(post(JSON, body), 403, "not subscribed");
    assertRefused(post(JSON + "Mesos-Stream-Id: stale\r\n", body), 403, "not subscribed");
  }

  @Test
  void noStreamIdIs400() throws Exception {
    assertRefused(post(JSON, call("REVIVE", "")), 400, "Mesos-Stream-Id");
  }

  @Test
  void aStaleStreamIdIs400BeforeTheTypeCounts() throws Exception {
    String stale = "Mesos-Stream-Id: " + UUID.randomUUID() + "\r\n";
    assertRefused(post(JSON + stale, call("REVIVE", "")), 400, "didn't match");
    assertRefused(post(JSON + stale, call("UNKNOWN", "")), 400, "didn't match");
  }

  @Test
  void aCallThatThisMasterDoesNotHaveIs501() throws Exception {
    assertRefused(post(JSON + streamId(), call("UNKNOWN", "")), 501, "UNKNOWN");
  }

  @Test
  void anAnswerTypeCountsForReconcileOperationsToo() throws Exception {
    String body = call("RECONCILE_OPERATIONS", "nobody", ",\"reconcile_operations\":{}");
    assertRefused(post(JSON + "Accept: text/html\r\n", body), 406, "Accept");
    assertRefused(post(JSON, body), 400, "Framework cannot be found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "REVIVE    | ''",
        "SUPPRESS  | ,\"suppress\":null",
        "RECONCILE | ,\"reconcile\":{\"tasks\":[]}",
        "KILL      | ,\"kill\":{\"task_id\":{\"value\":\"t\"}}",
        "DECLINE   | ,\"decline\":{\"offer_ids\":[],\"unheard_of\":{\"a\":[1,2]}}",
        "REQUEST   | ,\"request\":{}"
      })
  void everyOtherCallIs202WithALengthOf0(String type, String more) throws Exception {
    // What the answer may be does not count here: there is none.
    RawClient.Answer answer = post(JSON + streamId() + "Accept: text/html\r\n", call(type, more));
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
  }

  @Test
  void bodiesMayBeChunkedAndComeInPieces() throws Exception {
    String body = call("REVIVE", "");
    try (RawClient client = new RawClient(port)) {
      client.send("POST /api/v1/scheduler HTTP/1.1\r\nhOsT: x\r\n");
      client.send("cONTENT-tYPE: application/json;charset=UTF-8\r\n" + streamId());
      client.send("Transfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < body.length(); i++) {
        client.send("1\r\n%s\r\n".formatted(body.charAt(i)));
      }
      client.send("0\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(202);
    }
  }

  // ---- size

  @Test
  void aBodyOverTheLimitIs413() throws Exception {
    RawClient.Answer answer =
        RawClient.ask(
            port,
            "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\n"
                + JSON
                + "Content-Length: 1073741824\r\n\r\n");
    assertRefused(answer, 413, "limit");
    assertThat(answer.header("Connection")).isEqualTo("close");
  }
}
