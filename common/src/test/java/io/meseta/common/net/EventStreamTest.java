package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.testing.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that go on, seen on the wire. */
class EventStreamTest {
  private static final int STREAM_LIMIT = 1 << 20;

  private final BlockingQueue<EventStream> opened = new LinkedBlockingQueue<>();
  private final Queue<CloseReason> closed = new ConcurrentLinkedQueue<>();
  private TestServer server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.serving(
            Router.builder()
                .route("/events", this::subscribe)
                .route("/call", (q, x) -> x.respond(HttpResponse.empty(202))),
            options -> options.with(options.limits().withStreamBufferBytes(STREAM_LIMIT)));
    client = server.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private void subscribe(HttpRequest request, Exchange exchange) {
    EventStream stream =
        exchange.openStream("application/json", Headers.of("Mesos-Stream-Id", "id-1"));
    stream.onClose(closed::add);
    opened.add(stream);
  }

  private EventStream nextStream() {
    try {
      EventStream stream = opened.poll(60, TimeUnit.SECONDS);
      if (stream == null) {
        throw new AssertionError("No stream was opened");
      }
      return stream;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private CloseReason.Kind closeKind() {
    Await.until("the stream is over", () -> !closed.isEmpty());
    assertThat(closed).hasSize(1);
    return closed.element().kind();
  }

  @Test
  void theHeadIsThatOfAnEventStream() throws IOException {
    client.send("POST /events HTTP/1.1\r\nAccept-Encoding: gzip\r\nContent-Length: 0\r\n\r\n");
    nextStream();
    RawClient.Answer head = client.readHead();
    assertThat(head.statusLine()).isEqualTo("HTTP/1.1 200 OK");
    assertThat(head.headers())
        .containsOnly(
            org.assertj.core.api.Assertions.entry("transfer-encoding", "chunked"),
            org.assertj.core.api.Assertions.entry("content-type", "application/json"),
            org.assertj.core.api.Assertions.entry("mesos-stream-id", "id-1"));
    assertThat(server.stats().openStreams()).isEqualTo(1);
  }

  @Test
  void oneRecordIsOneChunk() throws IOException {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    String long1 = "x".repeat(200_000);
    stream.send(bytes("{\"type\":\"HEARTBEAT\"}"));
    stream.send(bytes("a"));
    stream.send(bytes(long1));
    client.readHead();
    assertThat(client.readTextChunk()).isEqualTo("20\n{\"type\":\"HEARTBEAT\"}");
    assertThat(client.readTextChunk()).isEqualTo("1\na");
    assertThat(client.readTextChunk()).isEqualTo("200000\n" + long1);
  }

  @Test
  void recordsOfEachThreadKeepTheirOrder() throws Exception {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    int threads = 4;
    int each = 500;
    for (int t = 0; t < threads; t++) {
      String name = "t" + t + "-";
      new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  stream.send(bytes(name + i));
                }
              })
          .start();
    }
    client.readHead();
    int[] next = new int[threads];
    for (int i = 0; i < threads * each; i++) {
      String record = client.readTextChunk().split("\n", -1)[1];
      int thread = record.charAt(1) - '0';
      assertThat(record).isEqualTo("t" + thread + "-" + next[thread]);
      next[thread]++;
    }
  }

  @Test
  void aClosedStreamEndsWithTheFinalChunkAndTheConnectionGoesOn() throws IOException {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    stream.send(bytes("last"));
    stream.close();
    stream.close();
    assertThat(stream.send(bytes("too late"))).isFalse();
    assertThat(client.read().text()).isEqualTo("4\nlast");
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.FINISHED);
    assertThat(server.stats().openStreams()).isZero();
    assertThat(client.post("/call", "{}").read().status()).isEqualTo(202);
    client.post("/events", "{}");
    nextStream().close();
    assertThat(client.read().chunks()).isEmpty();
  }

  @Test
  void anAbortedStreamHasNoFinalChunk() throws IOException {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    stream.send(bytes("a"));
    client.readHead();
    assertThat(client.readTextChunk()).isEqualTo("1\na");
    stream.abort();
    assertThat(client.readToEnd()).isEmpty();
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.ABORTED);
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void aPeerThatVanishesIsNoticed() throws IOException {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    client.readHead();
    client.close();
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.PEER_GONE);
    assertThat(stream.send(bytes("x"))).isFalse();
    CompletableFuture<CloseReason> late = new CompletableFuture<>();
    stream.onClose(late::complete);
    assertThat(late).isCompleted();
  }

  @Test
  void aPeerThatResetsIsNoticed() throws IOException {
    client.post("/events", "{}");
    nextStream();
    client.readHead();
    client.socket().setSoLinger(true, 0);
    client.close();
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.PEER_GONE);
    Await.until("nothing is left", () -> server.stats().openConnections() == 0);
  }

  @Test
  void aSlowReaderIsDroppedWhileAnotherStreamGoesOn() throws IOException {
    try (RawClient slow = server.connect()) {
      slow.socket().setReceiveBufferSize(4096);
      slow.post("/events", "{}");
      EventStream slowStream = nextStream();
      client.post("/events", "{}");
      EventStream quick = nextStream();
      client.readHead();

      byte[] record = bytes("x".repeat(64 * 1024));
      int accepted = 0;
      // What the kernel's buffers take is not counted against the reader, but they are finite.
      for (int i = 0; i < 4096 && slowStream.send(record); i++) {
        accepted++;
        quick.send(bytes("n" + i));
        assertThat(client.readTextChunk()).endsWith("n" + i);
      }
      assertThat(accepted).isBetween(STREAM_LIMIT / record.length - 1, 4095);
      assertThat(slowStream.send(record)).isFalse();
      assertThat(closeKind()).isEqualTo(CloseReason.Kind.SLOW_READER);
      assertThat(closed.element().detail()).contains(String.valueOf(STREAM_LIMIT));
      assertThat(server.stats().slowReadersDropped()).isEqualTo(1);

      quick.send(bytes("after"));
      assertThat(client.readTextChunk()).isEqualTo("5\nafter");
    }
  }

  @Test
  void smallRecordsCountForWhatTheyCost() throws IOException {
    client.socket().setReceiveBufferSize(4096);
    client.post("/events", "{}");
    EventStream stream = nextStream();
    int accepted = 0;
    while (accepted < 10_000_000 && stream.send(bytes("x"))) {
      accepted++;
    }
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.SLOW_READER);
  }

  @Test
  void oneRecordOverTheLimitIsNotTooMuch() throws IOException {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    assertThat(stream.send(new byte[2 * STREAM_LIMIT])).isTrue();
    client.readHead();
    assertThat(client.readChunk()).hasSize(2 * STREAM_LIMIT + "2097152\n".length());
    assertThat(stream.isOpen()).isTrue();
  }

  @Test
  void requestsWhileAStreamIsOpenWaitButDoNotPileUp() throws IOException {
    client.post("/events", "{}");
    EventStream stream = nextStream();
    client.readHead();
    client.post("/call", "{}");
    stream.send(bytes("a"));
    assertThat(client.readTextChunk()).isEqualTo("1\na");
    stream.close();
    assertThat(client.readChunk()).isEmpty();
    assertThat(client.read().status()).isEqualTo(202);
    closed.clear();

    client.post("/events", "{}");
    nextStream();
    client.readHead();
    String request = "POST /call HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    try {
      client.send(request.repeat(100_000));
    } catch (IOException droppedMeanwhile) {
      assertThat(droppedMeanwhile).isInstanceOf(java.net.SocketException.class);
    }
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.PROTOCOL_ERROR);
  }

  @Test
  void http10HasNoStreams() throws IOException {
    client.send("POST /events HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
    EventStream stream = nextStream();
    assertThat(client.read().status()).isEqualTo(505);
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.PROTOCOL_ERROR);
    assertThat(stream.send(bytes("x"))).isFalse();
  }

  @Test
  void anAnsweredRequestCannotBecomeAStream() throws IOException {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    try (TestServer other =
            TestServer.serving(
                Router.builder()
                    .route(
                        "/",
                        (q, x) -> {
                          x.respond(HttpResponse.empty(202));
                          try {
                            x.openStream("a/b", Headers.none());
                          } catch (IllegalStateException e) {
                            thrown.complete(e);
                          }
                        }));
        RawClient caller = other.connect()) {
      assertThat(caller.get("/").read().status()).isEqualTo(202);
      assertThat(Await.get(thrown)).hasMessageContaining("answer already");
    }
  }

  @Test
  void aStoppingServerDropsStreamsWithoutAFinalChunk() throws IOException {
    client.post("/events", "{}");
    nextStream().send(bytes("a"));
    client.readHead();
    assertThat(client.readTextChunk()).isEqualTo("1\na");
    CompletableFuture<Void> stopped = server.server().stop();
    assertThatThrownBy(client::readChunk).isInstanceOf(EOFException.class);
    assertThat(closeKind()).isEqualTo(CloseReason.Kind.STOPPING);
    Await.get(stopped);
  }
}
