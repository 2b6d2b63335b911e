package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.codec.RecordIo;
import io.meseta.common.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that are taken as records before the request has an answer. */
class UploadTest {
  private static final int RECORD_LIMIT = 1024;
  private static final String HEAD =
      String.join(
          "\r\n",
          "POST /up HTTP/1.1",
          "Host: x",
          "Content-Type: application/recordio",
          "Transfer-Encoding: chunked",
          "",
          "");
  private static final String LAST = "0\r\n\r\n";

  private final CompletableFuture<DuplexExchange> exchange = new CompletableFuture<>();
  private final CompletableFuture<RecordUpload> upload = new CompletableFuture<>();
  private final CompletableFuture<CloseReason> ended = new CompletableFuture<>();
  private final CompletableFuture<EventStream> opened = new CompletableFuture<>();
  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.serving(
            Router.builder()
                .route(
                    "/up",
                    (q, x) -> x.respond(HttpResponse.text(200, "whole: " + q.body().length)),
                    (q, x) -> take(x))
                .route("/stream", (q, x) -> opened.complete(x.openStream("a/b", Headers.none()))),
            options -> options.with(options.limits().withMaxRecordBytes(RECORD_LIMIT)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void take(DuplexExchange taken) {
    RecordUpload taking = taken.upload();
    taking.onEnd(ended::complete);
    taking.receive(record -> {
      String text = new String(record, UTF_8);
      if (text.equals("planted")) {
        throw new IllegalStateException("planted");
      }
      received.add(text);
      if (text.equals("pause")) {
        taking.pause();
      }
    });
    exchange.complete(taken);
    upload.complete(taking);
  }

  private static byte[] chunk(String... records) {
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    for (String record : records) {
      framed.writeBytes(RecordIo.frame(record.getBytes(UTF_8)));
    }
    return chunk(framed.toByteArray());
  }

  private static byte[] chunk(byte[] bytes) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
    chunk.writeBytes(bytes);
    chunk.writeBytes("\r\n".getBytes(UTF_8));
    return chunk.toByteArray();
  }

  @Test
  void recordsComeBeforeTheAnswerAndTheConnectionStaysAfterTheirEnd() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("one", "two"));
      Await.until("both have come", () -> received.size() == 2);
      client.send(chunk("three")).send(LAST);
      assertThat(Await.get(ended).kind()).isEqualTo(CloseReason.Kind.PEER_FINISHED);
      assertThat(received).containsExactly("one", "two", "three");

      Await.get(exchange).respond(HttpResponse.empty(200));
      assertThat(client.read().status()).isEqualTo(200);
      // The type of the body decides, whatever the path.
      client.send(RawClient.postRequest("/up", "Content-Type: application/json\r\n", "{}"));
      assertThat(client.read().text()).isEqualTo("whole: 2");
    }
  }

  @Test
  void anAnswerBeforeTheEndOfTheBodyClosesTheConnection() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("one"));
      Await.until("it has come", () -> received.size() == 1);
      Await.get(exchange).respond(HttpResponse.text(409, "no more"));
      RawClient.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(Await.get(ended).kind()).isEqualTo(CloseReason.Kind.FINISHED);
    }
    assertThat(received).containsExactly("one");
  }

  @Test
  void aPausedTakerGetsNothingUntilItGoesOn() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("pause", "two")).send(LAST);
      Await.until("the first has come", () -> received.size() == 1);
      // Another connection is served meanwhile, by each of the two threads.
      assertThat(
              RawClient.ask(server.server().port(), RawClient.postRequest("/up", "", "x")).text())
          .isEqualTo("whole: 1");
      assertThat(received).containsExactly("pause");
      Await.get(upload).resume();
      assertThat(Await.get(ended).kind()).isEqualTo(CloseReason.Kind.PEER_FINISHED);
      assertThat(received).containsExactly("pause", "two");
    }
  }

  @Test
  void garbageIsRefusedWithTheReason() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("no length".getBytes(UTF_8)));
      RawClient.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("not RecordIO");
    }
    assertThat(server.stats().badRequests()).isEqualTo(1);
  }

  @Test
  void aRecordOverTheLimitIsRefusedBeforeItHasCome() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("99999999\nx".getBytes(UTF_8)));
      RawClient.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).contains("99999999");
    }
  }

  @Test
  void aBodyThatEndsWithinARecordIsRefused() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("10\nhalf".getBytes(UTF_8))).send(LAST);
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  @Test
  void aListenerThatThrowsIsAnInternalError() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("planted"));
      assertThat(client.read().status()).isEqualTo(500);
    }
    assertThat(server.stats().handlerFailures()).isEqualTo(1);
  }

  @Test
  void aClientThatVanishesIsTold() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("one"));
      Await.until("it has come", () -> received.size() == 1);
    }
    assertThat(Await.get(ended).kind()).isEqualTo(CloseReason.Kind.PEER_GONE);
    Await.until("the connection is closed", () -> server.stats().openConnections() == 0);
  }

  @Test
  void aStoppingServerEndsIt() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(HEAD).send(chunk("one"));
      Await.until("it has come", () -> received.size() == 1);
      server.close();
      assertThat(Await.get(ended).kind()).isEqualTo(CloseReason.Kind.STOPPING);
    }
  }

  @Test
  void aSenderCanWaitForASlowReader() throws IOException, InterruptedException {
    try (RawClient client = server.connect()) {
      client.get("/stream");
      EventStream stream = Await.get(opened);
      byte[] record = new byte[64 * 1024];
      Duration soon = Duration.ofMillis(200);
      int sent = 0;
      while (stream.awaitRoom(0, soon)) {
        assertThat(stream.send(record)).isTrue();
        sent++;
      }
      // The socket's buffers are full, and one record waits here.
      assertThat(stream.isOpen()).isTrue();
      client.readHead();
      for (int i = 0; i < sent; i++) {
        assertThat(client.readChunk()).hasSizeGreaterThan(record.length);
      }
      assertThat(stream.awaitRoom(0, Duration.ofSeconds(30))).isTrue();
    }
    EventStream stream = Await.get(opened);
    Await.until("the stream is over", () -> !stream.isOpen());
    assertThat(stream.awaitRoom(0, Duration.ofSeconds(30))).isFalse();
  }
}
