package io.meseta.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxGcTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DELAY = Duration.ofHours(100);

  @TempDir Path directory;
  private Path workDir;
  private Sandboxes sandboxes;
  private final Set<ContainerId> held = new HashSet<>();
  private Instant now = START;
  private double usage;
  private boolean known = true;
  private SandboxGc gc;

  @BeforeEach
  void make() throws IOException {
    workDir = Files.createDirectories(directory.resolve("work"));
    sandboxes = new Sandboxes(workDir);
    gc = gc();
  }

  private SandboxGc gc() throws IOException {
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    SandboxGc made =
        new SandboxGc(
            new SandboxGc.Options(workDir, DELAY, 0.1, Duration.ofMinutes(1)),
            () -> known ? Optional.of(Set.copyOf(held)) : Optional.empty(),
            clock,
            () -> usage);
    made.prepare();
    return made;
  }

  private static SandboxId id(String agent, String executor, String container) {
    return new SandboxId(
        new AgentId(agent),
        new FrameworkId("F1"),
        new ExecutorId(executor),
        new ContainerId(container));
  }

  private Path sandbox(SandboxId id, Instant changed) throws IOException {
    Path path = sandboxes.create(id, "");
    Files.writeString(path.resolve("data"), "x");
    for (Path each : new Path[] {path.resolve("stdout"), path.resolve("stderr"), path}) {
      Files.setLastModifiedTime(each, FileTime.from(changed));
    }
    return path;
  }

  @Test
  void theAgeFollowsTheDisk() throws Exception {
    Path sandbox = sandbox(id("S", "e", "c"), START);
    usage = 0.4;

    now = START.plus(Duration.ofHours(49));
    gc.round();
    assertThat(sandbox).exists();
    assertThat(gc.stats()).isEqualTo(new SandboxGc.Stats(1, 0, 0));

    now = START.plus(Duration.ofHours(50));
    gc.round();
    assertThat(sandbox).doesNotExist();
    assertThat(gc.stats()).isEqualTo(new SandboxGc.Stats(0, 1, 0));
    assertThat(workDir.resolve("slaves")).isEmptyDirectory();
    assertThat(workDir.resolve("gc")).isEmptyDirectory();
  }

  @Test
  void onAFullDiskTheyGoAtOnceTheOldestFirstAndNoMoreThanNeeded() throws Exception {
    Path old = sandbox(id("S", "old", "c1"), START.minusSeconds(100));
    Path young = sandbox(id("S", "young", "c2"), START);
    now = START.plusSeconds(1);
    usage = 0.95;
    SandboxGc watching =
        new SandboxGc(
            new SandboxGc.Options(workDir, DELAY, 0.1, Duration.ofMinutes(1)),
            () -> Optional.of(held),
            Clock.fixed(now, ZoneOffset.UTC),
            () -> Files.exists(old) ? 0.95 : 0.5);

    watching.round();

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void whatTheAgentHoldsStays() throws Exception {
    Path task = sandbox(id("S", "task", "c1"), START);
    Path launched = sandbox(id("S", "launched", "c2"), START);
    held.add(new ContainerId("c1"));
    gc.launched(id("S", "launched", "c2"));
    usage = 1;
    now = START.plus(Duration.ofDays(1000));

    gc.round();

    assertThat(task).exists();
    assertThat(launched).exists();
  }

  @Test
  void nothingGoesBeforeItIsKnownWhatTheAgentHolds() throws Exception {
    Path sandbox = sandbox(id("S", "e", "c"), START);
    now = START.plus(Duration.ofDays(1000));
    known = false;

    gc.round();
    assertThat(sandbox).exists();

    known = true;
    gc.round();
    assertThat(sandbox).doesNotExist();
  }

  @Test
  void theTimeCountsFromTheEndAlsoAfterARestart() throws Exception {
    SandboxId id = id("S", "e", "c");
    Path sandbox = sandbox(id, START);
    gc.launched(id);
    now = START.plus(Duration.ofDays(30));
    gc.ended(id.container());
    gc.round();
    assertThat(sandbox).exists();

    SandboxGc after = gc();
    now = now.plus(Duration.ofHours(89));
    after.round();
    assertThat(sandbox).exists();
    now = now.plus(Duration.ofHours(1));
    after.round();
    assertThat(sandbox).doesNotExist();
  }

  @Test
  void whatAnEarlierAgentLeftGoesToo() throws Exception {
    Path sandbox = sandbox(id("another", "e", "c"), START);
    now = START.plus(DELAY);

    gc.round();

    assertThat(sandbox).doesNotExist();
    assertThat(workDir.resolve("slaves/another")).doesNotExist();
  }

  @Test
  void manyGoInOneRound() throws Exception {
    for (int i = 0; i < 600; i++) {
      sandbox(id("S", "e" + i, "c" + i), START);
    }
    Path kept = sandbox(id("S", "kept", "kept"), START.plusSeconds(1));
    now = START.plus(DELAY.multipliedBy(9).dividedBy(10));

    gc.round();

    assertThat(gc.stats()).isEqualTo(new SandboxGc.Stats(1, 600, 0));
    assertThat(kept).exists();
  }

  @Test
  void latestIsSetRight() throws Exception {
    sandbox(id("S", "e", "c1"), START.plus(DELAY));
    Path second = sandbox(id("S", "e", "c2"), START);
    Path latest = second.resolveSibling("latest");
    assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("c2"));
    now = START.plus(DELAY);

    gc.round();

    assertThat(second).doesNotExist();
    assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("c1"));
  }

  @Test
  void aTaskCannotKeepItsSandboxByATimeInTheFuture() throws Exception {
    Path sandbox = sandbox(id("S", "e", "c"), START.plus(Duration.ofDays(10_000)));

    gc.round();
    assertThat(sandbox).exists();
    now = START.plus(DELAY);
    gc.round();

    assertThat(sandbox).doesNotExist();
  }

  @Test
  void linksAreRemovedAndNotWhatTheyLeadTo() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "x");
    Path sandbox = sandbox(id("S", "e", "c"), START);
    Files.createSymbolicLink(sandbox.resolve("directory"), outside);
    Files.createSymbolicLink(sandbox.resolve("file"), outside.resolve("kept"));
    Files.setLastModifiedTime(sandbox, FileTime.from(START));
    now = START.plus(DELAY);

    gc.round();

    assertThat(sandbox).doesNotExist();
    assertThat(outside.resolve("kept")).hasContent("x");
  }

  @Test
  void aTreeThatIsDeeperThanThereAreHandlesIsRemoved() throws Exception {
    Path sandbox = sandbox(id("S", "e", "c"), START);
    // 3,000 levels, more than a path can have, so it is made from within, step by step.
    String step = "d/".repeat(300);
    Process maker =
        new ProcessBuilder(
                "sh",
                "-c",
                "for i in 1 2 3 4 5 6 7 8 9 10; do mkdir -p $0 && cd -P $0 || exit 1; done;"
                    + " echo x > f",
                step)
            .directory(sandbox.toFile())
            .start();
    assertThat(maker.waitFor()).isZero();
    Files.setLastModifiedTime(sandbox, FileTime.from(START));
    now = START.plus(DELAY);

    gc.round();

    assertThat(sandbox).doesNotExist();
    assertThat(gc.stats()).isEqualTo(new SandboxGc.Stats(0, 1, 0));
    assertThat(workDir.resolve("gc")).isEmptyDirectory();
  }

  @Test
  void whatWasBeingDeletedIsDeletedAfterTheRestart() throws Exception {
    Path left = Files.createDirectories(workDir.resolve("gc/c1-1/a/b"));
    Files.writeString(left.resolve("c"), "x");

    gc().round();

    assertThat(workDir.resolve("gc")).isEmptyDirectory();
  }

  @Test
  void aThreadOfItsOwnDoesIt() throws Exception {
    Path sandbox = sandbox(id("S", "e", "c"), Instant.now().minus(DELAY));
    try (SandboxGc running =
        SandboxGc.start(
            new SandboxGc.Options(workDir, Duration.ofSeconds(1), 0.1, Duration.ofMillis(10)),
            () -> Optional.of(held))) {
      await()
          .untilAsserted(() -> assertThat(running.stats()).isEqualTo(new SandboxGc.Stats(0, 1, 0)));
      assertThat(sandbox).doesNotExist();
    }
  }
}
