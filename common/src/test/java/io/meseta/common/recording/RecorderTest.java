package io.meseta.common.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meseta.common.recording.Tally.Heard;
import io.meseta.common.recording.Tally.Print;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RecorderTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final RecordingHeader HEADER =
      RecordingHeader.here("tally", Tally.class, Map.of("words", "any"));

  @TempDir private Path directory;
  private final Tally core = new Tally();
  private int said;

  private Path recordings() {
    return directory.resolve("recordings");
  }

  private Recorder<Heard, Print> start(RecordingOptions options) {
    return Recorder.start(core, Heard::at, HEADER, options);
  }

  private Recorder<Heard, Print> start(RecordingOptions options, RecordingStore store) {
    return Recorder.start(core, Heard::at, HEADER, options, store, Clock.systemUTC());
  }

  private List<Print> say(Recorder<Heard, Print> recorder, String word) {
    return recorder.handle(new Heard(START.plusSeconds(said++), word));
  }

  private static void awaitWritten(Recorder<?, ?> recorder) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> recorder.backlog() == 0);
  }

  private static Replay<Tally, Heard, Print> replay(RecordingFile file) throws IOException {
    return Replay.of(file, Tally.class, Heard.class);
  }

  private Optional<Replay.Difference<Print>> replayAll(Path path) throws IOException {
    try (RecordingFile file = RecordingFile.open(path)) {
      return replay(file).run(event -> true, done -> {});
    }
  }

  private Path onlyFile() throws IOException {
    List<Path> files = RecordingFile.in(recordings());
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private Path recordThree() throws IOException {
    try (Recorder<Heard, Print> recorder = start(RecordingOptions.in(recordings()))) {
      say(recorder, "a");
      say(recorder, "b");
      say(recorder, "a");
    }
    return onlyFile();
  }

  @Test
  void whatWasHandledIsHandledAgainWithTheSameEffects() throws IOException {
    Path path = recordThree();

    try (RecordingFile file = RecordingFile.open(path)) {
      assertThat(file.header()).isEqualTo(HEADER);
      assertThat(file.events()).isEqualTo(3);
      assertThat(file.firstTime()).contains(START);
      assertThat(file.lastTime()).contains(START.plusSeconds(2));
      assertThat(file.isTorn()).isFalse();
      Replay<Tally, Heard, Print> replay = replay(file);
      assertThat(replay.run(event -> true, done -> {})).isEmpty();
      assertThat(replay.handled()).isEqualTo(3);
      assertThat(replay.core().count("a")).isEqualTo(2);
    }
  }

  @Test
  void aReplayStopsWhereItIsTold() throws IOException {
    try (RecordingFile file = RecordingFile.open(recordThree())) {
      Replay<Tally, Heard, Print> replay = replay(file);
      assertThat(replay.run(event -> event.number() <= 0, done -> {})).isEmpty();
      assertThat(replay.core().count("a")).isEqualTo(1);
      assertThat(replay.core().count("b")).isZero();
    }
  }

  @Test
  void filesAreForTheirOwnerOnly() throws IOException {
    Path path = recordThree();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(recordings())))
        .isEqualTo("rwx------");
  }

  @Test
  void everyFileCanBeReplayedByItselfAndTheOldestAreDeleted() throws IOException {
    RecordingOptions options = RecordingOptions.in(recordings()).withFileSize(2_000).withFiles(3);
    long events = 0;
    try (Recorder<Heard, Print> recorder = start(options)) {
      for (; events < 2_000; events++) {
        say(recorder, "word" + events % 7);
        if (events % 10 == 0) {
          awaitWritten(recorder);
        }
      }
    }

    List<Path> files = RecordingFile.in(recordings());
    assertThat(files).hasSize(3);
    long next = 0;
    for (Path path : files) {
      assertThat(replayAll(path)).isEmpty();
      try (RecordingFile file = RecordingFile.open(path)) {
        assertThat(file.firstEvent()).isGreaterThan(0);
        assertThat(next == 0 || file.firstEvent() == next).as("no event is missing").isTrue();
        next = file.firstEvent() + file.events();
      }
    }
    assertThat(next).isEqualTo(events);
  }

  @Test
  void anotherEffectThanRecordedIsFound() throws IOException {
    try (Recorder<Heard, Print> recorder = start(RecordingOptions.in(recordings()))) {
      say(recorder, "a");
      core.meddle("a");
      say(recorder, "b");
    }

    Replay.Difference<Print> difference = replayAll(onlyFile()).orElseThrow();

    assertThat(difference.event().number()).isEqualTo(1);
    assertThat(difference.effects()).containsExactly(new Print("a 1"), new Print("b 1"));
    assertThat(difference.failure()).isEmpty();
  }

  @Test
  void theEventThatBrokeTheCoreIsRecorded() throws IOException {
    try (Recorder<Heard, Print> recorder = start(RecordingOptions.in(recordings()))) {
      say(recorder, "a");
      assertThatThrownBy(() -> say(recorder, "boom")).isInstanceOf(IllegalStateException.class);
    }

    List<RecordedEvent> events = new ArrayList<>();
    try (RecordingFile file = RecordingFile.open(onlyFile())) {
      file.forEach(0, events::add);
    }
    assertThat(events.get(1).failure()).hasValueSatisfying(f -> assertThat(f).contains("must not"));
    assertThat(replayAll(onlyFile())).as("it breaks again").isEmpty();
  }

  @Test
  void aTornEndDoesNotCount() throws IOException {
    try (Recorder<Heard, Print> recorder = start(RecordingOptions.in(recordings()))) {
      for (int i = 0; i < 3; i++) {
        say(recorder, "a");
        awaitFrames(i + 1);
      }
    }
    byte[] whole = Files.readAllBytes(onlyFile());
    long eventsBefore = -1;
    for (int length = 8; length <= whole.length; length++) {
      Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, length));
      long events;
      try (RecordingFile file = RecordingFile.open(cut)) {
        Replay<Tally, Heard, Print> replay = replay(file);
        assertThat(replay.run(event -> true, done -> {})).isEmpty();
        assertThat(replay.core().count("a")).isEqualTo((int) replay.handled());
        events = replay.handled();
      } catch (RecordingException e) {
        assertThat(e).hasMessageContaining("ends before its first event");
        assertThat(eventsBefore).isEqualTo(-1);
        continue;
      }
      assertThat(events).isGreaterThanOrEqualTo(eventsBefore);
      eventsBefore = events;
    }
    assertThat(eventsBefore).isEqualTo(3);
  }

  /** Until so many events are in the file, each in a frame of its own. */
  private void awaitFrames(long events) {
    await()
        .until(() -> {
          try (RecordingFile file = RecordingFile.open(onlyFile())) {
            return file.events() == events;
          }
        });
  }

  @Test
  void damageBeforeTheEndIsToldAndWhatIsNoRecordingToo() throws IOException {
    Path path = recordThree();
    byte[] bytes = Files.readAllBytes(path);
    bytes[Frame.MAGIC_LENGTH + Frame.HEAD_LENGTH + 3] ^= 1;
    Path damaged = Files.write(directory.resolve("damaged"), bytes);
    assertThatThrownBy(() -> RecordingFile.open(damaged))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("damaged");

    Path foreign = Files.writeString(directory.resolve("foreign"), "some other file");
    assertThatThrownBy(() -> RecordingFile.open(foreign))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("no recording");

    bytes[7]++;
    Path newer = Files.write(directory.resolve("newer"), bytes, StandardOpenOption.CREATE);
    assertThatThrownBy(() -> RecordingFile.open(newer))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("another format");
  }

  @Test
  void itTellsHowItFares() throws IOException {
    Recorder<Heard, Print> recorder = start(RecordingOptions.in(recordings()));
    try (recorder) {
      await().until(() -> recorder.stats().running());
      say(recorder, "a");
      say(recorder, "b");
    }

    assertThat(recorder.stats()).isEqualTo(new RecordingStats(false, 2, Files.size(onlyFile()), 0));
  }

  @Test
  void withAFullDiskTheRecordingStopsAndGoesOnLater() throws IOException {
    MemoryStore store = new MemoryStore();
    RecordingOptions options = RecordingOptions.in(recordings()).withRetry(Duration.ZERO);
    try (Recorder<Heard, Print> recorder = start(options, store)) {
      say(recorder, "a");
      await().until(() -> written(store) == 1);
      store.full(true);
      for (int i = 0; i < 100; i++) {
        assertThat(say(recorder, "lost")).isNotEmpty();
        awaitWritten(recorder);
      }
      // What is collected is written a moment later, so the disk is full until that was tried.
      await().until(() -> store.refusals() > 0);
      await().until(() -> recorder.stats().stops() > 0);
      // Before there is room: with it, a new file may be there at once.
      int before = store.names().size();
      store.full(false);
      await()
          .until(() -> {
            say(recorder, "b");
            return store.names().size() > before;
          });
      await().until(() -> recorder.stats().running());
      say(recorder, "last");
    }

    List<String> names = store.names();
    Path last = write(store, names.get(names.size() - 1));
    assertThat(replayAll(last)).isEmpty();
    try (RecordingFile file = RecordingFile.open(last)) {
      assertThat(file.firstEvent()).isGreaterThan(1);
      Replay<Tally, Heard, Print> replay = replay(file);
      assertThat(replay.run(event -> true, done -> {})).isEmpty();
      assertThat(replay.core().count("lost"))
          .as("the state has what the file lacks")
          .isEqualTo(100);
      assertThat(replay.core().count("last")).isEqualTo(1);
    }
  }

  @Test
  void aDiskThatHangsDoesNotHoldUpTheLoop() throws IOException {
    MemoryStore store = new MemoryStore();
    RecordingOptions options =
        RecordingOptions.in(recordings()).withRetry(Duration.ZERO).withBacklog(10);
    try (Recorder<Heard, Print> recorder = start(options, store)) {
      say(recorder, "a");
      await().until(() -> written(store) == 1);
      store.hang();
      for (int i = 0; i < 10_000; i++) {
        assertThat(say(recorder, "b")).isNotEmpty();
        assertThat(recorder.backlog()).isLessThanOrEqualTo(10);
      }
      store.goOn();
      await()
          .until(() -> {
            say(recorder, "c");
            return store.names().size() > 1;
          });
    }

    for (String name : store.names()) {
      assertThat(replayAll(write(store, name))).isEmpty();
    }
    assertThat(core.count("b")).isEqualTo(10_000);
  }

  private long written(MemoryStore store) throws IOException {
    List<String> names = store.names();
    if (names.isEmpty()) {
      return 0;
    }
    try (RecordingFile file = RecordingFile.open(write(store, names.get(0)))) {
      return file.events();
    } catch (RecordingException e) {
      return 0; // The file has just begun.
    }
  }

  private Path write(MemoryStore store, String name) throws IOException {
    return Files.write(directory.resolve(name), store.content(name));
  }
}
