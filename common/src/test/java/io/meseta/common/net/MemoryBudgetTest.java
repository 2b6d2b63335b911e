package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What all clients of a server may hold together. */
class MemoryBudgetTest {
  private static final int KIB = 1024;
  private static final int MIB = KIB * KIB;
  private static final int LIMIT = 256 * KIB;
  private static final String LARGE = "x".repeat(200 * KIB);

  private static TestServer server(Router.Builder routes) throws IOException {
    return TestServer.serving(
        routes, options -> options.with(options.limits().withMaxBufferedBytes(LIMIT)));
  }

  private static Router.Builder routes() {
    return Router.builder()
        .route("/call", Set.of("POST"), (q, x) -> x.respond(HttpResponse.empty(202)))
        .duplex("/link", (q, x) -> x.accept("a/b", Headers.none()).receive(record -> {}));
  }

  @Test
  void smallSharesAreThereWhenAllIsTaken() {
    MemoryBudget memory = new MemoryBudget(LIMIT);
    assertThat(memory.tryTake(0, LIMIT)).isTrue();
    assertThat(memory.tryTake(0, MemoryBudget.SMALL_BYTES)).isTrue();
    assertThat(memory.tryTake(MemoryBudget.SMALL_BYTES, 1)).isFalse();
    memory.giveBack(LIMIT);
    assertThat(memory.tryTake(MemoryBudget.SMALL_BYTES, 1)).isTrue();
    assertThat(memory.takenBytes()).isEqualTo(MemoryBudget.SMALL_BYTES + 1);
  }

  @Test
  void limitsFollowTheHeap() {
    HttpServerOptions.Limits small = HttpServerOptions.Limits.forHeap(96L * MIB);
    assertThat(small.maxBodyBytes()).isEqualTo(96 * MIB / 256);
    assertThat(small.streamBufferBytes()).isEqualTo(3 * MIB);
    assertThat(small.maxBufferedBytes()).isEqualTo(12 * MIB);
    HttpServerOptions.Limits large = HttpServerOptions.Limits.forHeap(8L * KIB * MIB);
    assertThat(large.maxBodyBytes()).isEqualTo(16 * MIB);
    assertThat(large.maxRecordBytes()).isEqualTo(16 * MIB);
    assertThat(large.streamBufferBytes()).isEqualTo(8 * MIB);
    assertThat(large.maxBufferedBytes()).isEqualTo(1L * KIB * MIB);
    assertThat(HttpServerOptions.Limits.forHeap(1).maxBodyBytes()).isEqualTo(256 * KIB);
  }

  @Test
  void bodiesThatAreTogetherTooMuchAre503AndSmallOnesAreServed() throws IOException {
    try (TestServer server = server(routes());
        RawClient first = server.connect();
        RawClient second = server.connect();
        RawClient small = server.connect()) {
      first.send("POST /call HTTP/1.1\r\nContent-Length: " + (LARGE.length() + 1) + "\r\n\r\n");
      first.send(LARGE);
      Await.until("it is held", () -> server.stats().bufferedBytes() == LARGE.length());

      second.post("/call", LARGE);
      RawClient.Answer refusal = second.read();
      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.header("Retry-After")).isEqualTo("1");
      assertThat(small.post("/call", "{}").read().status()).isEqualTo(202);

      assertThat(first.send("x").read().status()).isEqualTo(202);
      assertThat(small.post("/call", LARGE).read().status()).isEqualTo(202);
      Await.until("nothing is held", () -> server.stats().bufferedBytes() == 0);
      assertThat(server.stats().refusedTooLarge()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatLeavesHoldsNothing() throws IOException {
    try (TestServer server = server(routes())) {
      try (RawClient client = server.connect()) {
        client.send("POST /call HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc");
        Await.until("it is held", () -> server.stats().bufferedBytes() == 3);
      }
      Await.until("nothing is held", () -> server.stats().bufferedBytes() == 0);
    }
  }

  @Test
  void unfinishedRecordsThatAreTogetherTooMuchEndTheirStream() throws IOException {
    String head = "POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    String part = "%d\n%s".formatted(LARGE.length() + 1, LARGE);
    byte[] chunk = "%x\r\n%s\r\n".formatted(part.length(), part).getBytes(US_ASCII);
    try (TestServer server = server(routes());
        RawClient first = server.connect();
        RawClient second = server.connect()) {
      assertThat(first.send(head).readHead().status()).isEqualTo(200);
      first.send(chunk);
      Await.until("it is held", () -> server.stats().bufferedBytes() >= LARGE.length());
      assertThat(second.send(head).readHead().status()).isEqualTo(200);
      try {
        second.send(chunk);
      } catch (IOException dropped) {
        assertThat(dropped).hasMessageMatching("(?i).*(reset|pipe|abort).*");
      }
      assertThat(second.readToEnd()).isEmpty();
      assertThat(server.stats().openStreams()).isEqualTo(1);
      first.send("1\r\nx\r\n");
      Await.until("nothing is held", () -> server.stats().bufferedBytes() == 0);
    }
  }

  @Test
  void streamsThatHoldTooMuchTogetherAreDroppedBeforeOneOfThemIsAtItsOwnLimit() throws Exception {
    // The handler may add a stream after its head has come, and on another thread.
    List<EventStream> streams = new CopyOnWriteArrayList<>();
    Router.Builder routes =
        Router.builder()
            .route("/stream", (q, x) -> streams.add(x.openStream("a/b", Headers.none())));
    List<RawClient> deaf = new ArrayList<>();
    try (TestServer server = server(routes)) {
      for (int i = 0; i < 2; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 * KIB);
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server().port()));
        deaf.add(new RawClient(socket).get("/stream"));
        deaf.get(i).readHead();
        int opened = i + 1;
        Await.until("the stream is open", () -> streams.size() == opened);
      }
      CompletableFuture<CloseReason> end = new CompletableFuture<>();
      streams.get(0).onClose(end::complete);
      // More than fits into any socket's buffers, in records that are small for a stream.
      byte[] record = new byte[60 * KIB];
      for (int i = 0; i < 1_000 && streams.get(0).send(record); i++) {
        Await.until("the loop had its turn", () -> server.stats().openStreams() > 0);
      }
      assertThat(Await.get(end).kind()).isEqualTo(CloseReason.Kind.SLOW_READER);
      assertThat(streams.get(1).send(new byte[KIB])).isTrue();
      streams.get(1).abort();
      Await.until("nothing is held", () -> server.stats().bufferedBytes() == 0);
    } finally {
      for (RawClient client : deaf) {
        client.close();
      }
    }
  }
}
