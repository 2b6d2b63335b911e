package io.meseta.common.net;

import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A server on a free loopback port. */
final class TestServer implements AutoCloseable {
  /** Many tests end with requests that are never answered. */
  private static final HttpServerOptions.Timeouts SHORT_STOP =
      new HttpServerOptions.Timeouts(
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          Duration.ofSeconds(75),
          Duration.ofMillis(100));

  private final HttpServer server;

  private TestServer(HttpServer server) {
    this.server = server;
  }

  static TestServer serving(Router.Builder routes) throws IOException {
    return serving(routes, options -> options);
  }

  static TestServer serving(Router.Builder routes, UnaryOperator<HttpServerOptions> change)
      throws IOException {
    HttpServerOptions options =
        HttpServerOptions.listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .with(SHORT_STOP);
    return new TestServer(HttpServer.start(change.apply(options), routes.build()));
  }

  HttpServer server() {
    return server;
  }

  RawClient connect() throws IOException {
    return new RawClient(server.port());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpServerStats stats() {
    return server.stats();
  }

  @Override
  public void close() {
    server.close();
  }
}
