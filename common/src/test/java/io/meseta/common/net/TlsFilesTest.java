package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.testing.TestAuthority;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
  private static final byte[] NO_BODY = new byte[0];

  @TempDir static Path shared;
  private static TestAuthority authority;
  private static TestAuthority stranger;
  private static TlsOptions.Own first;
  private static TlsOptions.Own second;
  private static TlsOptions.Own ofStranger;

  @TempDir Path directory;
  private Path certificate;
  private Path key;

  @BeforeAll
  static void issue() throws Exception {
    authority = new TestAuthority(shared.resolve("ours"));
    stranger = new TestAuthority(shared.resolve("strange"));
    first = authority.issue("first", "dns:localhost");
    second = authority.issue("second", "dns:localhost");
    ofStranger = stranger.issue("first", "dns:localhost");
  }

  @BeforeEach
  void copy() throws Exception {
    certificate = directory.resolve("own.pem");
    key = directory.resolve("own.key");
    Files.copy(first.certificate(), certificate);
    Files.copy(first.key(), key);
  }

  private void replaceCertificate(TlsOptions.Own by) throws Exception {
    Files.copy(by.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
  }

  private void replaceKey(TlsOptions.Own by) throws Exception {
    Files.copy(by.key(), key, StandardCopyOption.REPLACE_EXISTING);
  }

  private TlsOptions own() {
    return TlsOptions.of(certificate, key, authority.authorities());
  }

  private static TestServer server(TlsFiles files) throws Exception {
    return TestServer.serving(
        Router.builder()
            .route("/name", (q, x) -> x.respond(HttpResponse.text(200, nameOf(q))))
            .route("/stream", (q, x) -> x.openStream("a/b", Headers.none())),
        options -> options.with(files));
  }

  private static String nameOf(HttpRequest request) {
    return request
        .caller()
        .certificate()
        .map(found -> found.getSubjectX500Principal().getName())
        .orElse("nobody");
  }

  private static HttpClient client(TlsFiles files) {
    return new HttpClient(HttpClientOptions.defaults().with(files));
  }

  private static CompletableFuture<ClientResponse> call(HttpClient client, TestServer server) {
    return client.call(
        URI.create("https://localhost:" + server.server().port() + "/name"),
        "GET",
        Headers.none(),
        NO_BODY,
        Duration.ofSeconds(20));
  }

  private static String answer(HttpClient client, TestServer server) {
    return new String(Await.get(call(client, server)).body(), StandardCharsets.UTF_8);
  }

  @Test
  void aClientShowsItsCertificateWhereItIsAsked() throws Exception {
    try (TlsFiles asking = TlsFiles.open(own().with(TlsOptions.Clients.ASKED));
        TestServer server = server(asking);
        TlsFiles named =
            TlsFiles.open(
                TlsOptions.of(second.certificate(), second.key(), authority.authorities()));
        TlsFiles nameless = TlsFiles.open(TlsOptions.trusting(authority.authorities()));
        HttpClient second = client(named);
        HttpClient nobody = client(nameless)) {
      assertThat(answer(second, server)).isEqualTo("CN=second");
      assertThat(answer(nobody, server)).isEqualTo("nobody");
    }
  }

  @Test
  void withoutAGoodCertificateThereIsNoConnectionWhereOneIsRequired() throws Exception {
    try (TlsFiles requiring = TlsFiles.open(own().with(TlsOptions.Clients.REQUIRED));
        TestServer server = server(requiring);
        TlsFiles named = TlsFiles.open(own());
        TlsFiles nameless = TlsFiles.open(TlsOptions.trusting(authority.authorities()));
        TlsFiles stranger =
            TlsFiles.open(
                TlsOptions.of(
                    ofStranger.certificate(), ofStranger.key(), authority.authorities()));
        HttpClient good = client(named);
        HttpClient nobody = client(nameless);
        HttpClient strange = client(stranger)) {
      assertThat(answer(good, server)).isEqualTo("CN=first");
      assertThat(Await.failure(call(nobody, server))).isInstanceOf(HttpCallException.class);
      assertThat(Await.failure(call(strange, server))).isInstanceOf(HttpCallException.class);
      assertThat(server.stats().requests()).isEqualTo(1);
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
    try (TlsFiles files = TlsFiles.open(own());
        TestServer server = server(files);
        TlsFiles other = TlsFiles.open(TlsOptions.trusting(stranger.authorities()));
        HttpClient client = client(other)) {
      assertThat(Await.failure(call(client, server))).isInstanceOf(HttpCallException.class);
    }
  }

  @Test
  void newFilesAreTakenForNewConnectionsAndOpenOnesStay() throws Exception {
    try (TlsFiles files = TlsFiles.open(own().with(TlsOptions.Clients.ASKED));
        TestServer server = server(files);
        TlsFiles trusting = TlsFiles.open(own());
        HttpClient client = client(trusting);
        HttpClient later = client(trusting)) {
      Recorder recorder = new Recorder();
      URI uri = URI.create("https://localhost:" + server.server().port() + "/stream");
      StreamCall open = client.openStream(uri, Headers.none(), NO_BODY, recorder);
      assertThat(answer(client, server)).isEqualTo("CN=first");

      replaceCertificate(second);
      files.look();
      trusting.look();
      assertThat(answer(later, server)).as("the key does not fit yet").isEqualTo("CN=first");

      replaceKey(second);
      files.look();
      trusting.look();
      try (HttpClient latest = client(trusting)) {
        assertThat(answer(latest, server)).isEqualTo("CN=second");
      }
      assertThat(answer(client, server)).as("a connection that is open").isEqualTo("CN=first");
      assertThat(recorder.closed).isNotDone();
      open.abort();
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamedAndNotQuoted() throws Exception {
    Files.writeString(key, "hunter2");
    assertThatThrownBy(() -> TlsFiles.open(own()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("own.key")
        .hasMessageContaining("PKCS#8")
        .hasMessageNotContaining("hunter2");
    replaceKey(second);
    assertThatThrownBy(() -> TlsFiles.open(own())).hasMessageContaining("does not belong");
    Files.delete(certificate);
    assertThatThrownBy(() -> TlsFiles.open(own())).hasMessageContaining("own.pem");
    assertThatThrownBy(() ->
            new TlsOptions(own().own(), java.util.Optional.empty(), TlsOptions.Clients.REQUIRED))
        .hasMessageContaining("authorities");
  }

  @Test
  void aJdkClientGoesByTheSameFiles() throws Exception {
    try (TlsFiles files = TlsFiles.open(own().with(TlsOptions.Clients.REQUIRED));
        TestServer server = server(files)) {
      java.net.http.HttpClient client =
          java.net.http.HttpClient.newBuilder().sslContext(TlsFiles.forJdk(own())).build();
      URI uri = URI.create("https://localhost:" + server.server().port() + "/name");
      String answer =
          client
              .send(
                  java.net.http.HttpRequest.newBuilder(uri).build(),
                  java.net.http.HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(answer).isEqualTo("CN=first");
    }
  }
}
