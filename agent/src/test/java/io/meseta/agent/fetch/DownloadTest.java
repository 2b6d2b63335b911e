package io.meseta.agent.fetch;

import static io.meseta.agent.fetch.FetcherTestContext.uri;
import static io.meseta.agent.fetch.ScriptedServer.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {

  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path directory;
  private FetcherTestContext context;

  @BeforeEach
  void start() throws IOException {
    context = new FetcherTestContext(directory);
  }

  @AfterEach
  void stop() throws IOException {
    context.close();
  }

  @Test
  void aFileIsInTheSandboxUnderItsNameWithoutTheQuery() throws Exception {
    context.server.file("/a/app.bin", CONTENT);

    context.fetch(context.served("/a/app.bin?token=hush"));

    Path file = context.sandbox.resolve("app.bin");
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(context.server.asked().getFirst().path()).isEqualTo("/a/app.bin?token=hush");
    assertThat(context.fetcher.stats().succeeded()).isEqualTo(1);
    assertNothingIsLeft();
  }

  @Test
  void anExecutableIsExecutableAndNotExtracted() throws Exception {
    context.server.file("/run.gz", CONTENT);

    context.fetch(context.served("/run.gz").setExecutable(true));

    Path file = context.sandbox.resolve("run.gz");
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(Files.isExecutable(file)).isTrue();
  }

  @Test
  void anOutputFileMayBeInDirectories() throws Exception {
    context.server.file("/x", CONTENT);

    context.fetch(context.served("/x").setOutputFile("bin/deep/app"));
    context.fetch(context.served("/x").setOutputFile("bin/other"));

    assertThat(context.sandbox.resolve("bin/deep/app")).hasBinaryContent(CONTENT);
    assertThat(context.sandbox.resolve("bin/other")).hasBinaryContent(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/etc/x", "a/../../x", "..", "", ".", "a\nb", "a\0b", "stdout", "stderr"})
  void anOutputFileElsewhereIsRefused(String name) {
    context.server.file("/x", CONTENT);

    assertThatThrownBy(() -> context.fetch(context.served("/x").setOutputFile(name)))
        .isInstanceOf(FetchException.class)
        .hasMessageStartingWith("cannot fetch http://127.0.0.1");
    assertThat(context.sandbox).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%2e%2e", "/..", "/a%0ab", "/", "/a/", "/a%00b"})
  void aNameThatIsNoneIsRefused(String path) {
    assertThatThrownBy(() -> context.fetch(context.served(path)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("its name");
    assertThat(context.server.asked()).isEmpty();
  }

  @Test
  void whatBreaksOffGoesOnWhereItWas() throws Exception {
    context.server.on(
        "/app",
        (asked, out) -> {
          String range = asked.header("Range").orElse("");
          int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
          int to = Math.min(CONTENT.length, from + 100_000);
          if (from == 0) {
            out.write(head(200, "ETag: \"1\"", "Content-Length: " + CONTENT.length));
          } else {
            assertThat(asked.header("If-Range")).contains("\"1\"");
            out.write(
                head(
                    206,
                    "ETag: \"1\"",
                    "Content-Range: bytes %d-%d/%d"
                        .formatted(from, CONTENT.length - 1, CONTENT.length),
                    "Content-Length: " + (CONTENT.length - from)));
          }
          out.write(CONTENT, from, to - from);
        });

    context.fetch(context.served("/app"));

    assertThat(context.sandbox.resolve("app")).hasBinaryContent(CONTENT);
    assertThat(context.server.asked()).hasSizeBetween(3, 8);
    assertThat(context.server.asked().get(1).header("Range")).isPresent();
  }

  @Test
  void whatHasChangedMeanwhileBeginsAnew() throws Exception {
    byte[] changed = CONTENT.clone();
    Arrays.fill(changed, 0, 1000, (byte) 7);
    AtomicInteger times = new AtomicInteger();
    context.server.on(
        "/app",
        (asked, out) -> {
          if (times.getAndIncrement() == 0) {
            out.write(head(200, "ETag: \"1\"", "Content-Length: " + CONTENT.length));
            out.write(CONTENT, 0, 100_000);
          } else {
            out.write(head(200, "ETag: \"2\"", "Content-Length: " + changed.length));
            out.write(changed);
          }
        });

    context.fetch(context.served("/app"));

    assertThat(context.sandbox.resolve("app")).hasBinaryContent(changed);
  }

  @Test
  void aPartOfAnotherFileIsNotTaken() throws Exception {
    AtomicInteger times = new AtomicInteger();
    context.server.on(
        "/app",
        (asked, out) -> {
          switch (times.getAndIncrement()) {
            case 0 -> {
              out.write(head(200, "ETag: \"1\"", "Content-Length: " + CONTENT.length));
              out.write(CONTENT, 0, 100_000);
            }
            case 1 -> {
              int from =
                  Integer.parseInt(asked.header("Range").orElseThrow().replaceAll("\\D", ""));
              out.write(
                  head(
                      206,
                      "ETag: \"2\"",
                      "Content-Range: bytes %d-%d/%d"
                          .formatted(from, CONTENT.length - 1, CONTENT.length),
                      "Content-Length: " + (CONTENT.length - from)));
              out.write(new byte[CONTENT.length - from]);
            }
            default -> {
              assertThat(asked.header("Range")).isEmpty();
              out.write(head(200, "Content-Length: " + CONTENT.length));
              out.write(CONTENT);
            }
          }
        });

    context.fetch(context.served("/app"));

    assertThat(context.sandbox.resolve("app")).hasBinaryContent(CONTENT);
  }

  @Test
  void whatBreaksOffEachTimeIsGivenUp() {
    context.server.on(
        "/app",
        (asked, out) -> {
          out.write(head(200, "Content-Length: 1000000"));
          out.write(CONTENT, 0, 1000);
        });

    assertThatThrownBy(() -> context.fetch(context.served("/app")))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("/app: ")
        .hasMessageContaining("attempts");
    assertThat(context.server.asked()).hasSize(3);
    assertThat(context.sandbox).isEmptyDirectory();
    assertThat(context.fetcher.stats().failed()).isEqualTo(1);
    assertNothingIsLeft();
  }

  @Test
  void aServerThatSaysNothingMoreIsGivenUp() {
    CountDownLatch over = new CountDownLatch(1);
    context.server.on(
        "/app",
        (asked, out) -> {
          out.write(head(200, "Content-Length: 1000"));
          out.write(1);
          out.flush();
          over.await(20, TimeUnit.SECONDS);
        });
    context.server.on("/silent", (asked, out) -> over.await(20, TimeUnit.SECONDS));

    assertThatThrownBy(() -> context.fetch(context.served("/app")))
        .hasMessageContaining("nothing came");
    assertThatThrownBy(() -> context.fetch(context.served("/silent")))
        .hasMessageContaining("did not answer");
    over.countDown();
  }

  @Test
  void anEndlessDownloadIsCut() throws Exception {
    try (var small =
        new FetcherTestContext(
            directory.resolve("small"),
            options -> options.with(options.limits().withSizes(1 << 20, 1 << 20)))) {
      small.server.on(
          "/endless",
          (asked, out) -> {
            out.write(head(200));
            while (true) {
              out.write(CONTENT);
            }
          });
      small.server.on("/huge", (asked, out) -> out.write(head(200, "Content-Length: 9999999999")));

      for (String path : List.of("/endless", "/huge")) {
        assertThatThrownBy(() -> small.fetch(small.served(path)))
            .hasMessageContaining("it is larger than 1.0 MB (--fetcher_max_size)");
      }
      assertThat(small.server.asked()).hasSize(2);
      assertThat(small.sandbox).isEmptyDirectory();
    }
  }

  @Test
  void aRedirectIsFollowedButNotInCircles() throws Exception {
    context.server.file("/there", CONTENT);
    context.server.on(
        "/here", (asked, out) -> out.write(head(302, "Location: /there", "Content-Length: 0")));
    context.server.on(
        "/circle", (asked, out) -> out.write(head(307, "Location: /circle", "Content-Length: 0")));
    context.server.on(
        "/file",
        (asked, out) -> out.write(head(302, "Location: file:///etc/passwd", "Content-Length: 0")));

    context.fetch(context.served("/here"));

    assertThat(context.sandbox.resolve("here")).hasBinaryContent(CONTENT);
    assertThatThrownBy(() -> context.fetch(context.served("/circle")))
        .hasMessageContaining("redirected more than 10 times");
    assertThatThrownBy(() -> context.fetch(context.served("/file")))
        .hasMessageContaining("neither http nor https");
  }

  @Test
  void aRedirectFromHttpsToHttpIsRefused() {
    HttpHeaders headers =
        HttpHeaders.of(Map.of("Location", List.of("http://example.com/x")), (a, b) -> true);

    assertThatThrownBy(() -> HttpDownload.target(URI.create("https://example.com/x"), headers))
        .hasMessageContaining("from https to http");
  }

  @Test
  void aPasswordIsSentToItsServerOnlyAndNeverShown() throws Exception {
    try (ScriptedServer other = new ScriptedServer()) {
      other.file("/x", CONTENT);
      context.server.on(
          "/x",
          (asked, out) ->
              out.write(head(302, "Location: " + other.url("/x"), "Content-Length: 0")));
      String secret = "http://me:hush@127.0.0.1:" + context.server.port();

      context.fetch(uri(secret + "/x?key=hush"));

      assertThat(context.server.asked().getFirst().header("Authorization"))
          .contains("Basic bWU6aHVzaA==");
      assertThat(other.asked().getFirst().header("Authorization")).isEmpty();
      assertThatThrownBy(() -> context.fetch(uri(secret + "/missing?key=hush")))
          .hasMessage(
              "cannot fetch http://127.0.0.1:"
                  + context.server.port()
                  + "/missing: the server answers 404");
      assertThatThrownBy(() -> context.fetch(uri(secret + "/bad path?key=hush")))
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws Exception {
    int port = context.server.port();
    context.server.close();

    assertThatThrownBy(() -> context.fetch(uri("http://127.0.0.1:" + port + "/x")))
        .hasMessageContaining("does not accept connections");
  }

  @Test
  void aBusyServerIsAskedAgain() throws Exception {
    AtomicInteger times = new AtomicInteger();
    context.server.on(
        "/x",
        (asked, out) -> {
          if (times.getAndIncrement() < 2) {
            out.write(head(503, "Content-Length: 0"));
          } else {
            out.write(head(200, "Content-Length: 2"));
            out.write(CONTENT, 0, 2);
          }
        });

    context.fetch(context.served("/x"));

    assertThat(times).hasValue(3);
  }

  @Test
  void aLaunchThatIsGivenUpEndsTheDownload() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    context.server.on(
        "/x",
        (asked, out) -> {
          out.write(head(200));
          out.write(1);
          out.flush();
          begun.countDown();
          over.await(20, TimeUnit.SECONDS);
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread launch =
        Thread.ofVirtual()
            .start(() -> {
              try {
                context.fetch(context.served("/x"));
              } catch (FetchException | InterruptedException e) {
                thrown.set(e);
              }
            });
    begun.await();

    launch.interrupt();

    assertThat(launch.join(Duration.ofSeconds(10))).isTrue();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertNothingIsLeft();
    over.countDown();
  }

  @Test
  void progressIsTold() throws Exception {
    context.server.file("/app.bin", CONTENT);

    context.fetch(context.served("/app.bin"));

    assertThat(context.progress).first().asString().matches("fetching app.bin: 0.\\d of 0.3 MB");
    assertThat(context.progress).hasSize(1);
  }

  private void assertNothingIsLeft() {
    assertThat(context.workDir.resolve("fetch/staging")).isEmptyDirectory();
  }
}
