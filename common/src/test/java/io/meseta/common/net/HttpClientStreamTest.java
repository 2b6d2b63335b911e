package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpClientStreamTest {
  private static final byte[] BODY = "subscribe".getBytes(UTF_8);

  private final CompletableFuture<EventStream> served = new CompletableFuture<>();
  private final CompletableFuture<CloseReason> serverClosed = new CompletableFuture<>();
  private final CompletableFuture<String> gaveUp = new CompletableFuture<>();
  private final Recorder recorder = new Recorder();
  private HttpClient client;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    client = clientWithin(Duration.ofSeconds(30));
    server =
        TestServer.serving(
            Router.builder()
                .route("/events", this::serve)
                .route("/five", this::serveFive)
                .route("/no", (q, x) -> x.respond(HttpResponse.text(503, "not now")))
                .route("/never", (q, x) -> x.onDisconnect(() -> gaveUp.complete("gave up")))
                .route("/moved", (q, x) -> x.respond(HttpResponse.redirect307("//leader:5050/x"))));
  }

  private static HttpClient clientWithin(Duration openTimeout) {
    return new HttpClient(
        HttpClientOptions.defaults()
            .with(
                new HttpClientOptions.Timeouts(
                    Duration.ofSeconds(5), openTimeout, Duration.ofSeconds(5)))
            .with(new HttpClientOptions.Limits(2, 2, 1000, 1 << 20, 1 << 20)));
  }

  /** Long enough for a busy machine to open a stream, short enough to be waited for. */
  private void openWithinTwoSeconds() {
    client.close();
    client = clientWithin(Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void serve(HttpRequest request, Exchange exchange) {
    EventStream stream =
        exchange.openStream(
            "application/json", Headers.of("Body", new String(request.body(), UTF_8)));
    stream.onClose(serverClosed::complete);
    served.complete(stream);
  }

  /**
   * Sends five records in one go: this runs on the connection's event loop, which writes when the
   * handler has returned. So all of them are in the socket before anything else can happen.
   */
  private void serveFive(HttpRequest request, Exchange exchange) {
    EventStream stream = exchange.openStream("application/json", Headers.none());
    stream.onClose(serverClosed::complete);
    IntStream.range(0, 5).forEach(i -> stream.send(bytes("r" + i)));
    served.complete(stream);
  }

  private StreamCall open(String path) {
    return open(path, recorder);
  }

  private StreamCall open(String path, Recorder listener) {
    return client.openStream(server.uri(path), Headers.none(), BODY, listener);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void theHeadThenRecordsThenTheEnd() {
    open("/events");
    EventStream stream = Await.get(served);
    for (int i = 0; i < 1000; i++) {
      stream.send(bytes("r" + i));
    }
    stream.close();
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.PEER_FINISHED);
    assertThat(Await.get(recorder.opened).first("body")).contains("subscribe");
    assertThat(recorder.records())
        .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "r" + i).toList());
    assertThat(recorder.closings).hasValue(1);
    assertThat(recorder.afterTheEnd).isEmpty();
  }

  @Test
  void aRefusalComesWhole() {
    open("/no");
    ClientResponse refusal = Await.get(recorder.refused);
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.bodyText()).isEqualTo("not now");
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.REFUSED);
    assertThat(recorder.opened).isNotDone();
  }

  @Test
  void aRedirectIsARefusalWithALocation() {
    open("/moved");
    assertThat(Await.get(recorder.refused).headers().first("Location")).contains("//leader:5050/x");
  }

  @Test
  void aServerThatDiesWithinAStream() {
    open("/events");
    EventStream stream = Await.get(served);
    stream.send(bytes("a"));
    Await.until("the record is here", () -> recorder.records().size() == 1);
    stream.abort();
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.PEER_GONE);
    assertThat(recorder.closings).hasValue(1);
  }

  @Test
  void aServerThatNeverAnswers() {
    openWithinTwoSeconds();
    open("/never");
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.TIMEOUT);
    assertThat(Await.get(gaveUp)).isEqualTo("gave up");
  }

  @Test
  void aStreamOutlivesTheTimeInWhichItHadToOpen() {
    openWithinTwoSeconds();
    open("/events");
    Await.get(recorder.opened);
    // Opened later, and timed out by the same limit: so that limit is over for the first one too.
    Recorder later = new Recorder();
    open("/never", later);
    assertThat(later.closeKind()).isEqualTo(CloseReason.Kind.TIMEOUT);
    assertThat(recorder.closed).isNotDone();
  }

  @Test
  void anAbortedCallIsNoticedByTheServer() {
    StreamCall call = open("/events");
    Await.get(recorder.opened);
    call.abort();
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.ABORTED);
    assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.PEER_GONE);
  }

  @Test
  void aRecordOverTheLimitEndsTheStream() {
    open("/events");
    Await.get(served).send(new byte[(1 << 20) + 1]);
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.PROTOCOL_ERROR);
    assertThat(Await.get(recorder.closed).detail()).contains("over the limit");
  }

  @Test
  void aPausedReaderGetsNothingAndHoldsTheServerUntilItResumes() {
    CompletableFuture<StreamCall> call = new CompletableFuture<>();
    Recorder pausing =
        new Recorder() {
          @Override
          public void onRecord(byte[] record) {
            super.onRecord(record);
            if (records().size() == 2) {
              Await.get(call).pause();
            }
          }
        };
    call.complete(open("/five", pausing));
    EventStream stream = Await.get(served);
    Await.until("it has paused", () -> pausing.records().size() == 2);
    // What is sent now stays in the sockets' buffers, and then in the server's, up to its limit.
    byte[] big = new byte[1 << 20];
    int sent = 0;
    while (sent < 512 && stream.send(big)) {
      sent++;
    }
    assertThat(sent).isLessThan(512);
    assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.SLOW_READER);
    assertThat(pausing.records()).containsExactly("r0", "r1");
    Await.get(call).resume();
    Await.until("what was held is delivered", () -> pausing.records().size() >= 5);
    assertThat(pausing.records().subList(0, 5)).containsExactly("r0", "r1", "r2", "r3", "r4");
    assertThat(pausing.closeKind()).isEqualTo(CloseReason.Kind.PEER_GONE);
  }

  @Test
  void aListenerThatThrowsEndsTheStreamAndIsTold() {
    Recorder failing =
        new Recorder() {
          @Override
          public void onRecord(byte[] record) {
            throw new IllegalStateException("planted");
          }
        };
    open("/events", failing);
    Await.get(served).send(bytes("a"));
    assertThat(failing.closeKind()).isEqualTo(CloseReason.Kind.LISTENER_FAILED);
    assertThat(failing.closings).hasValue(1);
  }

  @Test
  void closingTheClientEndsItsStreams() {
    open("/events");
    Await.get(recorder.opened);
    client.close();
    assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.STOPPING);
    assertThat(Await.get(serverClosed).kind()).isEqualTo(CloseReason.Kind.PEER_GONE);
  }
}
