package io.meseta.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.auth.Credential;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import io.meseta.common.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands as somebody, over https: against a leader, and a standby that leads to it. */
class ClientOptionsTest {

  @TempDir Path directory;
  private TestAuthority authority;
  private TlsFiles tls;
  private HttpServer leader;
  private HttpServer standby;
  private Path credential;
  private final List<String> shown = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    authority = new TestAuthority(directory);
    TlsOptions.Own own = authority.issue("daemon", "ip:127.0.0.1");
    tls =
        TlsFiles.open(
            TlsOptions.of(own.certificate(), own.key(), authority.authorities())
                .with(TlsOptions.Clients.ASKED));
    leader =
        serve(
            Router.builder()
                .route(
                    "/state",
                    (request, exchange) -> {
                      shown.addAll(request.headers().all("Authorization"));
                      boolean certified = request.caller().certificate().isPresent();
                      exchange.respond(
                          HttpResponse.json(
                              ("{\"certified\": " + certified + "}")
                                  .getBytes(StandardCharsets.UTF_8)));
                    })
                .route(
                    "/refused",
                    (request, exchange) -> exchange.respond(HttpResponse.text(401, "no"))));
    standby =
        serve(
            Router.builder()
                .route(
                    "/state",
                    (request, exchange) ->
                        exchange.respond(
                            HttpResponse.redirect307("//127.0.0.1:" + leader.port() + "/state")))
                .route(
                    "/down",
                    (request, exchange) ->
                        exchange.respond(HttpResponse.redirect307("http://127.0.0.1:1/state")))
                .route(
                    "/around",
                    (request, exchange) -> exchange.respond(HttpResponse.redirect307("/around"))));
    credential = Files.writeString(directory.resolve("credential"), "ops hunter2");
  }

  private HttpServer serve(Router.Builder routes) throws IOException {
    return HttpServer.start(
        HttpServerOptions.listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .with(tls),
        routes.build());
  }

  @AfterEach
  void stop() {
    leader.close();
    standby.close();
    tls.close();
  }

  private static DaemonClient open(String... arguments) throws IOException {
    ClientOptions options = new ClientOptions();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(arguments);
    return options.open();
  }

  private String ca() {
    return "--ssl_ca_file=" + authority.authorities();
  }

  private static URI at(DaemonClient client, HttpServer server, String path) {
    return client.address("--master", "127.0.0.1:" + server.port()).resolve(path);
  }

  @Test
  void theCredentialOfTheFileGoesWithTheMastersWordToTheLeader() throws Exception {
    try (DaemonClient client = open(ca(), "--credential=" + credential)) {
      assertThat(client.get(at(client, standby, "/state")).path("certified").asBoolean()).isFalse();
    }
    assertThat(shown).containsExactly(new Credential("ops", "hunter2").authorization());
  }

  @Test
  void aTokenOfAFileIsShownAsIs() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "a.b.c\n");
    try (DaemonClient client = open(ca(), "--token=" + token)) {
      client.get(at(client, leader, "/state"));
    }
    assertThat(shown).containsExactly("Bearer a.b.c");
  }

  @Test
  void aCertificateOfOursIsShown() throws Exception {
    TlsOptions.Own own = authority.issue("ops", "ip:127.0.0.1");
    try (DaemonClient client =
        open(ca(), "--ssl_cert_file=" + own.certificate(), "--ssl_key_file=" + own.key())) {
      assertThat(client.get(at(client, leader, "/state")).path("certified").asBoolean()).isTrue();
    }
  }

  @Test
  void aDaemonThatNobodyVouchesForIsToldNothing() throws Exception {
    try (DaemonClient client = open("--https", "--credential=" + credential)) {
      assertThatThrownBy(() -> client.get(at(client, leader, "/state")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No answer from");
    }
    assertThat(shown).isEmpty();
  }

  @Test
  void nobodyIsLedFromHttpsToHttpOrAround() throws Exception {
    try (DaemonClient client = open(ca(), "--credential=" + credential)) {
      assertThatThrownBy(() -> client.get(at(client, standby, "/down")))
          .hasMessageContaining("not as safe");
      assertThatThrownBy(() -> client.get(at(client, standby, "/around")))
          .hasMessageContaining("answers 307");
    }
  }

  @Test
  void whoIsRefusedIsToldWhatToGive() throws Exception {
    try (DaemonClient client = open(ca())) {
      assertThatThrownBy(() -> client.get(at(client, leader, "/refused")))
          .hasMessageContaining("answers 401")
          .hasMessageContaining("--credential");
    }
  }

  @Test
  void addressesSayHowOrTheOptionsDo() throws Exception {
    try (DaemonClient plain = open();
        DaemonClient secure = open("--https")) {
      assertThat(plain.address("x", "a:1")).hasToString("http://a:1");
      assertThat(plain.address("x", "https://a:1")).hasToString("https://a:1");
      assertThat(secure.address("x", "a:1")).hasToString("https://a:1");
      assertThat(secure.address("x", "http://a:1")).hasToString("http://a:1");
    }
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    assertThatThrownBy(() -> open("--credential=" + credential, "--token=" + credential))
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> open("--ssl_cert_file=" + credential))
        .hasMessageContaining("need each other");
    assertThatThrownBy(() -> open("--credential=/no/such/file"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
