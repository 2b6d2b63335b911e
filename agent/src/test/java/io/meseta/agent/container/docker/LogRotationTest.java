package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.config.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a sandbox's output, over many lives of the agent that writes them. */
class LogRotationTest {

  private static final int SIZE = 64 * 1024;
  private static final int FILES = 400;

  @TempDir Path directory;

  @Test
  void eachByteIsInExactlyOneFileWhereverTheAgentIsKilled() throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      List<LogFrame> log = randomLog(random, 60);
      Path sandbox = Files.createDirectory(directory.resolve("s" + seed));
      Path position = directory.resolve("p" + seed);
      int copied = 0;
      while (copied < log.size()) {
        copied = Math.min(log.size(), copied + random.nextInt(12));
        liveAndBeKilled(sandbox, position, log.subList(0, copied), random);
      }
      copy(sandbox, position, log, FILES);

      assertThat(content(sandbox, "stdout")).as("seed %s", seed).isEqualTo(text(log, 'o'));
      assertThat(content(sandbox, "stderr")).as("seed %s", seed).isEqualTo(text(log, 'e'));
    }
  }

  /** Ends with what a killed agent may leave behind: bytes not noted, or a rotation half done. */
  private static void liveAndBeKilled(
      Path sandbox, Path position, List<LogFrame> log, Random random) throws IOException {
    copy(sandbox, position, log, FILES);
    switch (random.nextInt(4)) {
      case 0 -> append(sandbox.resolve("stdout"), "not noted");
      case 1 -> append(sandbox.resolve("stderr"), "not noted either\n");
      case 2 -> rotateByHand(sandbox, random.nextInt(3));
      default -> {}
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }

  /**
   * The renames of a rotation.
   *
   * @param far 0: all but the last; 1: all; 2: with some output after them, not noted
   */
  private static void rotateByHand(Path sandbox, int far) throws IOException {
    int last = 1;
    while (Files.exists(sandbox.resolve("stdout." + last))) {
      last++;
    }
    for (int i = last; i > 1; i--) {
      Files.move(
          sandbox.resolve("stdout." + (i - 1)),
          sandbox.resolve("stdout." + i),
          StandardCopyOption.ATOMIC_MOVE);
    }
    if (far > 0) {
      Files.move(sandbox.resolve("stdout"), sandbox.resolve("stdout.1"));
    }
    if (far > 1) {
      Files.writeString(sandbox.resolve("stdout"), "begun", StandardCharsets.UTF_8);
    }
  }

  @Test
  void theNewestOutputIsKeptAndNoMoreThanWasAllowed() throws IOException {
    List<LogFrame> log = randomLog(new Random(7), 400);

    copy(directory, directory.resolve("position"), log, 3);

    assertThat(files("stdout")).hasSize(3);
    for (Path file : files("stdout")) {
      assertThat(Files.size(file)).isPositive().isLessThanOrEqualTo(SIZE);
    }
    assertThat(text(log, 'o')).endsWith(content(directory, "stdout"));
  }

  @Test
  void oneFileIsEmptiedWhenItIsFull() throws IOException {
    List<LogFrame> log = randomLog(new Random(8), 400);
    Path position = directory.resolve("position");

    copy(directory, position, log.subList(0, 200), 1);
    copy(directory, position, log, 1);

    assertThat(files("stdout")).hasSize(1);
    assertThat(Files.size(directory.resolve("stdout"))).isLessThanOrEqualTo(SIZE);
    assertThat(text(log, 'o')).endsWith(content(directory, "stdout"));
  }

  @Test
  void whatTheTaskTakesAwayIsNotMissed() throws IOException {
    List<LogFrame> log = randomLog(new Random(9), 100);
    Path position = directory.resolve("position");
    copy(directory, position, log.subList(0, 50), FILES);
    for (Path file : files("stdout")) {
      Files.delete(file);
    }
    Files.createSymbolicLink(directory.resolve("stdout"), directory.resolve("elsewhere"));

    copy(directory, position, log, FILES);

    assertThat(directory.resolve("elsewhere")).doesNotExist();
    assertThat(content(directory, "stdout")).isEqualTo(text(log.subList(50, 100), 'o'));
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.getFileName().toString().startsWith(name)).toList();
    }
  }

  private static void copy(Path sandbox, Path position, List<LogFrame> log, int maxFiles)
      throws IOException {
    LogLimits limits = new LogLimits(new Bytes(SIZE), maxFiles);
    try (LogFiles files = new LogFiles("test", sandbox, position, limits)) {
      long since = files.rewind();
      for (LogFrame frame : log) {
        if (frame.nanos() >= since) {
          files.accept(frame);
          if (files.pendingBytes() > SIZE / 2) {
            files.flush();
          }
        }
      }
      files.flush();
      files.note();
    }
  }

  /** The oldest first; a rotation half done leaves a gap in the numbers. */
  private static String content(Path sandbox, String name) throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = FILES; i > 0; i--) {
      Path file = sandbox.resolve(name + "." + i);
      if (Files.exists(file)) {
        all.append(Files.readString(file));
      }
    }
    return shortened(all.append(Files.readString(sandbox.resolve(name))).toString());
  }

  /** A long line tells its length: what fails shall be legible. */
  private static String shortened(String text) {
    return Pattern.compile("x+").matcher(text).replaceAll(run -> "x" + run.group().length());
  }

  private static List<LogFrame> randomLog(Random random, int count) {
    List<LogFrame> log = new ArrayList<>();
    long time = 1;
    for (int i = 0; i < count; i++) {
      time += random.nextInt(3);
      boolean out = random.nextInt(3) > 0;
      String line = (out ? "o" : "e") + i + " " + "x".repeat(random.nextInt(16_000)) + "\n";
      log.add(
          new LogFrame(
              out ? LogFrame.Stream.STDOUT : LogFrame.Stream.STDERR,
              time,
              line.getBytes(StandardCharsets.UTF_8)));
    }
    return log;
  }

  private static String text(List<LogFrame> log, char stream) {
    StringBuilder all = new StringBuilder();
    for (LogFrame frame : log) {
      if (frame.payload()[0] == stream) {
        all.append(new String(frame.payload(), StandardCharsets.UTF_8));
      }
    }
    return shortened(all.toString());
  }
}
