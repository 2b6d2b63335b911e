package io.meseta.agent.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.agent.security.AgentCallGuard;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.RecordUpload;
import io.meseta.common.net.Router;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, with which words, and in which types answers come. */
class OperatorApiTest {

  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String PROTOBUF = "Content-Type: application/x-protobuf\r\n";
  private static final String HEALTH = "{\"type\":\"GET_HEALTH\"}";
  private static final String ATTACH_OUTPUT =
      "{\"type\":\"ATTACH_CONTAINER_OUTPUT\",\"attach_container_output\":"
          + "{\"container_id\":{\"value\":\"c\"}}}";

  private static final String UPLOAD =
      String.join(
          "\r\n",
          "POST /api/v1 HTTP/1.1",
          "Host: x",
          "Content-Type: application/recordio",
          "Message-Content-Type: application/json",
          "Transfer-Encoding: chunked",
          "",
          "");

  private final CountDownLatch held = new CountDownLatch(1);
  private OperatorApi api;
  private HttpServer server;

  /** No container is known. */
  private static final class NoContainers implements ContainerCalls {
    @Override
    public void stream(Call call, InetSocketAddress client, Answer answer) {
      throw new CallRefusedException(404, "no such container");
    }

    @Override
    public Input attachInput(ContainerId container, InetSocketAddress client, RecordUpload rest) {
      throw new CallRefusedException(404, "no such container");
    }

    @Override
    public CompletableFuture<Optional<Response>> answer(Call call, InetSocketAddress client) {
      throw new CallRefusedException(404, "no such container");
    }
  }

