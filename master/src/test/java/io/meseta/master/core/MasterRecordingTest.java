package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.recording.Replay;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.view.MasterView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawn lives of a master, recorded in many small files, of which each is replayed by itself. */
class MasterRecordingTest {

  private static final int STEPS = 2_000;
  private static final RecordingHeader HEADER =
      RecordingHeader.here("master", MasterCore.class, Map.of());

  @TempDir private Path directory;
  private final List<Recorder<MasterEvent, MasterEffect>> recorders = new ArrayList<>();
  private long events;

  private CoreContext recorded(RecordingOptions options) {
    return new CoreContext(
        MasterSettings.DEFAULTS,
        core -> {
          Recorder<MasterEvent, MasterEffect> recorder =
              Recorder.start(core, MasterEvent::at, HEADER, options);
          recorders.add(recorder);
          return event -> {
            events++;
            return recorder.handle(event);
          };
        });
  }

  private void finish() {
    recorders.forEach(Recorder::close);
    recorders.clear();
  }

  private static Replay<MasterCore, MasterEvent, MasterEffect> replay(RecordingFile file)
      throws IOException {
    return Replay.of(file, MasterCore.class, MasterEvent.class);
  }

  @Test
  void everyFileOfADrawnLifeGivesTheSameEffectsAgain() throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      Path recordings = directory.resolve("seed-" + seed);
      RecordingOptions options =
          RecordingOptions.in(recordings)
              .withFileSize(10_000)
              .withFiles(Integer.MAX_VALUE)
              .withBacklog(1_000_000);
      events = 0;
      CoreContext context = recorded(options);
      RandomCluster cluster = new RandomCluster(seed, context);
      for (int i = 0; i < STEPS; i++) {
        cluster.step();
        if (i % 20 == 0) {
          await()
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(1))
              .until(() -> recorders.get(0).backlog() == 0);
        }
      }
      finish();

      List<Path> files = RecordingFile.in(recordings);
      assertThat(files).as("seed %d", seed).hasSizeGreaterThan(20);
      long replayed = 0;
      Optional<MasterView> last = Optional.empty();
      for (Path path : files) {
        try (RecordingFile file = RecordingFile.open(path)) {
          Replay<MasterCore, MasterEvent, MasterEffect> replay = replay(file);
          assertThat(replay.run(event -> true, done -> {})).as("%s", path).isEmpty();
          replayed += replay.handled();
          last = replay.core().refreshView();
        }
      }
      assertThat(replayed).as("no event is missing, seed %d", seed).isEqualTo(events);
      assertThat(last).as("the last state, seed %d", seed).isEqualTo(context.core.refreshView());
    }
  }

  /**
   * A restored core has no picture and draws a whole one: what the other has kept up step by step.
   */
  @Test
  void aPictureThatIsKeptUpIsTheOneThatIsDrawnWhole() throws IOException {
    for (long seed = 11; seed <= 14; seed++) {
      Path recordings = directory.resolve("pictures-" + seed);
      CoreContext context = recorded(RecordingOptions.in(recordings).withBacklog(1_000_000));
      RandomCluster cluster = new RandomCluster(seed, context);
      MasterView keptUp = MasterView.notLeading();
      int mostTasks = 0;
      for (int i = 0; i < STEPS; i++) {
        cluster.step();
        if (i % 7 == 0 || i == STEPS - 1) {
          keptUp = context.core.refreshView().orElse(keptUp);
          mostTasks =
              Math.max(
                  mostTasks,
                  keptUp.totals().tasks().values().stream().mapToInt(Integer::intValue).sum());
        }
      }
      finish();

      List<Path> files = RecordingFile.in(recordings);
      try (RecordingFile file = RecordingFile.open(files.get(files.size() - 1))) {
        Replay<MasterCore, MasterEvent, MasterEffect> replay = replay(file);
        assertThat(replay.run(event -> true, done -> {})).isEmpty();
        MasterView whole = replay.core().refreshView().orElseThrow();
        assertThat(keptUp.agents()).as("agents, seed %d", seed).isEqualTo(whole.agents());
        assertThat(keptUp.frameworks())
            .as("frameworks, seed %d", seed)
            .isEqualTo(whole.frameworks());
        assertThat(keptUp.totals()).as("totals, seed %d", seed).isEqualTo(whole.totals());
        assertThat(mostTasks).as("tasks at once, seed %d", seed).isPositive();
      }
    }
  }

  @Test
  void whatIsParkedWhenAFileBeginsIsReleasedInItsReplay() throws IOException {
    CoreContext context = CoreContext.leading();
    context.holdRegistry();
    long link = context.openLink(Messages.register("h1"));
    String stream = context.subscribe(Messages.framework("f").build());
    Path recordings = directory.resolve("recordings");
    try (Recorder<MasterEvent, MasterEffect> recorder =
        Recorder.start(context.core, MasterEvent::at, HEADER, RecordingOptions.in(recordings))) {
      assertThat(end(recorder, context, 0))
          .anyMatch(e -> e instanceof MasterEffect.SendToAgent send && send.linkId() == link);
      assertThat(end(recorder, context, 1))
          .anyMatch(e -> e instanceof MasterEffect.OpenStream o && o.streamId().equals(stream));
    }

    try (RecordingFile file = RecordingFile.open(RecordingFile.in(recordings).get(0))) {
      Replay<MasterCore, MasterEvent, MasterEffect> replay = replay(file);
      assertThat(replay.run(event -> true, done -> {})).isEmpty();
      assertThat(replay.handled()).isEqualTo(2);
    }
  }

  private static List<MasterEffect> end(
      Recorder<MasterEvent, MasterEffect> recorder, CoreContext context, long write) {
    return recorder.handle(
        new MasterEvent.RegistryWriteEnded(context.now, write, new RegistryOutcome.Written()));
  }

  @Test
  void aCoreThatActsDifferentlyIsFound() throws IOException {
    CoreContext context = recorded(RecordingOptions.in(directory.resolve("recordings")));
    context.lead(RegistrySnapshot.empty());
    context.addAgent("h1");
    context.connect(Messages.framework("f").build());
    // Not by an event: the replay cannot know of it, as it would not of a change of the program.
    context.core.handle(
        new MasterEvent.LeadershipLost(context.now, "somebody meddled with the core"));
    context.pass(Duration.ofSeconds(5));
    finish();

    try (RecordingFile file =
        RecordingFile.open(RecordingFile.in(directory.resolve("recordings")).get(0))) {
      Replay.Difference<MasterEffect> difference =
          replay(file).run(event -> true, done -> {}).orElseThrow();
      assertThat(difference.event().event()).isInstanceOf(MasterEvent.TimerFired.class);
      assertThat(difference.event().effects()).isZero();
      assertThat(difference.effects()).isNotEmpty();
    }
  }
}
