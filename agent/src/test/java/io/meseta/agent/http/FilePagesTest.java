package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.sandbox.SandboxFiles;
import io.meseta.common.files.FilePages;
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
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePagesTest {

  @TempDir Path workDir;
  private Path sandbox;
  private FilePages pages;
  private HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    sandbox =
        Files.createDirectories(workDir.resolve("slaves/S0/frameworks/F1/executors/e/runs/c1"));
    Files.writeString(sandbox.resolve("stdout"), "hi\n");
    Files.setLastModifiedTime(
        sandbox.resolve("stdout"), FileTime.from(Instant.ofEpochSecond(1795327040)));
    pages = new FilePages(new SandboxFiles(workDir), Executors.newVirtualThreadPerTaskExecutor());
    Router.Builder routes = Router.builder();
    pages.addTo(routes);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            routes.alias("/slave(1)/*", "/*").build());
  }

  @AfterEach
  void stop() {
    pages.close();
    server.close();
    client.close();
  }

  private HttpRequest.Builder request(String page, Path path, String more) {
    String query = "?path=" + URLEncoder.encode(path.toString(), StandardCharsets.UTF_8) + more;
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.port() + "/files/" + page + query));
  }

  private HttpResponse<String> get(String page, Path path, String more) throws Exception {
    return client.send(request(page, path, more).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void browsesAsMesosDoes() throws Exception {
    HttpResponse<String> response = get("browse", sandbox, "");

    String me = System.getProperty("user.name");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "[{\"gid\":\"%s\",\"mode\":\"-rw-r--r--\",\"mtime\":1795327040.0,\"nlink\":1,"
                    .formatted(me)
                + "\"path\":\"%s/stdout\",\"size\":3,\"uid\":\"%s\"}]".formatted(sandbox, me));
  }

  @Test
  void readsAsMesosDoes() throws Exception {
    Path stdout = sandbox.resolve("stdout");

    assertThat(get("read", stdout, "&offset=0&length=100").body())
        .isEqualTo("{\"data\":\"hi\\n\",\"offset\":0}");
    assertThat(get("read", stdout, "&offset=-1").body()).isEqualTo("{\"data\":\"\",\"offset\":3}");
    assertThat(get("read", stdout, "&offset=1&length=1").body())
        .isEqualTo("{\"data\":\"i\",\"offset\":1}");
    assertThat(get("read", stdout, "").body()).isEqualTo("{\"data\":\"hi\\n\",\"offset\":0}");
    URI prefixed =
        URI.create("http://127.0.0.1:" + server.port() + "/slave(1)/files/read?path=" + stdout);
    assertThat(
            client
                .send(
                    HttpRequest.newBuilder(prefixed).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void bytesThatAreNoTextKeepTheirPlace() throws Exception {
    Path file = sandbox.resolve("binary");
    Files.write(file, new byte[] {'a', (byte) 0xff, 'b', 0, (byte) 0xc3, (byte) 0xa4, (byte) 0xe2});

    assertThat(get("read", file, "&offset=0").body())
        .isEqualTo("{\"data\":\"a?b\\u0000ä\",\"offset\":0}");
    // The rest of the last character has not come, so it is told only when nothing else is.
    assertThat(get("read", file, "&offset=6").body()).isEqualTo("{\"data\":\"?\",\"offset\":6}");
  }

  @ParameterizedTest
  @CsvSource({
    "read, missing, '', 404",
    "read, ., '', 400",
    "browse, stdout, '', 400",
    "browse, missing, '', 404",
    "read, stdout, &offset=x, 400",
    "read, stdout, &offset=-2, 400",
    "read, stdout, &length=x, 400",
    "read, stdout, &length=99999999999999999999, 400",
    "read, out, '', 403",
    "download, out, '', 403",
    "follow, out, '', 403",
    "download, ., '', 400",
    "follow, missing, '', 404",
  })
  void refusesWithTheReason(String page, String name, String more, int status) throws Exception {
    Files.createSymbolicLink(sandbox.resolve("out"), Path.of("/etc/passwd"));

    HttpResponse<String> response = get(page, sandbox.resolve(name).normalize(), more);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).endsWith(".\n");
  }

  @Test
  void aPathIsNeeded() throws Exception {
    for (String page : new String[] {"browse", "read", "download", "follow"}) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + "/files/" + page);
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).isEqualTo("Expecting 'path=value' in query.\n");
    }
  }

  @Test
  void downloadsAllAndParts() throws Exception {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    Path file = sandbox.resolve("a \"b\" ä.bin");
    Files.write(file, content);

    HttpResponse<byte[]> whole =
        client.send(request("download", file, "").build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(content);
    assertThat(whole.headers().firstValue("Content-Length")).contains("3000000");
    assertThat(whole.headers().firstValue("Content-Disposition"))
        .contains(
            "attachment; filename=\"a__b___.bin\"; filename*=UTF-8''a%20%22b%22%20%C3%A4.bin");

    HttpResponse<byte[]> part =
        client.send(
            request("download", file, "").header("Range", "bytes=1000-1999").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(content, 1000, 2000));
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 1000-1999/3000000");

    HttpResponse<byte[]> beyond =
        client.send(
            request("download", file, "").header("Range", "bytes=3000000-").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(beyond.statusCode()).isEqualTo(416);
    HttpResponse<byte[]> head =
        client.send(
            request("download", file, "")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(head.headers().firstValue("Content-Length")).contains("3000000");
  }

  @Test
  void anEmptyFileIsDownloaded() throws Exception {
    Path file = Files.createFile(sandbox.resolve("empty"));

    assertThat(get("download", file, "").body()).isEmpty();
  }
}
