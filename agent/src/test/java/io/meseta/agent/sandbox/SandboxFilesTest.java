package io.meseta.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.FileInfo;
import io.meseta.common.files.ReadableFiles;
import io.meseta.common.files.UnreadableFileException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxFilesTest {

  @TempDir Path directory;
  private Path workDir;
  private Path sandbox;
  private SandboxFiles files;

  @BeforeEach
  void make() throws IOException {
    workDir = Files.createDirectories(directory.resolve("work"));
    Path runs =
        Files.createDirectories(workDir.resolve("slaves/S0/frameworks/F1/executors/e:1/runs"));
    sandbox = Files.createDirectories(runs.resolve("c1"));
    Files.createSymbolicLink(runs.resolve("latest"), Path.of("c1"));
    Files.createDirectories(runs.resolveSibling("runs").resolve("c2"));
    Files.writeString(runs.resolve("c2/secret"), "of another task");
    Files.createDirectories(workDir.resolve("journal"));
    Files.writeString(workDir.resolve("journal/journal.db"), "secret");
    Files.writeString(sandbox.resolve("stdout"), "0123456789");
    Files.setLastModifiedTime(sandbox.resolve("stdout"), FileTime.from(Instant.EPOCH));
    Files.createDirectories(sandbox.resolve("app/logs"));
    Files.writeString(sandbox.resolve("app/logs/a"), "a");
    files = new SandboxFiles(workDir);
  }

  @Test
  void listsByName() throws Exception {
    assertThat(files.list(sandbox.toString()))
        .extracting(FileInfo::getPath)
        .containsExactly(sandbox + "/app", sandbox + "/stdout");
    FileInfo file = files.list(sandbox + "/").get(1);
    assertThat(file.getSize()).isEqualTo(10);
    assertThat(file.getNlink()).isEqualTo(1);
    assertThat(file.getMtime().getNanoseconds()).isZero();
    assertThat(file.getMode()).isEqualTo(0100644);
    assertThat(file.getUid()).isEqualTo(System.getProperty("user.name"));
    assertThat(files.list(sandbox.resolveSibling("latest") + "/app"))
        .extracting(FileInfo::getPath)
        .containsExactly(sandbox.resolveSibling("latest") + "/app/logs");
  }

  @Test
  void readsAPart() throws Exception {
    String path = sandbox + "/stdout";

    ReadableFiles.Part part = files.read(path, 3, OptionalLong.of(4));

    assertThat(part.data().toStringUtf8()).isEqualTo("3456");
    assertThat(part.offset()).isEqualTo(3);
    assertThat(part.size()).isEqualTo(10);
    assertThat(files.read(path, 8, OptionalLong.empty()).data().toStringUtf8()).isEqualTo("89");
    assertThat(files.read(path, 99, OptionalLong.of(4)).data()).isEmpty();
    assertThat(files.size(path)).isEqualTo(10);
    assertThatThrownBy(() -> files.read(path, -1, OptionalLong.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void neverReadsMoreThanTheLimit() throws Exception {
    Files.write(sandbox.resolve("large"), new byte[200_000]);

    assertThat(files.read(sandbox + "/large", 0, OptionalLong.of(1L << 40)).data().size())
        .isEqualTo(SandboxFiles.MAX_READ_BYTES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "",
        "stdout",
        "WORK",
        "WORK/journal/journal.db",
        "WORK/slaves",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/c9/stdout",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/c1/../c2/secret",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/../../../../../../journal/journal.db",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/c1/./stdout",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/c1//stdout",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/c1/st\0dout",
        "WORK/slaves/../journal/journal.db",
        "WORK/slaves//S0/frameworks/F1/executors/e:1/runs/c1/stdout",
        "WORK/slaves/S0/frameworks/F1/executors/e:1/runs/.latest-c1/stdout",
      })
  void nothingElseIsThere(String path) {
    String real = path.replace("WORK", workDir.toString());

    assertThatThrownBy(() -> files.open(real)).hasFieldOrPropertyWithValue("kind", Kind.NOT_FOUND);
    assertThatThrownBy(() -> files.list(real)).hasFieldOrPropertyWithValue("kind", Kind.NOT_FOUND);
    assertThat(files.key(real)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "../c2/secret", "../../../../../../../..", "/etc/nothing", "loop"})
  void aLinkThatLeadsOutIsRefused(String target) throws Exception {
    Files.createSymbolicLink(sandbox.resolve("loop"), Path.of(target));
    Files.createSymbolicLink(sandbox.resolve("app/through"), Path.of("../loop"));

    for (String path : new String[] {"/loop", "/loop/passwd", "/app/through"}) {
      assertThatThrownBy(() -> files.open(sandbox + path))
          .as(path)
          .hasFieldOrPropertyWithValue("kind", Kind.FORBIDDEN);
      assertThatThrownBy(() -> files.list(sandbox + path))
          .as(path)
          .hasFieldOrPropertyWithValue("kind", Kind.FORBIDDEN);
    }
  }

  @Test
  void aLinkThatStaysInsideIsFollowed() throws Exception {
    Files.createSymbolicLink(sandbox.resolve("current"), Path.of("app/logs"));
    Files.createSymbolicLink(sandbox.resolve("app/out"), sandbox.resolve("stdout"));

    assertThat(files.read(sandbox + "/current/a", 0, OptionalLong.empty()).data().toStringUtf8())
        .isEqualTo("a");
    assertThat(files.size(sandbox + "/app/out")).isEqualTo(10);
  }

  @Test
  void whatIsNoFileIsNotRead() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", sandbox + "/pipe").start().waitFor()).isZero();

    for (String path : new String[] {"", "/app", "/pipe"}) {
      assertThatThrownBy(() -> files.size(sandbox + path))
          .hasFieldOrPropertyWithValue("kind", Kind.NOT_A_FILE);
    }
    assertThatThrownBy(() -> files.list(sandbox + "/stdout"))
        .hasFieldOrPropertyWithValue("kind", Kind.NOT_A_DIRECTORY);
    assertThatThrownBy(() -> files.size(sandbox + "/missing"))
        .hasFieldOrPropertyWithValue("kind", Kind.NOT_FOUND);
  }

  @Test
  void aDirectoryWithTooMuchInItIsNotListed() throws Exception {
    Path many = Files.createDirectories(sandbox.resolve("many"));
    for (int i = 0; i <= 10_000; i++) {
      Files.createFile(many.resolve("f" + i));
    }

    assertThatThrownBy(() -> files.list(many.toString()))
        .hasFieldOrPropertyWithValue("kind", Kind.TOO_MUCH);
  }
}
