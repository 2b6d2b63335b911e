package io.meseta.agent.fetch;

import static io.meseta.agent.fetch.ScriptedServer.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.CommandInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetcherCacheTest {

  private static final int LIMIT = 1 << 20;

  @TempDir Path directory;
  private FetcherTestContext context;
  private Path cache;

  @BeforeEach
  void start() throws IOException {
    cache = directory.resolve("cache");
    Files.createDirectories(cache);
    Files.writeString(cache.resolve("left by a crash"), "x");
    context =
        new FetcherTestContext(
            directory,
            options ->
                options
                    .withCache(cache, LIMIT)
                    .with(
                        options
                            .limits()
                            .withTimes(Duration.ofSeconds(20), 3, Duration.ofMillis(10))));
  }

  @AfterEach
  void stop() throws IOException {
    context.close();
  }

  private CommandInfo.URI.Builder cached(String path) {
    return context.served(path).setCache(true);
  }

  /** Each in a sandbox of its own. */
  private FutureTask<Path> launch(String path) throws IOException {
    return launch(path, text -> {});
  }

  private FutureTask<Path> launch(String path, Consumer<String> progress) throws IOException {
    Path sandbox = Files.createTempDirectory(context.workDir, "sandbox");
    FutureTask<Path> launch =
        new FutureTask<>(() -> {
          context.fetcher.fetch(List.of(cached(path).build()), sandbox, "", progress);
          return sandbox;
        });
    Thread.ofPlatform().daemon().start(launch);
    return launch;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.toList();
    }
  }

  @Test
  void beginsEmpty() throws IOException {
    assertThat(files()).isEmpty();
    assertThat(context.fetcher.stats().cacheTotalBytes()).isEqualTo(LIMIT);
  }

  @Test
  void manyTasksShareOneDownload() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    byte[] content = new byte[1000];
    context.server.on(
        "/app",
        (asked, out) -> {
          go.await(20, TimeUnit.SECONDS);
          out.write(head(200, "Content-Length: 1000"));
          out.write(content);
        });
    List<FutureTask<Path>> launches = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      launches.add(launch("/app"));
    }
    go.countDown();

    for (FutureTask<Path> launch : launches) {
      assertThat(launch.get(20, TimeUnit.SECONDS).resolve("app")).hasBinaryContent(content);
    }
    assertThat(context.server.asked()).hasSize(1);
    assertThat(context.fetcher.stats().cacheUsedBytes()).isEqualTo(1000);
  }

  @Test
  void oneThatGivesUpDoesNotEndItForTheOthersButTheLastOneDoes() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    context.server.on(
        "/app",
        (asked, out) -> {
          begun.countDown();
          out.write(head(200, "Content-Length: 10"));
          out.flush();
          for (int i = 0; go.getCount() > 0 && i < 100; i++) {
            if (go.await(100, TimeUnit.MILLISECONDS)) {
              break;
            }
          }
          out.write(new byte[10]);
        });
    FutureTask<Path> first = launch("/app");
    begun.await();
    CountDownLatch waiting = new CountDownLatch(1);
    FutureTask<Path> second = launch("/app", text -> waiting.countDown());
    assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
    first.cancel(true);
    go.countDown();

    assertThat(second.get(20, TimeUnit.SECONDS).resolve("app")).hasSize(10);
    assertThat(context.server.asked()).hasSize(1);

    CountDownLatch alone = new CountDownLatch(1);
    context.server.on(
        "/endless",
        (asked, out) -> {
          alone.countDown();
          out.write(head(200));
          while (true) {
            out.write(1);
            out.flush();
            Thread.sleep(1);
          }
        });
    FutureTask<Path> lonely = launch("/endless");
    alone.await();
    lonely.cancel(true);
    await()
        .untilAsserted(() -> {
          assertThat(files()).hasSize(1);
          assertThat(context.fetcher.stats().cacheUsedBytes()).isEqualTo(10);
        });
  }

  @Test
  void theLongestUnusedMakesRoom() throws Exception {
    for (String path : List.of("/a", "/b", "/c")) {
      context.server.file(path, new byte[LIMIT / 2 - 10]);
    }

    context.fetch(cached("/a"));
    context.fetch(cached("/b"));
    context.fetch(cached("/a"));
    context.fetch(cached("/c"));
    context.fetch(cached("/a"));
    assertThat(context.server.asked()).hasSize(3);
    context.fetch(cached("/b"));

    assertThat(context.server.asked()).hasSize(4);
    assertThat(context.fetcher.stats().cacheUsedBytes()).isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void whatDoesNotFitIsFetchedWithout() throws Exception {
    context.server.file("/large", new byte[LIMIT + 1]);
    context.server.on(
        "/unannounced",
        (asked, out) -> {
          out.write(head(200));
          out.write(new byte[LIMIT + 1]);
        });

    context.fetch(cached("/large"), cached("/unannounced"));

    assertThat(context.sandbox.resolve("large")).hasSize(LIMIT + 1);
    assertThat(context.sandbox.resolve("unannounced")).hasSize(LIMIT + 1);
    assertThat(files()).isEmpty();
    assertThat(context.fetcher.stats().cacheUsedBytes()).isZero();
  }

  @Test
  void aTaskCannotChangeWhatOthersGet() throws Exception {
    context.server.file("/app", new byte[10]);
    context.fetch(cached("/app"));
    Files.writeString(context.sandbox.resolve("app"), "poison");

    context.fetch(cached("/app"));

    assertThat(context.sandbox.resolve("app")).hasBinaryContent(new byte[10]);
    assertThat(context.server.asked()).hasSize(1);
  }

  @Test
  void anArchiveIsExtractedFromTheCacheAndNotCopied() throws Exception {
    context.server.file("/x.tgz", TestArchives.tgz(tar -> tar.file("x/a", "1")));

    context.fetch(cached("/x.tgz"));

    assertThat(context.sandbox.resolve("x/a")).hasContent("1");
    assertThat(context.sandbox.resolve("x.tgz")).doesNotExist();
  }

  @Test
  void aFailureIsTheirsWhoWaitAndIsNotKept() throws Exception {
    context.server.on("/app", (asked, out) -> out.write(head(404, "Content-Length: 0")));
    FutureTask<Path> launch = launch("/app");
    assertThat(launch)
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("the server answers 404");

    context.server.file("/app", new byte[1]);
    context.fetch(cached("/app"));
    assertThat(context.sandbox.resolve("app")).hasSize(1);
  }
}
