package io.meseta.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentEffect;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.core.LeaderAddress;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.api.v1.AgentInfo;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory;
  private final AgentCore core =
      new AgentCore(AgentSettings.defaults(AgentInfo.newBuilder().setHostname("h").build(), "1"));
  private RecordingHeader header = RecordingHeader.here("agent", AgentCore.class, Map.of());

  @BeforeEach
  void recoverFromAnEmptyJournal() {
    core.handle(new AgentEvent.JournalRecovered(START, "run", "boot", JournalSnapshot.EMPTY));
  }

  private Recorder<AgentEvent, AgentEffect> record() {
    return Recorder.start(
        core, AgentEvent::at, header, RecordingOptions.in(directory.resolve("recordings")));
  }

  private static AgentEvent leader(int second) {
    return new AgentEvent.LeaderChanged(
        START.plusSeconds(second), Optional.of(new LeaderAddress("M" + second, "h", 5050)));
  }

  private Path file() throws IOException {
    return RecordingFile.in(directory.resolve("recordings")).get(0);
  }

  private Path threeLeaders() throws IOException {
    try (Recorder<AgentEvent, AgentEffect> recorder = record()) {
      recorder.handle(leader(1));
      recorder.handle(leader(2));
      recorder.handle(leader(3));
    }
    return file();
  }

  @Test
  void sameEffectsAreToldAndTheStateAtTheEnd() throws IOException {
    Replayed replayed = Replayed.run(threeLeaders(), "--show", "agents");

    assertThat(replayed.exitCode()).isZero();
    assertThat(replayed.out())
        .contains("events    3, from number 0")
        .contains("time      2026-01-01T00:00:01Z to 2026-01-01T00:00:03Z")
        .contains("effects equal: yes")
        .contains("masterId=M3");
  }

  @Test
  void itStopsAtAnEventOrATime() throws IOException {
    Path file = threeLeaders();

    assertThat(Replayed.run(file, "--until", "0", "--show", "agents").out())
        .contains("masterId=M1");
    assertThat(Replayed.run(file, "--until", "2026-01-01T00:00:02Z", "--show", "agents").out())
        .contains("masterId=M2");
    assertThat(Replayed.run(file, "--until", "noon").exitCode()).isEqualTo(2);
  }

  @Test
  void eventsAreListedInLinesThatAreCut() throws IOException {
    Path file = threeLeaders();

    assertThat(Replayed.run(file, "--events", "1..2").out().lines())
        .hasSize(2)
        .anySatisfy(
            line -> assertThat(line).startsWith("1 2026-01-01T00:00:02Z LeaderChanged leader="));
    assertThat(Replayed.run(file, "--events", "1", "--width", "20").out().strip())
        .hasSize(20)
        .endsWith("…");
  }

  @Test
  void theFirstDifferenceIsTold() throws IOException {
    try (Recorder<AgentEvent, AgentEffect> recorder = record()) {
      recorder.handle(leader(1));
      core.handle(leader(5));
      recorder.handle(leader(6));
    }

    Replayed replayed = Replayed.run(file());

    assertThat(replayed.exitCode()).isEqualTo(1);
    assertThat(replayed.out())
        .contains("effects equal: no, they differ first at event 1")
        .contains("1 2026-01-01T00:00:06Z LeaderChanged")
        .contains("OpenLink linkId=2");
  }

  @Test
  void whatCannotBeReplayedIsRefused() throws IOException {
    Path foreign = Files.writeString(directory.resolve("foreign"), "no recording");
    assertThat(Replayed.run(foreign).exitCode()).isEqualTo(2);
    assertThat(Replayed.run(foreign).err()).contains("no recording of Meseta");
    assertThat(Replayed.run(directory.resolve("missing")).exitCode()).isEqualTo(2);
    assertThat(Replayed.run(threeLeaders(), "--show", "offers").err()).contains("knows no offers");
  }

  @Test
  void theRecordingOfAnotherBuildIsReplayedOnlyWhenAskedFor() throws IOException {
    header = new RecordingHeader("agent", header.version(), "another", header.java(), Map.of());
    Path file = threeLeaders();

    assertThat(Replayed.run(file).exitCode()).isEqualTo(2);
    assertThat(Replayed.run(file).err()).contains("build another").contains("--any-build");
    assertThat(Replayed.run(file, "--any-build").exitCode()).isZero();
  }

  @Test
  void theFilesOfADirectoryAreListed() throws IOException {
    Path file = threeLeaders();
    Files.writeString(file.resolveSibling("broken.recording"), "broken");

    Replayed replayed = Replayed.run(directory.resolve("recordings"));

    assertThat(replayed.exitCode()).isZero();
    assertThat(replayed.out())
        .containsPattern(file.getFileName() + " +agent +0\\.\\.2 +2026-01-01T00:00:01Z")
        .containsPattern("broken.recording .*no recording of Meseta");
  }
}
