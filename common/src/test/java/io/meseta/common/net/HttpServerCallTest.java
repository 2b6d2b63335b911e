package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain requests and answers, as they are on the wire. */
class HttpServerCallTest {
  private static final String LONG_TEXT = "meseta ".repeat(1000);

  private final CompletableFuture<Exchange> parked = new CompletableFuture<>();
  private final Queue<String> order = new ConcurrentLinkedQueue<>();
  private TestServer server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.serving(
            Router.builder()
                .route("/redirect", Set.of("GET"), (q, x) -> x.respond(redirect()))
                .route("/call", Set.of("POST"), (q, x) -> x.respond(HttpResponse.empty(202)))
                .route("/echo", (q, x) -> x.respond(echo(q)))
                .route(
                    "/long", Set.of("GET"), (q, x) -> x.respond(HttpResponse.text(200, LONG_TEXT)))
                .route("/late", (q, x) -> parked.complete(x))
                .route("/twice", HttpServerCallTest::answerTwice)
                .route("/broken", HttpServerCallTest::fail)
                .route("/slow/*", this::answerFromAnotherThread)
                .alias("/master/*", "/*"));
    client = server.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private static HttpResponse redirect() {
    return HttpResponse.redirect307("//leader:5050");
  }

  private static HttpResponse echo(HttpRequest request) {
    String text =
        String.join(
            "|",
            request.method(),
            request.path(),
            request.query("a").orElse("-"),
            String.join(",", request.headers().all("x-thing")),
            new String(request.body(), UTF_8));
    return HttpResponse.text(200, text);
  }

  private static void answerTwice(HttpRequest request, Exchange exchange) {
    exchange.respond(HttpResponse.text(200, "first"));
    exchange.respond(HttpResponse.text(200, "second"));
  }

  private static void fail(HttpRequest request, Exchange exchange) {
    throw new IllegalStateException("planted");
  }

  private void answerFromAnotherThread(HttpRequest request, Exchange exchange) {
    order.add("asked " + request.path());
    new Thread(
            () -> {
              order.add("answered " + request.path());
              exchange.respond(HttpResponse.text(200, request.path()));
            })
        .start();
  }

  @Test
  void aRedirectHasALocationAndNoBody() throws IOException {
    RawClient.Answer answer = client.get("/redirect").read();
    assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 307 Temporary Redirect");
    assertThat(answer.header("Location")).isEqualTo("//leader:5050");
    assertThat(answer.header("Content-Length")).isEqualTo("0");
  }

  @Test
  void aTargetInAbsoluteFormIsRoutedByItsPath() throws IOException {
    assertThat(client.get("http://host:5050/redirect").read().status()).isEqualTo(307);
    assertThat(client.get("HTTP://host:5050/master/echo?a=b").read().text())
        .isEqualTo("GET|/echo|b||");
    assertThat(client.get("http://host:5050").read().status()).isEqualTo(404);
  }

  @Test
  void anAcceptedCallIs202WithLengthZeroAndTheConnectionStays() throws IOException {
    for (int i = 0; i < 3; i++) {
      RawClient.Answer answer = client.post("/call", "{}").read();
      assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 202 Accepted");
      assertThat(answer.header("Content-Length")).isEqualTo("0");
    }
    assertThat(server.stats().openConnections()).isEqualTo(1);
    assertThat(server.stats().requests()).isEqualTo(3);
  }

