package io.meseta.agent.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.fetch.TestArchives.Content;
import io.meseta.agent.fetch.TestArchives.Tar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractionTest {

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

  private static void wellBehaved(Tar tar) throws IOException {
    tar.directory("app");
    tar.file("app/run.sh", 0755, "echo hello");
    tar.file("./app/data", "data");
    tar.symbolicLink("app/current", "data");
    tar.symbolicLink("app/deep/up", "../data");
    tar.hardLink("app/same", "app/data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.tar", "x.tgz", "x.tar.gz", "X.TBZ2", "x.tar.bz2", "x.txz", "x.tar.xz"})
  void aTarArchiveIsTakenApartAndStays(String name) throws Exception {
    byte[] archive = compressed(name, TestArchives.tar(ExtractionTest::wellBehaved));
    context.server.file("/" + name, archive);

    context.fetch(context.served("/" + name));

    Path app = context.sandbox.resolve("app");
    assertThat(app.resolve("run.sh")).hasContent("echo hello");
    assertThat(Files.isExecutable(app.resolve("run.sh"))).isTrue();
    assertThat(app.resolve("current")).isSymbolicLink().hasContent("data");
    assertThat(app.resolve("deep/up")).isSymbolicLink().hasContent("data");
    assertThat(app.resolve("same")).hasContent("data");
    assertThat(context.sandbox.resolve(name)).hasBinaryContent(archive);
  }

  private static byte[] compressed(String name, byte[] tar) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        name.toLowerCase(java.util.Locale.ROOT).contains("bz")
            ? new BZip2CompressorOutputStream(bytes)
            : name.contains("xz")
                ? new XZCompressorOutputStream(bytes)
                : name.contains("gz") ? new GZIPOutputStream(bytes) : bytes) {
      out.write(tar);
    }
    return bytes.toByteArray();
  }

  @Test
  void aZipArchiveIsTakenApart() throws Exception {
    context.server.file(
        "/x.zip",
        TestArchives.zip(zip -> {
          zip.file("a/run", 0755, "echo");
          zip.file("a/data", 0600, "data");
          zip.symbolicLink("a/current", "data");
        }));

    context.fetch(context.served("/x.zip"));

    assertThat(Files.isExecutable(context.sandbox.resolve("a/run"))).isTrue();
    assertThat(context.sandbox.resolve("a/current")).isSymbolicLink().hasContent("data");
  }

  @Test
  void aCompressedFileIsDecompressedBesideItself() throws Exception {
    context.server.file("/log.txt.gz", TestArchives.gzip(bytes("line")));

    context.fetch(context.served("/log.txt.gz"));

    assertThat(context.sandbox.resolve("log.txt")).hasContent("line");
    assertThat(context.sandbox.resolve("log.txt.gz")).exists();
  }

  @Test
  void anArchiveMayBeLeftWhole() throws Exception {
    context.server.file("/x.tgz", TestArchives.tgz(ExtractionTest::wellBehaved));

    context.fetch(context.served("/x.tgz").setExtract(false));

    assertThat(context.sandbox.resolve("x.tgz")).exists();
    assertThat(context.sandbox.resolve("app")).doesNotExist();
  }

  @Test
  void twoArchivesMayFillOneDirectory() throws Exception {
    context.server.file("/1.tar", TestArchives.tar(tar -> tar.file("lib/a", "1")));
    context.server.file(
        "/2.tar",
        TestArchives.tar(tar -> {
          tar.file("lib/a", "2");
          tar.file("lib/b", "2");
        }));

    context.fetch(context.served("/1.tar"), context.served("/2.tar"));

    assertThat(context.sandbox.resolve("lib/a")).hasContent("2");
    assertThat(context.sandbox.resolve("lib/b")).hasContent("2");
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("a name that leads up", "'..'", tar -> tar.file("../evil", "x")),
        attack("up from below", "'..'", tar -> tar.file("a/../../evil", "x")),
        attack("an absolute name", "absolute", tar -> tar.file("/tmp/evil", "x")),
        attack("a newline", "control", tar -> tar.file("a\nb", "x")),
        attack("a directory that leads up", "'..'", tar -> tar.directory("../evil")),
        attack("a deep name", "deep", tar -> tar.file("a/".repeat(70) + "x", "x")),
        attack("a long name", "longer", tar -> tar.file("a".repeat(300), "x")),
        attack("a link to elsewhere", "outside", tar -> tar.symbolicLink("l", "/etc")),
        attack("a link up", "outside", tar -> tar.symbolicLink("l", "..")),
        attack("a link further up", "outside", tar -> tar.symbolicLink("a/l", "../../x")),
        attack("a link to nowhere", "outside", tar -> tar.symbolicLink("l", "")),
        attack(
            "a file through a link",
            "a link",
            tar -> {
              tar.directory("d");
              tar.symbolicLink("l", "d");
              tar.file("l/evil", "x");
            }),
        attack(
            "links that lead out together",
            "outside",
            tar -> {
              tar.symbolicLink("a/b/l", "../..");
              tar.symbolicLink("a/b/m", "l/../secret");
            }),
        attack(
            "a directory through a link",
            "a link",
            tar -> {
              tar.symbolicLink("l", "d");
              tar.directory("l/d");
            }),
        attack("a hard link out", "absolute", tar -> tar.hardLink("l", "/etc/passwd")),
        attack("a hard link up", "'..'", tar -> tar.hardLink("l", "../../outside/secret")),
        attack("a hard link to nothing", "no file", tar -> tar.hardLink("l", "nothing")),
        attack(
            "a hard link to a link",
            "no file",
            tar -> {
              tar.symbolicLink("s", "x");
              tar.hardLink("l", "s");
            }),
        attack("a hard link to itself", "no file|itself", tar -> tar.hardLink("l", "l")),
        attack("a device", "neither", tar -> tar.special("d", TarArchiveEntry.LF_CHR)),
        attack("a disk", "neither", tar -> tar.special("d", TarArchiveEntry.LF_BLK)),
        attack("a pipe", "neither", tar -> tar.special("d", TarArchiveEntry.LF_FIFO)),
        attack(
            "a file in place of a directory",
            "directory",
            tar -> {
              tar.directory("d");
              tar.file("d", "x");
            }),
        attack(
            "a file below a file",
            "no directory",
            tar -> {
              tar.file("d", "x");
              tar.file("d/e", "x");
            }),
        attack("the task's output", "output", tar -> tar.symbolicLink("stdout", "x")),
        attack(
            "too many",
            "entries",
            tar -> {
              for (int i = 0; i < 2001; i++) {
                tar.file("f" + i, "");
              }
            }));
  }

  private static Arguments attack(String name, String reason, Content<Tar> content) {
    return Arguments.of(name, reason, content);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void anAttackIsRefusedAndNothingGetsOut(String name, String reason, Content<Tar> content)
      throws Exception {
    try (var limited =
        new FetcherTestContext(
            directory.resolve("limited"),
            options -> options.with(options.limits().withMaxEntries(2000)))) {
      limited.server.file("/x.tgz", TestArchives.tgz(content));

      assertThatThrownBy(() -> limited.fetch(limited.served("/x.tgz")))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("/x.tgz: ")
          .message()
          .containsPattern(reason);

      assertThat(limited.sandbox).isEmptyDirectory();
      assertThat(limited.outside.resolve("secret")).hasContent("untouched");
      assertThat(tree(directory)).noneMatch(path -> path.endsWith("evil"));
      assertThat(limited.workDir.resolve("fetch/staging")).isEmptyDirectory();
    }
  }

  private static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> found = Files.walk(root)) {
      return found.toList();
    }
  }

  @Test
  void aZipThatLeadsOutIsRefused() {
    context.server.file("/1.zip", TestArchives.zip(zip -> zip.file("../evil", 0644, "x")));
    context.server.file("/2.zip", TestArchives.zip(zip -> zip.symbolicLink("l", "/etc")));
    context.server.file(
        "/3.zip",
        TestArchives.zip(zip -> {
          zip.symbolicLink("l", "d");
          zip.file("l/evil", 0644, "x");
        }));

    for (String name : List.of("/1.zip", "/2.zip", "/3.zip")) {
      assertThatThrownBy(() -> context.fetch(context.served(name)))
          .isInstanceOf(FetchException.class);
    }
    assertThat(context.sandbox).isEmptyDirectory();
  }

  @Test
  void aZipWithTooManyFilesIsRefusedBeforeItsListIsRead() throws Exception {
    try (var limited =
        new FetcherTestContext(
            directory.resolve("limited"),
            options -> options.with(options.limits().withMaxEntries(100)))) {
      byte[] many =
          TestArchives.zip(zip -> {
            for (int i = 0; i < 200; i++) {
              zip.file("f" + i, 0644, "");
            }
          });
      limited.server.file("/x.zip", many);

      assertThatThrownBy(() -> limited.fetch(limited.served("/x.zip")))
          .hasMessageContaining("more than 100 entries");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.tgz", "x.zip", "x.gz"})
  void aBombIsRefused(String name) {
    byte[] zeros = new byte[64 << 20];
    String text = new String(zeros, StandardCharsets.ISO_8859_1);
    byte[] bomb =
        switch (name) {
          case "x.tgz" -> TestArchives.tgz(tar -> tar.file("bomb", text));
          case "x.zip" -> TestArchives.zip(zip -> zip.file("bomb", 0644, text));
          default -> TestArchives.gzip(zeros);
        };
    assertThat(bomb.length).isLessThan(1 << 20);
    context.server.file("/" + name, bomb);

    assertThatThrownBy(() -> context.fetch(context.served("/" + name)))
        .hasMessageContaining("--fetcher_max_extracted_size");
    assertThat(context.sandbox).isEmptyDirectory();
  }

  @Test
  void aSparseFileCountsWithAllItsHoles() {
    byte[] sparse = TestArchives.tar(tar -> tar.file("sparse", "x".repeat(512)));
    // The old form of GNU tar: its type, one piece of 512 bytes at 0, and 100 GB in all.
    sparse[156] = 'S';
    put(sparse, 257, "ustar  \0");
    put(sparse, 386, "00000000000\0" + "00000001000\0");
    put(sparse, 483, "1000000000000\0".substring(0, 12));
    checksum(sparse);
    context.server.file("/x.tar", sparse);

    assertThatThrownBy(() -> context.fetch(context.served("/x.tar")))
        .hasMessageContaining("--fetcher_max_extracted_size");
  }

  @Test
  void aNameOfManyMegabytesIsRefused() {
    byte[] header = TestArchives.tar(tar -> tar.file("x", ""));
    header[156] = 'L';
    put(header, 124, String.format("%011o", 500L << 20) + "\0");
    checksum(header);
    byte[] archive = Arrays.copyOf(Arrays.copyOf(header, 512), 16 << 20);
    Arrays.fill(archive, 512, archive.length, (byte) 'a');
    context.server.file("/x.tgz", TestArchives.gzip(archive));

    assertThatThrownBy(() -> context.fetch(context.served("/x.tgz")))
        .hasMessageContaining("more than a MB of names");
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = bytes(text);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }

  private static void checksum(byte[] header) {
    put(header, 148, "        ");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += header[i] & 0xff;
    }
    put(header, 148, String.format("%06o\0 ", sum));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.tgz", "x.zip", "x.tar.xz", "x.tar.bz2", "x.gz", "x.tar"})
  void garbageIsRefused(String name) {
    byte[] garbage = new byte[5000];
    new java.util.Random(7).nextBytes(garbage);
    context.server.file("/" + name, garbage);

    assertThatThrownBy(() -> context.fetch(context.served("/" + name)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("/" + name + ": ");
    assertThat(context.sandbox).isEmptyDirectory();
  }

  @Test
  void theBitsThatChangeTheUserAreDropped() throws Exception {
    context.server.file("/x.tar", TestArchives.tar(tar -> tar.file("x", 07777, "x")));

    context.fetch(context.served("/x.tar"));

    assertThat((Integer) Files.getAttribute(context.sandbox.resolve("x"), "unix:mode") & 07777)
        .isEqualTo(0755);
  }

  @Test
  void aLinkThatIsInTheSandboxAlreadyIsNotFollowed() throws Exception {
    Files.createSymbolicLink(context.sandbox.resolve("lib"), context.outside);
    Files.createSymbolicLink(context.sandbox.resolve("conf"), context.outside.resolve("secret"));
    context.server.file("/lib.tar", TestArchives.tar(tar -> tar.file("lib/evil", "x")));
    context.server.file("/conf.tar", TestArchives.tar(tar -> tar.file("conf", "x")));

    assertThatThrownBy(() -> context.fetch(context.served("/lib.tar")))
        .hasMessageContaining("'lib' is to be a directory");
    context.fetch(context.served("/conf.tar"));

    assertThat(context.outside).isDirectoryNotContaining("glob:**evil");
    assertThat(context.outside.resolve("secret")).hasContent("untouched");
    assertThat(context.sandbox.resolve("conf")).hasContent("x");
    assertThat(Files.isSymbolicLink(context.sandbox.resolve("conf"))).isFalse();
  }

  @Test
  @EnabledIf("isRoot")
  void theUserOwnsWhatIsFetched() throws Exception {
    context.server.file("/x.tar", TestArchives.tar(ExtractionTest::wellBehaved));

    context.fetch("12345:12346", context.served("/x.tar"));

    for (String name : List.of("x.tar", "app", "app/data", "app/current")) {
      assertThat(
              Files.getAttribute(
                  context.sandbox.resolve(name), "unix:uid", LinkOption.NOFOLLOW_LINKS))
          .as(name)
          .isEqualTo(12345);
    }
    assertThat(Files.getPosixFilePermissions(context.sandbox.resolve("app/run.sh")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
