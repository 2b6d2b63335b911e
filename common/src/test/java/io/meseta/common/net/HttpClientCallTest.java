package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpClientCallTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final byte[] NO_BODY = new byte[0];
  private static final HttpClientOptions OPTIONS =
      HttpClientOptions.defaults()
          .with(new HttpClientOptions.Limits(2, 3, 100_000, 1 << 20, 1 << 20));

  private final Queue<Exchange> parked = new ConcurrentLinkedQueue<>();
  private HttpClient client;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    client = new HttpClient(OPTIONS);
    server =
        TestServer.serving(
            Router.builder()
                .route("/echo", (q, x) -> x.respond(echo(q)))
                .route("/moved", (q, x) -> x.respond(HttpResponse.redirect307("//other:1/x")))
                .route("/big", (q, x) -> x.respond(HttpResponse.of(200, "a/b", new byte[100_001])))
                .route("/park", (q, x) -> parked.add(x)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static HttpResponse echo(HttpRequest request) {
    String text =
        String.join(
            "|",
            request.method(),
            request.target().raw(),
            request.headers().first("X-Thing").orElse("-"),
            request.headers().first("Host").orElse("-"),
            new String(request.body(), UTF_8));
    return HttpResponse.text(200, text);
  }

  private CompletableFuture<ClientResponse> get(URI uri) {
    return client.call(uri, "GET", Headers.none(), NO_BODY, LONG);
  }

  private static HttpCallException.Kind failureKind(CompletableFuture<?> call) {
    assertThat(Await.failure(call)).isInstanceOf(HttpCallException.class);
    return ((HttpCallException) Await.failure(call)).kind();
  }

  /** A server that does what the test says with each connection, one after the other. */
  private static ServerSocket scripted(Consumer<RawClient> script) throws IOException {
    ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(() -> {
          while (!listener.isClosed()) {
            try (RawClient connection = new RawClient(listener.accept())) {
              script.accept(connection);
            } catch (IOException e) {
              assertThat(e).isNotNull();
            }
          }
        });
    thread.setDaemon(true);
    thread.start();
    return listener;
  }

  private static URI uri(ServerSocket listener) {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/x");
  }

  private static void readRequest(RawClient connection) {
    try {
      connection.read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void send(RawClient connection, String text) {
    try {
      connection.send(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aCallCarriesEverythingAndBringsEverything() {
    URI uri = server.uri("/echo?a=b%20c");
    ClientResponse answer =
        Await.get(
            client.call(uri, "PUT", Headers.of("X-Thing", "1"), "body".getBytes(UTF_8), LONG));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bodyText())
        .isEqualTo("PUT|/echo?a=b%20c|1|127.0.0.1:" + uri.getPort() + "|body");
    assertThat(answer.headers().first("content-type")).contains("text/plain; charset=utf-8");
  }

  @Test
  void aNameIsLookedUpAndItsAddressesTried() {
    URI uri = URI.create("http://localhost:" + server.server().port() + "/echo");
    assertThat(Await.get(get(uri)).status()).isEqualTo(200);
  }

  @Test
  void aRedirectIsAnAnswerLikeAnother() {
    ClientResponse answer = Await.get(get(server.uri("/moved")));
    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.headers().first("Location")).contains("//other:1/x");
  }

  @Test
  void connectionsAreUsedAgain() {
    for (int i = 0; i < 20; i++) {
      assertThat(Await.get(get(server.uri("/echo"))).status()).isEqualTo(200);
    }
    assertThat(server.stats().openConnections()).isEqualTo(1);
    ClientResponse head =
        Await.get(client.call(server.uri("/big"), "HEAD", Headers.none(), NO_BODY, LONG));
    assertThat(head.headers().first("Content-Length")).contains("100001");
    assertThat(Await.get(get(server.uri("/echo"))).status()).isEqualTo(200);
  }

  @Test
  void connectionsAndWaitingCallsPerHostAreBounded() {
    List<CompletableFuture<ClientResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(get(server.uri("/park")));
    }
    Await.until("two are asked", () -> parked.size() == 2);
    CompletableFuture<ClientResponse> sixth = get(server.uri("/park"));
    assertThat(failureKind(sixth)).isEqualTo(HttpCallException.Kind.OVERLOADED);
    assertThat(server.stats().openConnections()).isEqualTo(2);
    for (int i = 0; i < 5; i++) {
      Await.until("one is asked", () -> !parked.isEmpty());
      parked.remove().respond(HttpResponse.empty(202));
    }
    calls.forEach(call -> assertThat(Await.get(call).status()).isEqualTo(202));
    assertThat(server.stats().openConnections()).isEqualTo(2);
  }

  @Test
  void aCallWithoutAnAnswerTimesOutAndItsConnectionIsNotUsedAgain() {
    CompletableFuture<ClientResponse> call =
        client.call(server.uri("/park"), "POST", Headers.none(), NO_BODY, Duration.ofMillis(200));
    assertThat(failureKind(call)).isEqualTo(HttpCallException.Kind.TIMEOUT);
    assertThat(Await.failure(call)).hasMessageContaining("/park").hasMessageContaining("200 ms");
    CompletableFuture<String> noticed = new CompletableFuture<>();
    parked.remove().onDisconnect(() -> noticed.complete("closed"));
    assertThat(Await.get(noticed)).isEqualTo("closed");
    assertThat(Await.get(get(server.uri("/echo"))).status()).isEqualTo(200);
    assertThat(server.stats().openConnections()).isEqualTo(2);
  }

  @Test
  void aCancelledCallFreesItsConnectionForTheNext() {
    CompletableFuture<ClientResponse> first = get(server.uri("/park"));
    CompletableFuture<ClientResponse> second = get(server.uri("/park"));
    CompletableFuture<ClientResponse> third = get(server.uri("/echo"));
    Await.until("two are asked", () -> parked.size() == 2);
    assertThat(third).isNotDone();
    first.cancel(false);
    assertThat(Await.get(third).status()).isEqualTo(200);
    assertThat(second).isNotDone();
  }

  @Test
  void anAnswerOverTheLimitFailsTheCall() {
    CompletableFuture<ClientResponse> call = get(server.uri("/big"));
    assertThat(failureKind(call)).isEqualTo(HttpCallException.Kind.TOO_LARGE);
    assertThat(Await.get(get(server.uri("/echo"))).status()).isEqualTo(200);
  }

  @Test
  void nobodyListening() throws IOException {
    ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    unused.close();
    CompletableFuture<ClientResponse> call = get(uri(unused));
    assertThat(failureKind(call)).isEqualTo(HttpCallException.Kind.CONNECT_FAILED);
  }

  @Test
  void anUnknownHost() {
    CompletableFuture<ClientResponse> call = get(URI.create("http://no-such-host.invalid/x"));
    assertThat(failureKind(call)).isEqualTo(HttpCallException.Kind.CONNECT_FAILED);
    assertThat(Await.failure(call)).hasMessageContaining("no-such-host.invalid is not known");
  }

  @Test
  void notAnHttpAddress() {
    assertThatThrownBy(() -> get(URI.create("ftp://x/y")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> get(URI.create("https://127.0.0.1/")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No TLS");
  }

  @Test
  void aServerThatIsNotHttp() throws IOException {
    try (ServerSocket listener = scripted(connection -> send(connection, "SSH-2.0-x\r\n\r\n"))) {
      assertThat(failureKind(get(uri(listener))))
          .isIn(HttpCallException.Kind.PROTOCOL_ERROR, HttpCallException.Kind.CONNECTION_LOST);
    }
  }

  @Test
  void aServerThatDiesWithinItsAnswer() throws IOException {
    String half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    try (ServerSocket listener =
        scripted(connection -> {
          readRequest(connection);
          send(connection, half);
        })) {
      assertThat(failureKind(get(uri(listener)))).isEqualTo(HttpCallException.Kind.CONNECTION_LOST);
    }
  }

  /** Answers the first request of the first connection, and closes it at the second. */
  private static ServerSocket closingOnReuse(Queue<String> seen) throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    return scripted(connection -> {
      readRequest(connection);
      seen.add("answered");
      send(connection, answer);
      readRequest(connection);
      seen.add("dropped");
    });
  }

  @Test
  void aStaleConnectionIsReplacedForACallThatMayBeRepeated() throws IOException {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    try (ServerSocket listener = closingOnReuse(seen)) {
      assertThat(Await.get(get(uri(listener))).status()).isEqualTo(200);
      assertThat(Await.get(get(uri(listener))).status()).isEqualTo(200);
      assertThat(seen).containsExactly("answered", "dropped", "answered");
    }
  }

  @Test
  void aCallThatTheServerMayHaveActedOnIsNotRepeated() throws IOException {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    try (ServerSocket listener = closingOnReuse(seen)) {
      assertThat(Await.get(get(uri(listener))).status()).isEqualTo(200);
      CompletableFuture<ClientResponse> post =
          client.call(uri(listener), "POST", Headers.none(), NO_BODY, LONG);
      assertThat(failureKind(post)).isEqualTo(HttpCallException.Kind.CONNECTION_LOST);
      assertThat(seen).containsExactly("answered", "dropped");
    }
  }

  @Test
  void anInformationalAnswerIsNotTheAnswer() throws IOException {
    String answers =
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    try (ServerSocket listener =
        scripted(connection -> {
          readRequest(connection);
          send(connection, answers);
        })) {
      assertThat(Await.get(get(uri(listener))).status()).isEqualTo(202);
    }
  }

  @Test
  void closingFailsWhatIsRunningAndWhatComes() {
    CompletableFuture<ClientResponse> running = get(server.uri("/park"));
    Await.until("it is asked", () -> !parked.isEmpty());
    client.close();
    assertThat(failureKind(running)).isEqualTo(HttpCallException.Kind.CLOSED);
    assertThat(failureKind(get(server.uri("/echo")))).isEqualTo(HttpCallException.Kind.CLOSED);
    Recorder recorder = new Recorder();
    client.openStream(server.uri("/park"), Headers.none(), NO_BODY, recorder);
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.STOPPING);
  }
}
