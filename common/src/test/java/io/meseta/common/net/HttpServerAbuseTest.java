package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are broken, slow or hostile. */
class HttpServerAbuseTest {
  private static final int BODY_LIMIT = 64 * 1024;
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(150);

  private static Router.Builder routes() {
    return Router.builder()
        .route("/never", (q, x) -> {})
        .route("/call", Set.of("POST"), (q, x) -> x.respond(HttpResponse.empty(202)))
        .route("/big", (q, x) -> x.respond(HttpResponse.of(200, "a/b", new byte[64 << 20])));
  }

  private static TestServer server() throws IOException {
    return TestServer.serving(
        routes(), options -> options.with(options.limits().withMaxBodyBytes(BODY_LIMIT)));
  }

  private static TestServer server(HttpServerOptions.Timeouts timeouts) throws IOException {
    return TestServer.serving(routes(), options -> options.with(timeouts));
  }

  /** Whatever else happened on other connections, this server still works. */
  private static void assertServes(TestServer server) throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(client.post("/call", "{}").read().status()).isEqualTo(202);
    }
  }

  @Test
  void randomBytesAre400AndTheEndOfTheConnection() throws IOException {
    Random random = new Random(7);
    try (TestServer server = server()) {
      for (int i = 0; i < 50; i++) {
        byte[] garbage = new byte[200];
        random.nextBytes(garbage);
        try (RawClient client = server.connect()) {
          client.send(garbage).send("\r\n\r\n");
          RawClient.Answer answer = client.read();
          assertThat(answer.status()).isEqualTo(400);
          assertThat(answer.text()).isNotEmpty();
          assertThat(client.readToEnd()).isEmpty();
        }
      }
      assertThat(server.stats().badRequests()).isEqualTo(50);
      assertServes(server);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /%zz HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        "POST /call HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
        "POST /call HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "POST /call HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /call HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
      })
  void malformedRequestsAre400(String request) throws IOException {
    try (TestServer server = server();
        RawClient client = server.connect()) {
      assertThat(client.send(request).read().status()).isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty();
      assertServes(server);
    }
  }

  /** Where a request ends must not be a matter of opinion: a proxy may be of another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 2, 2\r\n\r\n{}",
        "Content-Length: +2\r\n\r\n{}",
        "Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
        "X: a\rTransfer-Encoding: chunked\r\n\r\n"
      })
  void nothingIsSmuggledBehindABodyOfTwoLengths(String rest) throws IOException {
    try (TestServer server = server();
        RawClient client = server.connect()) {
      client.send("POST /call HTTP/1.1\r\nHost: x\r\n" + rest + "GET /never HTTP/1.1\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty();
      assertServes(server);
    }
  }

  @Test
  void whatThisServerDoesNotSpeakIsNamed() throws IOException {
    try (TestServer server = server()) {
      assertThat(statusOf(server, "GET / HTTP/2.7\r\n\r\n")).isEqualTo(505);
      assertThat(statusOf(server, "POST /call HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"))
          .isBetween(400, 501);
      assertThat(statusOf(server, "GET / HTTP/1.1\r\nExpect: miracles\r\n\r\n")).isEqualTo(417);
    }
  }

  private static int statusOf(TestServer server, String request) throws IOException {
    try (RawClient client = server.connect()) {
      return client.send(request).read().status();
    }
  }

  @Test
  void aHeadOverTheLimitIs431AndALineOverTheLimitIs414() throws IOException {
    try (TestServer server = server()) {
      String tooLong = "x".repeat(20_000);
      assertThat(statusOf(server, "GET / HTTP/1.1\r\nX: " + tooLong + "\r\n\r\n")).isEqualTo(431);
      assertThat(statusOf(server, "GET /" + tooLong + " HTTP/1.1\r\n\r\n")).isEqualTo(414);
      assertThat(server.stats().refusedTooLarge()).isEqualTo(2);
      assertServes(server);
    }
  }

  @Test
  void whatFollowsAHeadOverTheLimitIsNotReadForLong() throws IOException {
    byte[] more = "x".repeat(64 * 1024).getBytes(US_ASCII);
    try (TestServer server = server();
        RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nX: ");
      int sent = 0;
      try {
        for (; sent < 256 << 20; sent += more.length) {
          client.send(more);
        }
      } catch (SocketException closedByServer) {
        assertThat(closedByServer).hasMessageMatching("(?i).*(reset|pipe|abort).*");
      }
      assertThat(sent).isLessThan(64 << 20);
      assertServes(server);
    }
  }

  @Test
  void aLengthOverTheLimitIs413BeforeABodyByteIsSent() throws IOException {
    try (TestServer server = server();
        RawClient client = server.connect()) {
      client.send("POST /call HTTP/1.1\r\nContent-Length: 1073741824\r\n\r\n");
      RawClient.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(answer.text()).contains(String.valueOf(BODY_LIMIT));
      assertThat(client.readToEnd()).isEmpty();
      assertThat(server.stats().bodyBytes()).isZero();
    }
  }

  @Test
  void anEndlessBodyIs413AtTheLimitAndTheRestIsNotKept() throws IOException {
    byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(US_ASCII);
    try (TestServer server = server();
        RawClient client = server.connect()) {
      client.send("POST /call HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
      try {
        for (int sent = 0; sent < 64 << 20; sent += 0x10000) {
          client.send(chunk);
        }
      } catch (SocketException resetByServer) {
        assertThat(resetByServer).hasMessageMatching("(?i).*(reset|pipe|abort).*");
      }
      assertThat(client.readToEnd()).contains("413");
      // It read to the limit to find out, and then threw away a bounded amount more.
      assertThat(server.stats().bodyBytes()).isLessThan(8 << 20);
      assertThat(server.stats().refusedTooLarge()).isEqualTo(1);
      assertServes(server);
    }
  }

  @Test
  void aHeadThatDoesNotCompleteInTimeIs408() throws IOException {
    try (TestServer server =
            server(new HttpServerOptions.Timeouts(SHORT, LONG, LONG, Duration.ofSeconds(1)));
        RawClient client = server.connect()) {
      client.send("POST /call HT");
      assertThat(client.read().status()).isEqualTo(408);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void aBodyThatDoesNotCompleteInTimeIs408() throws IOException {
    try (TestServer server =
            server(new HttpServerOptions.Timeouts(LONG, SHORT, LONG, Duration.ofSeconds(1)));
        RawClient client = server.connect()) {
      client.send("POST /call HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
      assertThat(client.read().status()).isEqualTo(408);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    try (TestServer server =
            server(new HttpServerOptions.Timeouts(LONG, LONG, SHORT, Duration.ofSeconds(1)));
        RawClient client = server.connect()) {
      assertThat(client.post("/call", "{}").read().status()).isEqualTo(202);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void aClientThatHasClosedItsSideIsNotKeptForEver() throws IOException {
    try (TestServer server =
            server(new HttpServerOptions.Timeouts(LONG, LONG, SHORT, Duration.ofSeconds(1)));
        RawClient client = server.connect()) {
      client.get("/never");
      client.socket().shutdownOutput();
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void aClientThatDoesNotReadItsAnswerIsDropped() throws IOException {
    try (TestServer server =
            server(new HttpServerOptions.Timeouts(LONG, LONG, SHORT, Duration.ofSeconds(1)));
        RawClient client = server.connect()) {
      client.get("/big");
      Await.until("it is dropped", () -> server.stats().slowReadersDropped() == 1);
      Await.until("it is closed", () -> server.stats().openConnections() == 0);
      assertServes(server);
    }
  }

  @Test
  void connectionsOverTheLimitGet503() throws IOException {
    try (TestServer server =
            TestServer.serving(
                routes(), options -> options.with(options.limits().withMaxConnections(2)));
        RawClient first = server.connect();
        RawClient second = server.connect()) {
      assertThat(first.post("/call", "{}").read().status()).isEqualTo(202);
      assertThat(second.post("/call", "{}").read().status()).isEqualTo(202);
      try (RawClient third = server.connect()) {
        assertThat(third.readToEnd()).startsWith("HTTP/1.1 503");
      }
      assertThat(server.stats().refusedConnections()).isEqualTo(1);
      first.socket().close();
      Await.until("there is room", () -> server.stats().openConnections() == 1);
      assertServes(server);
    }
  }
}
