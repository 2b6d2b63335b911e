package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.recording.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawn lives of an agent, recorded in many small files, of which each is replayed by itself. */
class AgentRecordingTest {

  private static final int STEPS = 2_000;

  @TempDir private Path directory;

  @Test
  void everyFileOfADrawnLifeGivesTheSameEffectsAgain() throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      Path recordings = directory.resolve("seed-" + seed);
      long events = live(seed, recordings);
      assertThat(replay(recordings)).as("all events, seed %d", seed).isEqualTo(events);
      assertThat(RecordingFile.in(recordings)).as("files").hasSizeGreaterThan(20);
    }
  }

  private static long live(long seed, Path recordings) {
    RecordingOptions options =
        RecordingOptions.in(recordings)
            .withFileSize(4_000)
            .withFiles(Integer.MAX_VALUE)
            .withBacklog(1_000_000)
            .withRetry(Duration.ZERO);
    RecordingHeader header = RecordingHeader.here("agent", AgentCore.class, Map.of());
    List<Recorder<AgentEvent, AgentEffect>> recorders = new ArrayList<>();
    long[] events = new long[1];
    RandomHistory history =
        new RandomHistory(
            seed,
            core -> {
              recorders.forEach(Recorder::close);
              Recorder<AgentEvent, AgentEffect> recorder =
                  Recorder.start(core, AgentEvent::at, header, options);
              recorders.clear();
              recorders.add(recorder);
              return event -> {
                events[0]++;
                return recorder.handle(event);
              };
            });
    for (int i = 0; i < STEPS; i++) {
      history.step();
      if (i % 20 == 0) {
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> recorders.get(0).backlog() == 0);
      }
    }
    history.calmDown();
    recorders.forEach(Recorder::close);
    return events[0];
  }

  /** Replays every file, and says how many events there were in all. */
  private static long replay(Path recordings) throws IOException {
    long events = 0;
    for (Path path : RecordingFile.in(recordings)) {
      try (RecordingFile file = RecordingFile.open(path)) {
        Replay<AgentCore, AgentEvent, AgentEffect> replay =
            Replay.of(file, AgentCore.class, AgentEvent.class);
        assertThat(replay.run(event -> true, done -> {})).as("%s", path).isEmpty();
        events += replay.handled();
      }
    }
    return events;
  }
}
