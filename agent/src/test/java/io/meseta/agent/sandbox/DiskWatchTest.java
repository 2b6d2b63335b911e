package io.meseta.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.sandbox.DiskWatch.Watched;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {

  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void tellsOfThoseThatUseMoreThanTheyMay() throws Exception {
    Path small = filled("small", 1);
    Path large = filled("large", 3);
    List<String> told = new ArrayList<>();

    watch(
            List.of(
                new Watched(new ContainerId("small"), small, 2 * MIB),
                new Watched(new ContainerId("large"), large, 2 * MIB),
                new Watched(new ContainerId("large"), large, 1 * MIB),
                new Watched(new ContainerId("gone"), directory.resolve("gone"), 1)),
            told)
        .round();

    assertThat(told).hasSize(1).first().asString().startsWith("large 3").endsWith(" of 2097152");
  }

  @Test
  void holesAndLinksDoNotCount() throws Exception {
    Path sparse = Files.createDirectories(directory.resolve("sparse"));
    try (RandomAccessFile file = new RandomAccessFile(sparse.resolve("f").toFile(), "rw")) {
      file.setLength(100 * MIB);
    }
    Files.createSymbolicLink(sparse.resolve("link"), filled("elsewhere", 5));
    List<String> told = new ArrayList<>();

    watch(List.of(new Watched(new ContainerId("c"), sparse, MIB)), told).round();

    assertThat(told).isEmpty();
  }

  private static DiskWatch watch(List<Watched> watched, List<String> told) {
    return new DiskWatch(
        Duration.ofSeconds(1),
        () -> watched,
        (container, used, limit) -> told.add(container.value() + " " + used + " of " + limit));
  }

  private Path filled(String name, int mebibytes) throws IOException {
    Path path = Files.createDirectories(directory.resolve(name));
    Files.write(path.resolve("f"), new byte[(int) (mebibytes * MIB)]);
    return path;
  }
}