  @Test
  void anUnknownPathIs404InPlainTextWithALength() throws IOException {
    RawClient.Answer answer = client.post("/nothing", "body").read();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.text()).isNotEmpty();
    assertThat(client.get("/echo").read().status()).isEqualTo(200);
  }

  @Test
  void anotherMethodIs405WithAllow() throws IOException {
    RawClient.Answer answer = client.get("/call").read();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws IOException {
    client.send("HEAD /long HTTP/1.1\r\n\r\n");
    assertThat(client.readHead().header("Content-Length"))
        .isEqualTo(String.valueOf(LONG_TEXT.length()));
    assertThat(client.get("/redirect").read().status()).isEqualTo(307);
  }

  @Test
  void headersComeInAnyCaseAndRepeated() throws IOException {
    client.send(
        "POST /echo?a=%2Fb+c HTTP/1.1\r\nhOST: x\r\nX-THING: 1\r\nx-Thing: 2\r\n"
            + "content-LENGTH: 4\r\n\r\nbody");
    assertThat(client.read().text()).isEqualTo("POST|/echo|/b c|1,2|body");
  }

  @Test
  void headAndBodyMayComeInPieces() throws IOException {
    String request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    for (int i = 0; i < request.length(); i++) {
      client.send(request.substring(i, i + 1));
    }
    assertThat(client.read().text()).isEqualTo("POST|/echo|-||body");
  }

  @Test
  void aBodyMayBeChunked() throws IOException {
    client.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("3\r\nbod\r\n").send("1\r\ny\r\n0\r\n\r\n");
    assertThat(client.read().text()).isEqualTo("POST|/echo|-||body");
  }

  @Test
  void aClientThatAsksBeforeItSendsGetsConsent() throws IOException {
    client.send("POST /echo HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    assertThat(client.readHead().status()).isEqualTo(100);
    client.send("body");
    assertThat(client.read().text()).isEqualTo("POST|/echo|-||body");
  }

  @Test
  void aClientThatAsksBeforeItSendsIsRefusedAtOnce() throws IOException {
    client.send("POST /nothing HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    RawClient.Answer answer = client.read();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Connection")).isEqualTo("close");
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderOneAtATime() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      requests.append("GET /slow/").append(i).append(" HTTP/1.1\r\n\r\n");
    }
    client.send(requests.toString());
    for (int i = 0; i < 400; i++) {
      assertThat(client.read().text()).isEqualTo("/slow/" + i);
      assertThat(order.poll()).isEqualTo("asked /slow/" + i);
      assertThat(order.poll()).isEqualTo("answered /slow/" + i);
    }
  }

  @Test
  void connectionCloseIsHonoured() throws IOException {
    client.send("GET /redirect HTTP/1.1\r\nConnection: close\r\n\r\n");
    RawClient.Answer answer = client.read();
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(client.readToEnd()).isEmpty();
  }

  @Test
  void http10IsAnsweredAndClosedUnlessItAsksToStay() throws IOException {
    client.send("GET /redirect HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    RawClient.Answer answer = client.read();
    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.header("Connection")).isEqualTo("keep-alive");
    client.send("GET /redirect HTTP/1.0\r\n\r\n");
    assertThat(client.read().status()).isEqualTo(307);
    assertThat(client.readToEnd()).isEmpty();
  }

  @Test
  void aClientThatHasClosedItsSendingHalfGetsItsAnswers() throws Exception {
    CompletableFuture<String> gone = new CompletableFuture<>();
    client.send("GET /echo HTTP/1.1\r\n\r\nGET /late HTTP/1.1\r\n\r\n");
    client.socket().shutdownOutput();
    assertThat(client.read().status()).isEqualTo(200);
    Exchange exchange = Await.get(parked);
    exchange.onDisconnect(() -> gone.complete("told"));
    assertThat(Await.get(gone)).isEqualTo("told");
    exchange.respond(HttpResponse.text(200, "still"));
    assertThat(client.read().text()).isEqualTo("still");
    assertThat(client.readToEnd()).isEmpty();
  }

  @Test
  void aHandlerIsToldWhenItsClientGoesAway() throws IOException {
    CompletableFuture<String> gone = new CompletableFuture<>();
    client.get("/late");
    Exchange exchange = Await.get(parked);
    exchange.onDisconnect(() -> gone.complete("told"));
    client.close();
    assertThat(Await.get(gone)).isEqualTo("told");
    exchange.respond(HttpResponse.text(200, "too late, and harmless"));
    Await.until("the connection is gone", () -> server.stats().openConnections() == 0);
  }

  @Test
  void aHandlerThatFailsIs500AndTheConnectionStays() throws IOException {
    RawClient.Answer answer = client.post("/broken", "x").read();
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text()).doesNotContain("planted");
    assertThat(client.get("/redirect").read().status()).isEqualTo(307);
    assertThat(server.stats().handlerFailures()).isEqualTo(1);
  }

  @Test
  void onlyTheFirstAnswerCounts() throws IOException {
    assertThat(client.get("/twice").read().text()).isEqualTo("first");
    assertThat(client.get("/echo").read().text()).startsWith("GET|/echo");
  }

  @Test
  void aLongAnswerIsCompressedWhenAskedFor() throws IOException {
    client.send("GET /long HTTP/1.1\r\nAccept-Encoding: gzip, deflate\r\n\r\n");
    RawClient.Answer answer = client.read();
    assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(answer.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(answer.body()).hasSizeLessThan(LONG_TEXT.length());
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
    assertThat(new String(plain, UTF_8)).isEqualTo(LONG_TEXT);
    assertThat(client.get("/long").read().text()).isEqualTo(LONG_TEXT);
    client.send("GET /echo HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
    assertThat(client.read().header("Content-Encoding")).isEmpty();
  }
}
