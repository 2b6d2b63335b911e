package io.meseta.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {

  private static final Machine MACHINE = new Machine(4, 16L << 30, 100L << 30, 0, "host");

  @TempDir Path directory;

  private final List<Configuration> changes = new CopyOnWriteArrayList<>();
  private Path file;
  private ConfigurationWatch watch;

  @BeforeEach
  void start() throws IOException {
    file = Files.writeString(directory.resolve("attributes"), "rack:r1");
    Inventory inventory = inventory(file.toString());
    // Nothing but what the file system tells.
    watch =
        ConfigurationWatch.start(inventory, inventory.read(), Duration.ofHours(1), changes::add)
            .orElseThrow();
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  private static Inventory inventory(String attributes) {
    return new Inventory(
        new Inventory.Sources(
            Optional.of("cpus:1"), Optional.of(attributes), Optional.empty(), "*"),
        MACHINE);
  }

  private void awaitRacks(String... racks) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(changes)
                .extracting(change -> change.attributes().get(0))
                .extracting(Attribute::getText)
                .extracting(text -> text.getValue())
                .containsExactly(racks));
  }

  @Test
  void aChangeIsTold() throws IOException {
    Files.writeString(file, "rack:r2");

    awaitRacks("r2");
  }

  @Test
  void aFileThatIsReplacedIsReadAgain() throws IOException {
    Path next = Files.writeString(directory.resolve("next"), "rack:r3");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

    awaitRacks("r3");
  }

  @Test
  void whatMakesNoSenseChangesNothingUntilItIsMended() throws IOException {
    Files.writeString(file, "rack");
    Files.delete(file);
    Files.writeString(file, "rack:r4");

    awaitRacks("r4");
  }

  @Test
  void whatIsTheSameAgainIsNotTold() throws IOException {
    Files.writeString(file, "rack:r1\n");
    Files.writeString(directory.resolve("something else"), "");
    Files.writeString(file, "rack:r5");

    awaitRacks("r5");
  }

  @Test
  void whatTheSystemDoesNotTellIsFoundByLooking() throws IOException {
    Path far = Files.createDirectories(directory.resolve("far"));
    Path target = Files.writeString(far.resolve("attributes"), "rack:r1");
    Path near = Files.createDirectories(directory.resolve("near"));
    Path link = Files.createSymbolicLink(near.resolve("link"), target);
    Inventory inventory = inventory("file://" + link);
    try (ConfigurationWatch looking =
        ConfigurationWatch.start(inventory, inventory.read(), Duration.ofMillis(20), changes::add)
            .orElseThrow()) {
      assertThat(looking).isNotNull();
      Files.writeString(target, "rack:r6");

      awaitRacks("r6");
    }
  }

  @Test
  void withoutAFileNothingIsWatched() throws IOException {
    Inventory inventory = inventory("rack:r1");

    assertThat(
            ConfigurationWatch.start(
                inventory, inventory.read(), Duration.ofHours(1), changes::add))
        .isEmpty();
  }
}
