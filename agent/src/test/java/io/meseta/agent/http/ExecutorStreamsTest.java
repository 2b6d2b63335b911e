package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentEvent;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ClientResponse;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.common.net.StreamListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The executor API up to the core, over real sockets. */
class ExecutorStreamsTest {

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";

  private final LinkedBlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private volatile boolean full;
  private final ExecutorStreams streams =
      new ExecutorStreams(new Inbox(), (request, call) -> Optional.empty());
  private final HttpClient client = new HttpClient(HttpClientOptions.defaults());
  private HttpServer server;

  private final class Inbox implements ExecutorStreams.Inbox {
    @Override
    public boolean offer(Function<Instant, AgentEvent> input) {
      return !full && events.add(input.apply(Instant.EPOCH));
    }

    @Override
    public void post(Function<Instant, AgentEvent> input) {
      events.add(input.apply(Instant.EPOCH));
    }
  }

  @BeforeEach
  void listen() throws Exception {
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Router.builder().route("/api/v1/executor", streams).build());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    streams.close();
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/api/v1/executor");
  }

  private static Call call(Call.Type type) {
    return Call.newBuilder()
        .setType(type)
        .setFrameworkId(FrameworkID.newBuilder().setValue("f1"))
        .setExecutorId(ExecutorID.newBuilder().setValue("e1"))
        .build();
  }

  private ClientResponse ask(String method, Headers headers, byte[] body) {
    return client.call(uri(), method, headers, body, Duration.ofSeconds(30)).join();
  }

  private static byte[] text(String body) {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  private AgentEvent event() throws InterruptedException {
    AgentEvent event = events.poll(30, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing has come");
    }
    return event;
  }

  @Test
  void whatIsNoCallIsRefusedBeforeTheCoreHearsOfIt() {
    Headers json = Headers.of("Content-Type", JSON);

    assertThat(ask("GET", json, new byte[0]).status()).isEqualTo(405);
    assertThat(ask("POST", Headers.none(), text("{}")).status()).isEqualTo(400);
    assertThat(ask("POST", Headers.of("Content-Type", "text/plain"), text("x")).status())
        .isEqualTo(415);
    assertThat(ask("POST", json, text("{\"type\":")).status()).isEqualTo(400);
    assertThat(ask("POST", json, text("{\"type\":\"HEARTBEAT\"}")).status())
        .as("nobody calls")
        .isEqualTo(400);
    assertThat(ask("POST", Headers.of("Content-Type", PROTOBUF), text("garbage")).status())
        .isEqualTo(400);
    assertThat(
            ask(
                    "POST",
                    json.with("Accept", "text/html"),
                    Codec.encode(call(Call.Type.SUBSCRIBE), MediaType.JSON))
                .status())
        .isEqualTo(406);
    assertThat(events).isEmpty();
  }

  @Test
  void aCallWaitsForTheAnswerOfTheCore() throws Exception {
    var answer =
        client.call(
            uri(),
            "POST",
            Headers.of("Content-Type", JSON),
            Codec.encode(call(Call.Type.HEARTBEAT), MediaType.JSON),
            Duration.ofSeconds(30));
    AgentEvent.ExecutorCalled called = (AgentEvent.ExecutorCalled) event();
    assertThat(called.message()).isEqualTo(call(Call.Type.HEARTBEAT));
    assertThat(answer).isNotDone();

    streams.answer(called.call(), 202, "");

    assertThat(answer.join().status()).isEqualTo(202);
    assertThat(answer.join().body()).isEmpty();
  }

  @Test
  void aFullInboxIsAReasonToTryAgain() {
    full = true;

    ClientResponse answer =
        ask(
            "POST",
            Headers.of("Content-Type", PROTOBUF),
            Codec.encode(call(Call.Type.HEARTBEAT), MediaType.PROTOBUF));

    assertThat(answer.status()).isEqualTo(503);
  }

  @Test
  void aSubscriptionIsAStreamOfEvents() throws Exception {
    client.openStream(
        uri(),
        Headers.of("Content-Type", PROTOBUF, "Accept", JSON),
        Codec.encode(call(Call.Type.SUBSCRIBE), MediaType.PROTOBUF),
        new Hearing());
    AgentEvent.ExecutorCalled called = (AgentEvent.ExecutorCalled) event();

    streams.open(called.call());
    streams.send(called.call(), Event.newBuilder().setType(Event.Type.SHUTDOWN).build());
    streams.close(called.call());

    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("open " + JSON);
    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("{\"type\":\"SHUTDOWN\"}");
    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("closed");
    assertThat(event())
        .isEqualTo(new AgentEvent.ExecutorDisconnected(Instant.EPOCH, called.call()));
  }

  private final class Hearing implements StreamListener {
    @Override
    public void onOpen(Headers headers) {
      heard.add("open " + headers.first("Content-Type").orElse(""));
    }

    @Override
    public void onRefused(ClientResponse response) {
      heard.add("refused " + response.status());
    }

    @Override
    public void onRecord(byte[] record) {
      heard.add(new String(record, StandardCharsets.UTF_8));
    }

    @Override
    public void onClosed(CloseReason reason) {
      heard.add("closed");
    }
  }
}
