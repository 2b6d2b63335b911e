package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same kit over TLS, with a certificate of our own that is made by the JDK's keytool. */
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final byte[] NO_BODY = new byte[0];

  @TempDir Path directory;
  private SslContext clientTls;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    KeyStore store = selfSigned();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    clientTls = SslContextBuilder.forClient().trustManager(trust).build();
    SslContext serverTls = SslContextBuilder.forServer(keys).build();
    server =
        TestServer.serving(
            Router.builder()
                .route("/call", (q, x) -> x.respond(HttpResponse.empty(202)))
                .route("/upload", (q, x) -> x.respond(HttpResponse.empty(202)))
                .duplex("/link", (q, x) -> echo(x.accept("a/b", Headers.none()))),
            options -> options.with(serverTls).with(options.limits().withMaxBodyBytes(1000)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void echo(DuplexStream stream) {
    stream.receive(stream::send);
  }

  private KeyStore selfSigned() throws Exception {
    Path file = directory.resolve("key.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost")
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private URI uri(String host, String path) {
    return URI.create("https://" + host + ':' + server.server().port() + path);
  }

  private CompletableFuture<ClientResponse> call(HttpClient client, URI uri, byte[] body) {
    return client.call(uri, "POST", Headers.none(), body, Duration.ofSeconds(20));
  }

  @Test
  void callsAndStreams() {
    try (HttpClient client = new HttpClient(HttpClientOptions.defaults().with(clientTls))) {
      assertThat(Await.get(call(client, uri("localhost", "/call"), NO_BODY)).status())
          .isEqualTo(202);
      assertThat(Await.get(call(client, uri("localhost", "/upload"), new byte[5000])).status())
          .isEqualTo(413);
      Recorder recorder = new Recorder();
      DuplexCall link = client.openDuplex(uri("localhost", "/link"), Headers.none(), recorder);
      link.send("echo".getBytes(UTF_8));
      Await.until("it comes back", () -> recorder.records().contains("echo"));
      link.close();
      assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.FINISHED);
    }
  }

  @Test
  void aServerUnderAnotherNameIsNotTrusted() {
    try (HttpClient client = new HttpClient(HttpClientOptions.defaults().with(clientTls))) {
      assertThat(Await.failure(call(client, uri("127.0.0.1", "/call"), NO_BODY)))
          .isInstanceOf(HttpCallException.class)
          .hasRootCauseInstanceOf(java.security.cert.CertificateException.class);
    }
  }

  @Test
  void anUnknownCertificateIsNotTrusted() throws Exception {
    SslContext stranger = SslContextBuilder.forClient().build();
    try (HttpClient client = new HttpClient(HttpClientOptions.defaults().with(stranger))) {
      Recorder recorder = new Recorder();
      client.openStream(uri("localhost", "/call"), Headers.none(), NO_BODY, recorder);
      assertThat(recorder.closeKind()).isEqualTo(CloseReason.Kind.PEER_GONE);
      assertThat(Await.get(recorder.closed).detail()).contains("SSL");
    }
  }

  @Test
  void plainTextOnATlsPortIsClosed() throws Exception {
    try (RawClient raw = server.connect()) {
      raw.send("GET /call HTTP/1.1\r\n\r\n");
      assertThat(raw.readToEnd()).doesNotContain("202");
    }
  }
}
