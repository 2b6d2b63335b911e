package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that are written bit by bit, seen on the wire. */
class ByteStreamTest {

  /** A smaller one opens its window so hesitantly that reading takes minutes. */
  private static final int RECEIVE_BUFFER = 64 * 1024;

  private final BlockingQueue<ByteStream> opened = new LinkedBlockingQueue<>();
  private TestServer server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.serving(
            Router.builder()
                .route("/length", (q, x) -> opened.add(open(x, OptionalLong.of(6))))
                .route("/chunks", (q, x) -> opened.add(open(x, OptionalLong.empty())))
                .route("/call", (q, x) -> x.respond(HttpResponse.empty(202))));
    client = server.connect();
  }

  private static ByteStream open(Exchange exchange, OptionalLong length) {
    return exchange.openBytes(206, Headers.of("Content-Type", "text/plain"), length);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private ByteStream nextStream() throws InterruptedException {
    ByteStream stream = opened.poll(60, TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    return stream;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void goesOutAsItIsWithTheLengthThatWasAnnounced() throws Exception {
    client.post("/length", "{}");
    ByteStream stream = nextStream();
    stream.send(bytes("abc"));
    stream.send(bytes("def"));
    stream.close();

    RawClient.Answer response = client.read();
    assertThat(response.status()).isEqualTo(206);
    assertThat(response.header("Content-Length")).isEqualTo("6");
    assertThat(response.text()).isEqualTo("abcdef");
    client.post("/call", "{}");
    assertThat(client.read().status()).isEqualTo(202);
  }

  @Test
  void withoutALengthItComesInChunks() throws Exception {
    client.post("/chunks", "{}");
    ByteStream stream = nextStream();
    stream.send(bytes("data: 1\n\n"));
    client.readHead();
    assertThat(client.readTextChunk()).isEqualTo("data: 1\n\n");
    stream.close();
    assertThat(client.readChunk()).isEmpty();
  }

  @Test
  void whoSendsLessThanAnnouncedDropsTheConnection() throws Exception {
    client.post("/length", "{}");
    ByteStream stream = nextStream();
    stream.send(bytes("abc"));
    stream.close();

    client.readHead();
    assertThat(client.socket().getInputStream().readAllBytes().length).isLessThanOrEqualTo(3);
  }

  @Test
  void headGetsNoBody() throws Exception {
    client.send("HEAD /length HTTP/1.1\r\nHost: x\r\n\r\n");
    nextStream().close();
    client.send("POST /call HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

    assertThat(client.readHead().status()).isEqualTo(206);
    assertThat(client.read().status()).isEqualTo(202);
  }

  @Test
  void anOldClientGetsWhatHasALength() throws Exception {
    client.send("GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assertThat(client.read().status()).isEqualTo(505);
    assertThat(nextStream().isOpen()).isFalse();
    client.send("GET /length HTTP/1.0\r\n\r\n");
    ByteStream stream = nextStream();
    stream.send(bytes("abcdef"));
    stream.close();
    assertThat(client.read().text()).isEqualTo("abcdef");
  }

  @Test
  void roomIsThereWhenTheClientReads() throws Exception {
    client.socket().setReceiveBufferSize(RECEIVE_BUFFER);
    client.post("/chunks", "{}");
    ByteStream stream = nextStream();
    byte[] piece = new byte[64 * 1024];
    int sent = 0;
    while (stream.awaitRoom(Duration.ofMillis(200))) {
      assertThat(stream.send(piece)).isTrue();
      sent++;
      assertThat(sent).isLessThan(10_000);
    }
    assertThat(stream.isOpen()).isTrue();

    client.readHead();
    for (int i = 0; i < sent; i++) {
      assertThat(client.readChunk()).hasSize(piece.length);
    }
    assertThat(stream.awaitRoom(Duration.ofSeconds(60))).isTrue();
  }

  @Test
  void whoWaitsIsToldThatTheClientHasGone() throws Exception {
    client.socket().setReceiveBufferSize(RECEIVE_BUFFER);
    client.post("/chunks", "{}");
    ByteStream stream = nextStream();
    byte[] piece = new byte[64 * 1024];
    while (stream.awaitRoom(Duration.ofMillis(100))) {
      stream.send(piece);
    }
    client.close();

    assertThat(stream.awaitRoom(Duration.ofSeconds(60))).isFalse();
    await().atMost(Duration.ofSeconds(60)).until(() -> !stream.isOpen());
  }
}