  @BeforeEach
  void start() throws IOException {
    api =
        new OperatorApi(
            this::read,
            new NoContainers(),
            new InputLimits(2, Duration.ofMillis(300), Duration.ofSeconds(60)),
            new AgentCallGuard(Authorizer::allowingEverything));
    Router.Builder router = Router.builder();
    api.addTo(router);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            router.alias("/slave(1)/*", "/*").build());
  }

  @AfterEach
  void stop() {
    held.countDown();
    server.close();
    api.close();
  }

  private Optional<Response> read(Call call) throws IOException {
    return switch (call.getType()) {
      case GET_HEALTH ->
          Optional.of(
              Response.newBuilder()
                  .setType(Response.Type.GET_HEALTH)
                  .setGetHealth(Response.GetHealth.newBuilder().setHealthy(true))
                  .build());
      case LIST_FILES -> throw new CallRefusedException(404, "no such directory");
      case SET_LOGGING_LEVEL -> Optional.of(Response.getDefaultInstance());
      case GET_METRICS -> throw new IllegalArgumentException("no such metric");
      case GET_CONTAINERS -> throw new NoSuchFileException("/secret/place");
      case READ_FILE -> throw new IllegalStateException("planted");
      case GET_STATE -> {
        awaitRelease();
        yield Optional.of(Response.newBuilder().setType(Response.Type.GET_STATE).build());
      }
      default -> Optional.empty();
    };
  }

  private void awaitRelease() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RawClient.Answer ask(String headers, String body) throws IOException {
    return RawClient.ask(server.port(), RawClient.postRequest("/api/v1", headers, body));
  }

  /** A body of records, in one chunk, with its end. */
  private RawClient.Answer upload(String headers, String... records) throws IOException {
    StringBuilder body = new StringBuilder();
    for (String record : records) {
      body.append(record.length()).append('\n').append(record);
    }
    return RawClient.ask(
        server.port(),
        RawClient.postRequest(
            "/api/v1", "Content-Type: application/recordio\r\n" + headers, body.toString()));
  }

  @Test
  void answersInTheTypeThatIsAskedFor() throws IOException {
    RawClient.Answer json = ask(JSON, HEALTH);
    assertThat(json.status()).isEqualTo(200);
    assertThat(json.header("Content-Type")).isEqualTo("application/json");
    assertThat(json.text())
        .isEqualTo("{\"type\":\"GET_HEALTH\",\"get_health\":{\"healthy\":true}}");

    String call =
        Call.newBuilder().setType(Call.Type.GET_HEALTH).build().toByteString().toString(ISO_8859_1);
    RawClient.Answer protobuf = ask(PROTOBUF + "Accept: application/x-protobuf\r\n", call);
    assertThat(protobuf.header("Content-Type")).isEqualTo("application/x-protobuf");
    assertThat(Response.parseFrom(ByteString.copyFrom(protobuf.body())).getGetHealth().getHealthy())
        .isTrue();
    assertThat(ask(PROTOBUF + "Accept: */*\r\n", call).header("Content-Type"))
        .isEqualTo("application/json");
  }

  @Test
  void thePrefixOfAnAgentLeadsHereToo() throws IOException {
    assertThat(
            RawClient.ask(server.port(), RawClient.postRequest("/slave(1)/api/v1", JSON, HEALTH))
                .status())
        .isEqualTo(200);
  }

  @Test
  void anotherMethod() throws IOException {
    RawClient.Answer answer = RawClient.get(server.port(), "/api/v1");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
    assertThat(answer.text()).isEqualTo("Expecting one of { 'POST' }, but received 'GET'");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                | 400 | Expecting 'Content-Type' to be present
          Content-Type: text/plain                          | 415 | Expecting 'Content-Type' of application/json or
          Content-Type: application/json^Accept: text/html  | 406 | Expecting 'Accept' to allow application/json
          Content-Type: application/json^Message-Accept: application/json | 406 | 'Message-Accept' to be not set
          Content-Type: application/json^Message-Content-Type: application/json | 415 | to be not set
          Content-Type: application/json^Accept: application/recordio^Message-Accept: a/b | 406 | 'Message-Accept' to allow
          Content-Type: application/json^Accept: application/recordio | 406 | Streaming response is not supported for GET_HEALTH
          """)
  void aWrongHead(String headers, int status, String reason) throws IOException {
    String lines = headers.replace('\'', ' ').strip();
    RawClient.Answer answer =
        ask(lines.isEmpty() ? "" : lines.replace("^", "\r\n") + "\r\n", HEALTH);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"GET_HEALTH"    | 400 | Failed to parse body into Call
          []                      | 400 | Failed to parse body into Call
          {}                      | 400 | Failed to validate agent::Call: Expecting 'type' to be present
          {"type":"NO_SUCH_TYPE"} | 400 | Expecting 'type' to be present
          {"type":"UNKNOWN"}      | 501 | Call UNKNOWN is not implemented by this agent
          {"type":"PRUNE_IMAGES"} | 501 | Call PRUNE_IMAGES is not implemented by this agent
          {"type":"LIST_FILES"}   | 400 | Expecting 'list_files' to be present
          {"type":"LIST_FILES","list_files":{}} | 400 | list_files.path
          {"type":"LIST_FILES","list_files":{"path":"/"}} | 404 | no such directory
          {"type":"READ_FILE","read_file":{"path":"/","offset":0}} | 500 | internal
          {"type":"GET_METRICS","get_metrics":{}} | 400 | no such metric
          {"type":"GET_CONTAINERS"} | 404 | The file cannot be read, or is not there
          {"type":"SET_LOGGING_LEVEL","set_logging_level":{"level":1,"duration":{"nanoseconds":1}}} | 200 | ``
          {"type":"LAUNCH_CONTAINER","launch_container":{"container_id":{"value":"a"}}} | 501 | launch a task
          {"type":"WAIT_CONTAINER","wait_container":{"container_id":{"value":"a"}}} | 404 | no such container
          {"type":"WAIT_CONTAINER","wait_container":{"container_id":{"value":"../a"}}} | 400 | ID must not contain
          {"type":"WAIT_CONTAINER","wait_container":{"container_id":{"value":""}}} | 400 | ID must not be empty
          {"type":"WAIT_NESTED_CONTAINER","wait_nested_container":{"container_id":{"value":"a"}}} | 400 | container_id.parent' to be present
          {"type":"LAUNCH_NESTED_CONTAINER_SESSION","launch_nested_container_session":{"container_id":{"value":"a"}}} | 400 | container_id.parent' to be present
          {"type":"ATTACH_CONTAINER_INPUT","attach_container_input":{"type":"CONTAINER_ID","container_id":{"value":"a"}}} | 415 | Expecting 'Content-Type' to be application/recordio
          """)
  void aWrongCall(String body, int status, String reason) throws IOException {
    RawClient.Answer answer = ask(JSON, body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains(reason);
  }

  @Test
  void protobufThatIsNone() throws IOException {
    RawClient.Answer answer = ask(PROTOBUF, "\u00ff\u00ff\u00ff");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("malformed protobuf");
  }

  @Test
  void aStreamThatIsRefusedHasAPlainAnswer() throws IOException {
    RawClient.Answer answer =
        ask(
            JSON + "Accept: application/recordio\r\nMessage-Accept: application/json\r\n",
            ATTACH_OUTPUT);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("no such container");
  }

  @Test
  void recordsNeedAType() throws IOException {
    RawClient.Answer none = upload("", HEALTH);
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.text())
        .isEqualTo("Expecting 'Message-Content-Type' to be set for streaming requests");
    RawClient.Answer other = upload("Message-Content-Type: application/recordio\r\n", HEALTH);
    assertThat(other.status()).isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"GET_HEALTH"} | 415 | Streaming 'Content-Type' application/recordio is not supported for GET_HEALTH call
          not JSON              | 400 | Failed to parse body into Call
          {"type":"ATTACH_CONTAINER_INPUT","attach_container_input":{"type":"PROCESS_IO","process_io":{}}} | 400 | in the first record
          {"type":"ATTACH_CONTAINER_INPUT","attach_container_input":{"type":"PROCESS_IO"}} | 400 | process_io' to be present
          {"type":"ATTACH_CONTAINER_INPUT","attach_container_input":{"type":"CONTAINER_ID"}} | 400 | ID must not be empty
          {"type":"ATTACH_CONTAINER_INPUT","attach_container_input":{"type":"CONTAINER_ID","container_id":{"value":"c"}}} | 404 | no such container
          """)
  void aWrongFirstRecord(String record, int status, String reason) throws IOException {
    RawClient.Answer answer = upload("Message-Content-Type: application/json\r\n", record);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains(reason);
  }

  @Test
  void noRecordAtAll() throws IOException {
    RawClient.Answer answer = upload("Message-Content-Type: application/json\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEqualTo("Received EOF while reading request body");
  }

  @Test
  void aSilentUploadIsEndedAndItsPlaceIsFreeAgain() throws IOException {
    try (RawClient first = new RawClient(server.port());
        RawClient second = new RawClient(server.port());
        RawClient third = new RawClient(server.port())) {
      // A length, and then nothing: there is no record yet.
      first.send(UPLOAD + "3\r\n100\r\n");
      second.send(UPLOAD);
      assertThat(second.read().status()).isEqualTo(408);
      assertThat(first.read().text()).contains("No record came for 300ms");
      third.send(UPLOAD + "3\r\n5\nx\r\n");
      assertThat(third.read().status()).isEqualTo(408);
    }
  }

  @Test
  void uploadsAreBoundedInNumber() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    List<Integer> statuses = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        clients.add(new RawClient(server.port()).send(UPLOAD));
      }
      for (RawClient client : clients) {
        statuses.add(client.read().status());
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    assertThat(statuses).containsExactlyInAnyOrder(408, 408, 503);
  }

  @Test
  void callsThatBlockFillABoundedQueueAndNoMore() throws IOException {
    String request = RawClient.postRequest("/api/v1", JSON, "{\"type\":\"GET_STATE\"}");
    List<RawClient> clients = new ArrayList<>();
    int room = 16 + 256;
    try {
      for (int i = 0; i < room; i++) {
        clients.add(new RawClient(server.port()).send(request));
      }
      RawClient.Answer refused = firstAnswer(clients, request);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text()).contains("too many calls waiting");
      held.countDown();
      assertThat(clients.getFirst().read().status()).isEqualTo(200);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** Of one of a few more clients: the requests of the others may still be on their way. */
  private RawClient.Answer firstAnswer(List<RawClient> clients, String request) throws IOException {
    for (int i = 0; i < 10; i++) {
      RawClient late = new RawClient(server.port());
      clients.add(late);
      late.socket().setSoTimeout(500);
      try {
        return late.send(request).read();
      } catch (SocketTimeoutException e) {
        assertThat(late.socket().isConnected()).isTrue();
      }
    }
    throw new AssertionError("nobody was refused");
  }
}
