package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection, records both ways at the same time. */
class DuplexTest {
  private static final int RECORD_LIMIT = 1 << 20;

  private final CompletableFuture<DuplexStream> accepted = new CompletableFuture<>();
  private final CompletableFuture<CloseReason> serverClosed = new CompletableFuture<>();
  private final CompletableFuture<DuplexExchange> parked = new CompletableFuture<>();
  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private final Recorder recorder = new Recorder();
  private HttpClient client;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    client = new HttpClient(HttpClientOptions.defaults());
    server =
        TestServer.serving(
            Router.builder()
                .duplex("/link", (q, x) -> accept(x))
                .duplex("/no", (q, x) -> x.respond(HttpResponse.redirect307("//leader:1/link")))
                .duplex("/park", (q, x) -> parked.complete(x))
                .duplex("/broken", DuplexTest::fail)
                .route("/call", (q, x) -> x.respond(HttpResponse.empty(202))),
            options -> options.with(options.limits().withMaxRecordBytes(RECORD_LIMIT)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void accept(DuplexExchange exchange) {
    DuplexStream stream = exchange.accept("application/x-protobuf", Headers.none());
    stream.onClose(serverClosed::complete);
    stream.receive(record -> received.add(new String(record, UTF_8)));
    accepted.complete(stream);
  }

  private static void fail(HttpRequest request, DuplexExchange exchange) {
    throw new IllegalStateException("planted");
  }

  private DuplexCall open(String path) {
    URI uri = server.uri(path);
    return client.openDuplex(uri, Headers.of("X-Agent", "a"), recorder);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void tenThousandRecordsEachWayAtTheSameTimeInOrder() {
    int count = 10_000;
    DuplexCall call = open("/link");
    DuplexStream stream = Await.get(accepted);
    Thread down = new Thread(() -> numbered("down-", count).forEach(r -> stream.send(bytes(r))));
    down.start();
    numbered("up-", count).forEach(record -> assertThat(call.send(bytes(record))).isTrue());
    Await.until("all are up", () -> received.size() == count);
    Await.until("all are down", () -> recorder.records().size() == count);
    assertThat(List.copyOf(received)).isEqualTo(numbered("up-", count));
    assertThat(recorder.records()).isEqualTo(numbered("down-", count));
    assertThat(server.stats().openConnections()).isEqualTo(1);
    assertThat(server.stats().openStreams()).isEqualTo(1);
  }

  @Test
  void whatIsSentBeforeThereIsAConnectionArrivesFirst() {
    DuplexCall call = open("/link");
    call.send(bytes("first"));
    Await.get(recorder.opened);
    call.send(bytes("second"));
    Await.until("both are up", () -> received.size() == 2);
    assertThat(received).containsExactly("first", "second");
  }

  @Test
  void theClientEndsIt() {
    DuplexCall call = open("/link");
    call.send(bytes("last"));
    call.close();
    assertThat(call.send(bytes("too late"))).isFalse();
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.FINISHED);
    assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.PEER_FINISHED);
    assertThat(received).containsExactly("last");
  }

  @Test
  void theServerEndsIt() {
    open("/link");
    DuplexStream stream = Await.get(accepted);
    stream.send(bytes("last"));
    stream.close();
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.PEER_FINISHED);
    assertThat(recorder.records()).containsExactly("last");
    assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.FINISHED);
    Await.until("the connection is closed", () -> server.stats().openConnections() == 0);
  }

  @Test
  void theClientVanishes() {
    DuplexCall call = open("/link");
    Await.get(accepted);
    call.abort();
    assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.PEER_GONE);
    assertThat(server.stats().openStreams()).isZero();
  }

  @Test
  void aRefusalReachesAClientThatIsSendingAlready() {
    DuplexCall call = open("/no");
    numbered("up-", 100).forEach(record -> call.send(bytes(record)));
    ClientResponse refusal = Await.get(recorder.refused);
    assertThat(refusal.status()).isEqualTo(307);
    assertThat(refusal.headers().first("Location")).contains("//leader:1/link");
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.REFUSED);
    assertThat(call.send(bytes("x"))).isFalse();
  }

  @Test
  void aHandlerThatFailsIs500() {
    open("/broken");
    assertThat(Await.get(recorder.refused).status()).isEqualTo(500);
    assertThat(server.stats().handlerFailures()).isEqualTo(1);
  }

  @Test
  void anotherMethodThanPostIs405() throws IOException {
    try (RawClient raw = server.connect()) {
      assertThat(raw.get("/link").read().header("Allow")).isEqualTo("POST");
    }
  }

  @Test
  void whatIsNotRecordIoEndsTheStream() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ngarbage\r\n");
      assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.PROTOCOL_ERROR);
      assertThat(raw.readToEnd()).doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void aRecordOverTheLimitEndsTheStreamByItsLengthAlone() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n1048577\n\r\n");
      assertThat(Await.get(serverClosed).detail()).contains("over the limit of " + RECORD_LIMIT);
    }
  }

  @Test
  void anEndWithinARecordIsAnError() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n9\nab\r\n0\r\n\r\n");
      assertThat(Await.get(serverClosed).detail()).contains("within a record");
    }
  }

  @Test
  void recordsAndChunksNeedNotAgreeAndTheConnectionGoesOnAfterTheEnd() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
      raw.send("6\r\n1\na2\nb\r\n").send("1\r\nc\r\n").send("0\r\n\r\n");
      assertThat(raw.read().chunks()).isEmpty();
      assertThat(received).containsExactly("a", "bc");
      assertThat(raw.post("/call", "{}").read().status()).isEqualTo(202);
    }
  }

  @Test
  void aFloodingClientIsHeldBackWhileTheServerPauses() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
      DuplexStream stream = Await.get(accepted);
      stream.pause();
      byte[] chunk = chunk(65_536);
      CompletableFuture<Integer> sentWhilePaused = new CompletableFuture<>();
      Thread flood = new Thread(() -> flood(raw, chunk, sentWhilePaused));
      flood.start();
      long before = floodIsStuck();
      assertThat(before).isLessThan(1 << 20);
      assertThat(received).isEmpty();
      stream.resume();
      assertThat(Await.get(sentWhilePaused)).isEqualTo(1024);
      Await.until("all have come", () -> received.size() == 1024);
    }
  }

  private static byte[] chunk(int recordBytes) {
    String framed = recordBytes + "\n" + "x".repeat(recordBytes);
    return bytes(Integer.toHexString(framed.length()) + "\r\n" + framed + "\r\n");
  }

  private static void flood(RawClient raw, byte[] chunk, CompletableFuture<Integer> done) {
    try {
      for (int i = 0; i < 1024; i++) {
        raw.send(chunk);
      }
      done.complete(1024);
    } catch (IOException e) {
      done.completeExceptionally(e);
    }
  }

  /** How many bytes the server has read once it reads no more. */
  private long floodIsStuck() {
    long[] last = {-1, 0};
    Await.until(
        "the server has stopped reading",
        () -> {
          long now = server.stats().bodyBytes();
          last[1] = now == last[0] ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] > 100;
        });
    return last[0];
  }

  @Test
  void aClientThatIsNotYetAcceptedIsHeldBackToo() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /park HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
      DuplexExchange exchange = Await.get(parked);
      CompletableFuture<Integer> sent = new CompletableFuture<>();
      byte[] chunk = chunk(65_536);
      new Thread(() -> flood(raw, chunk, sent)).start();
      assertThat(floodIsStuck()).isLessThan(1 << 20);
      accept(exchange);
      assertThat(Await.get(sent)).isEqualTo(1024);
      Await.until("all have come", () -> received.size() == 1024);
    }
  }

  @Test
  void aServerThatDoesNotReadIsDroppedByTheClient() {
    DuplexCall call = open("/link");
    Await.get(accepted).pause();
    byte[] big = new byte[RECORD_LIMIT];
    int sent = 0;
    while (sent < 512 && call.send(big)) {
      sent++;
    }
    assertThat(sent).isLessThan(512);
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.SLOW_READER);
  }

  @Test
  void aListenerThatThrowsEndsTheStream() throws IOException {
    try (RawClient raw = server.connect()) {
      raw.send("POST /park HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
      DuplexStream stream = Await.get(parked).accept("a/b", Headers.none());
      stream.onClose(serverClosed::complete);
      stream.receive(record -> {
        throw new IllegalStateException("planted");
      });
      raw.send("3\r\n1\na\r\n");
      assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.LISTENER_FAILED);
      assertThat(server.stats().handlerFailures()).isEqualTo(1);
    }
  }
}
