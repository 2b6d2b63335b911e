package io.meseta.common.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file under a path of its own, over HTTP: that file and no other. */
class AttachedFilesTest {

  @TempDir private Path directory;
  private Path log;
  private FilePages pages;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    log = Files.writeString(directory.resolve("master.log"), "hello\n");
    Files.writeString(directory.resolve("secret"), "hush");
    pages =
        new FilePages(
            new AttachedFiles(Map.of("/master/log", log)), Executors.newFixedThreadPool(2));
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            pages.addTo(Router.builder()).build());
  }

  @AfterEach
  void stop() {
    server.close();
    pages.close();
  }

  private HttpResponse<String> get(String page, String path, String more) throws Exception {
    String query = "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8) + more;
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/files/" + page + query))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void isReadFromAnywhereInIt() throws Exception {
    assertThat(get("read", "/master/log", "&offset=1&length=3").body())
        .isEqualTo("{\"data\":\"ell\",\"offset\":1}");
    assertThat(get("read", "/master/log", "&offset=-1").body())
        .isEqualTo("{\"data\":\"\",\"offset\":6}");
    assertThat(get("read.json", "/master/log", "").statusCode()).isEqualTo(200);
    assertThat(get("download", "/master/log", "").body()).isEqualTo("hello\n");
    assertThat(get("browse", "/master/log", "").statusCode()).isEqualTo(400);
  }

  @Test
  void isThereUnderTheNamesThatItHadBefore() throws Exception {
    Files.writeString(directory.resolve("master.log.1"), "before\n");

    assertThat(get("download", "/master/log.1", "").body()).isEqualTo("before\n");
    assertThat(get("download", "/master/log.2", "").statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsAttachedIsTold() throws Exception {
    for (String page : new String[] {"debug", "debug.json"}) {
      assertThat(new ObjectMapper().readTree(get(page, "", "").body()).get("/master/log").asText())
          .isEqualTo(log.toString());
    }
  }

  @Test
  void aFileThatIsNotThereYetIs404UntilItIs() throws Exception {
    Files.delete(log);
    assertThat(get("read", "/master/log", "").statusCode()).isEqualTo(404);

    Files.writeString(log, "again");

    assertThat(get("read", "/master/log", "").body()).contains("again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/master/log/../secret",
        "/master/../master/log",
        "/master/log/",
        "/master/log/x",
        "/master/log.../../secret",
        "/master/log.1/../secret",
        "/master/log.12345",
        "/master/log.secret",
        "/master/log\u0000",
        "master/log",
        "//master/log",
        "/master",
        "/",
        "..",
        "/etc/passwd",
        "../../../../etc/passwd",
        "%2e%2e/secret"
      })
  void nothingElseIsThere(String path) throws Exception {
    for (String page : new String[] {"browse", "read", "download", "follow"}) {
      HttpResponse<String> answer = get(page, path, "");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).doesNotContain("hush").doesNotContain("root:");
    }
  }

  @Test
  void theDirectoryThatItIsInCannotBeNamed() throws Exception {
    assertThat(get("browse", directory.toString(), "").statusCode()).isEqualTo(404);
    assertThat(get("read", log.toString(), "").statusCode()).isEqualTo(404);
  }

  @Test
  void aPathIsNeeded() throws Exception {
    for (String page : new String[] {"browse", "read", "download", "follow"}) {
      assertThat(get(page, "", "").statusCode()).isEqualTo(400);
    }
  }
}
