package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HttpServerStopTest {
  private static final HttpServerOptions.Timeouts DEFAULTS = HttpServerOptions.Timeouts.defaults();

  private final CompletableFuture<Exchange> running = new CompletableFuture<>();

  private TestServer server(Duration stopLimit) throws IOException {
    return TestServer.serving(
        Router.builder().route("/run", (q, x) -> running.complete(x)),
        options ->
            options.with(
                new HttpServerOptions.Timeouts(
                    DEFAULTS.header(), DEFAULTS.body(), DEFAULTS.idle(), stopLimit)));
  }

  private static boolean isRefused(TestServer server) {
    try (RawClient client = server.connect()) {
      return !client.socket().isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aRunningAnswerMayFinishAndNothingNewBegins() throws IOException {
    try (TestServer server = server(Duration.ofSeconds(30));
        RawClient idle = server.connect();
        RawClient client = server.connect()) {
      client.get("/run");
      Exchange exchange = Await.get(running);
      CompletableFuture<Void> stopped = server.server().stop();
      assertThat(idle.readToEnd()).isEmpty();
      Await.until("no connection is taken", () -> isRefused(server));
      assertThat(stopped).isNotDone();
      exchange.respond(HttpResponse.text(200, "done"));
      RawClient.Answer answer = client.read();
      assertThat(answer.text()).isEqualTo("done");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(client.readToEnd()).isEmpty();
      Await.get(stopped);
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsCutOff() throws IOException {
    try (TestServer server = server(Duration.ofMillis(100));
        RawClient client = server.connect()) {
      client.get("/run");
      Exchange exchange = Await.get(running);
      Await.get(server.server().stop());
      assertThat(client.readToEnd()).isEmpty();
      exchange.respond(HttpResponse.text(200, "to nobody, and harmless"));
    }
  }

  @Test
  void aStreamOpenedAfterTheStopIsOverAtOnce() throws IOException {
    try (TestServer server = server(Duration.ofMillis(100));
        RawClient client = server.connect()) {
      client.get("/run");
      Exchange exchange = Await.get(running);
      Await.get(server.server().stop());
      EventStream stream = exchange.openStream("a/b", Headers.none());
      CompletableFuture<CloseReason> over = new CompletableFuture<>();
      stream.onClose(over::complete);
      assertThat(Await.get(over).kind())
          .isIn(CloseReason.Kind.STOPPING, CloseReason.Kind.PEER_GONE);
      assertThat(stream.send(new byte[1])).isFalse();
    }
  }

  @Test
  void aPortInUseIsSaidSo() throws IOException {
    try (TestServer server = server(Duration.ofMillis(100))) {
      HttpServerOptions same = HttpServerOptions.listeningOn(server.server().address());
      assertThatThrownBy(() -> HttpServer.start(same, Router.builder().build()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Cannot listen on")
          .hasMessageContaining(String.valueOf(server.server().port()));
    }
  }
}
