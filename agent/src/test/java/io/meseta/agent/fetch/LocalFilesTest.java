package io.meseta.agent.fetch;

import static io.meseta.agent.fetch.FetcherTestContext.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalFilesTest {

  @TempDir Path directory;
  private FetcherTestContext context;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    context = new FetcherTestContext(directory);
    file = Files.writeString(context.outside.resolve("a file"), "content");
  }

  @AfterEach
  void stop() throws IOException {
    context.close();
  }

  @Test
  void aPathOrAUriOfAFileIsCopied() throws Exception {
    context.fetch(uri(file.toString()), uri(file.toUri().toString()).setOutputFile("2"));

    assertThat(context.sandbox.resolve("a file")).hasContent("content");
    assertThat(context.sandbox.resolve("2")).hasContent("content");
    assertThat(file).exists();
  }

  @Test
  void aLinkIsFollowedToItsFile() throws Exception {
    Path link = Files.createSymbolicLink(context.outside.resolve("link"), file);

    context.fetch(uri(link.toString()));

    assertThat(context.sandbox.resolve("link")).isRegularFile().hasContent("content");
  }

  @ParameterizedTest
  @CsvSource({
    "/dev/zero, it is no file",
    "/etc, it is no file",
    "/no/such/file, no such file",
    "relative, --frameworks_home",
    "hdfs://host/x, 'hdfs'",
    "ftp://host/x, 'ftp'",
    "s3://host/x, 's3'",
    "file://elsewhere/etc/passwd, another machine",
    "file:relative, absolute",
    "http:///x, without a host",
    "'', empty",
    "http://[bad/x, not a URI"
  })
  void whatCannotBeFetchedIsRefusedWithTheReason(String value, String reason) {
    assertThatThrownBy(() -> context.fetch(uri(value)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("cannot fetch")
        .hasMessageContaining(reason);
    assertThat(context.sandbox).isEmptyDirectory();
  }

  @Test
  void theLastOneIsLookedAtBeforeTheFirstIsFetched() {
    assertThatThrownBy(() -> context.fetch(uri(file.toString()), uri("hdfs://host/x")))
        .isInstanceOf(FetchException.class);
    assertThat(context.sandbox).isEmptyDirectory();
  }

  @Test
  void theAgentsOwnDirectoryIsOutOfReach() throws Exception {
    Files.createDirectories(context.workDir.resolve("journal"));
    Path journal = Files.writeString(context.workDir.resolve("journal/journal.db"), "secret");
    Path link = Files.createSymbolicLink(context.outside.resolve("link"), journal);

    for (Path path : new Path[] {journal, link}) {
      assertThatThrownBy(() -> context.fetch(uri(path.toString())))
          .hasMessageContaining("the agent's own directory");
    }
  }

  @Test
  @EnabledIf("isRoot")
  void whatTheUserMayNotReadIsRefused() throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    assertThatThrownBy(() -> context.fetch("12345", uri(file.toString())))
        .hasMessageContaining("user '12345' may not read it");
    assertThatThrownBy(() -> context.fetch("nobody", uri("/etc/shadow")))
        .hasMessageContaining("user 'nobody' may not read it");
    assertThatThrownBy(() -> context.fetch("unknown here", uri("/etc/shadow")))
        .hasMessageContaining("may not read it");
    context.fetch("root", uri(file.toString()));
    context.fetch("nobody", uri("/etc/passwd"));
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Test
  void aRelativePathIsBelowTheFrameworksHomeAndStaysThere() throws Exception {
    Path home = Files.createDirectories(directory.resolve("home"));
    Files.writeString(home.resolve("app"), "app");
    Files.createSymbolicLink(home.resolve("out"), file);
    try (var homely =
        new FetcherTestContext(
            directory.resolve("other"), options -> options.withFrameworksHome(home))) {
      homely.fetch(uri("app"));

      assertThat(homely.sandbox.resolve("app")).hasContent("app");
      for (String value : new String[] {"../outside/a file", "out"}) {
        assertThatThrownBy(() -> homely.fetch(uri(value)))
            .hasMessageContaining("leads out of --frameworks_home");
      }
    }
  }
}
