package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.docker.LogPosition.StreamPosition;
import io.meseta.agent.sandbox.LogFile;
import io.meseta.agent.sandbox.LogLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStreamTest {

  private static final int PIECE = 16 * 1024;

  @TempDir Path directory;

  @Test
  void everyPlaceToBreakOffGivesTheSameFile() throws IOException {
    // Entries that share a time, a line in pieces, one whose end the engine forgot, an unended one.
    List<LogFrame> log =
        List.of(
            frame(10, "a\n"),
            frame(10, "b\n"),
            frame(11, "x".repeat(PIECE)),
            frame(11, "y".repeat(PIECE)),
            frame(11, "end of the long line"),
            frame(12, "c\n"),
            frame(12, "d\n"),
            frame(13, "no end"));
    String expected =
        "a\nb\n" + "x".repeat(PIECE) + "y".repeat(PIECE) + "end of the long line\nc\nd\nno end";

    for (int first = 0; first <= log.size(); first++) {
      for (int second = first; second <= log.size(); second++) {
        Path file = Files.createTempFile(directory, "log", "");
        StreamPosition position = copy(file, log.subList(0, first), StreamPosition.START, "torn");
        position = copy(file, log.subList(0, second), position, "");
        copy(file, log, position, "");
        assertThat(file).as("broken off at %s and %s", first, second).hasContent(expected);
      }
    }
  }

  @Test
  void randomLogsAndBreaksGiveTheSameFile() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<LogFrame> log = new ArrayList<>();
      StringBuilder expected = new StringBuilder();
      long time = 1;
      for (int i = 0; i < 30; i++) {
        time += random.nextInt(3);
        String line = "line " + i + "\n";
        log.add(frame(time, line));
        expected.append(line);
      }
      Path file = Files.createTempFile(directory, "log", "");
      StreamPosition position = StreamPosition.START;
      int copied = 0;
      while (copied < log.size()) {
        copied = Math.min(log.size(), copied + random.nextInt(8));
        position = copy(file, log.subList(0, copied), position, random.nextBoolean() ? "?" : "");
      }
      copy(file, log, position, "");
      assertThat(file).as("seed %s", seed).hasContent(expected.toString());
    }
  }

  /** One life of an agent: asks for the log, copies it, notes how far, and then is killed. */
  private StreamPosition copy(Path file, List<LogFrame> log, StreamPosition from, String written)
      throws IOException {
    StreamPosition noted;
    try (LogFile channel =
        LogFile.open(directory, file.getFileName().toString(), LogLimits.DEFAULT)) {
      LogStream stream = new LogStream("test", channel, from);
      long since = stream.since(from.nanos());
      stream.rewind(since);
      for (LogFrame frame : log) {
        if (frame.nanos() >= since) {
          stream.accept(frame);
        }
      }
      stream.flush();
      noted = stream.position();
    }
    Files.writeString(file, written, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    return noted;
  }

  @Test
  void aLineThatFillsItsPiecesExactlyKeepsItsEnd() throws IOException {
    List<LogFrame> log = List.of(frame(1, "x".repeat(PIECE)), frame(1, ""), frame(2, "next\n"));
    Path file = Files.createTempFile(directory, "log", "");

    copy(file, log, StreamPosition.START, "");

    assertThat(file).hasContent("x".repeat(PIECE) + "\nnext\n");
  }

  @Test
  void aQuietStreamIsAskedForNoMoreThanIsNeeded() throws IOException {
    Path file = Files.createTempFile(directory, "log", "");
    long hour = 3600 * EngineEvents.NANOS_PER_SECOND;
    try (LogFile channel =
        LogFile.open(directory, file.getFileName().toString(), LogLimits.DEFAULT)) {
      LogStream stream = new LogStream("test", channel, StreamPosition.START);
      stream.rewind(0);
      stream.accept(frame(5, "early\n"));
      assertThat(stream.since(hour)).isGreaterThan(hour / 2).isLessThan(hour);

      stream.rewind(stream.since(hour));
      stream.accept(frame(2 * hour, "late\n"));
      stream.flush();
    }
    assertThat(file).hasContent("early\nlate\n");
  }

  @Test
  void amidALineItIsAskedForAllOfIt() throws IOException {
    Path file = Files.createTempFile(directory, "log", "");
    try (LogFile channel =
        LogFile.open(directory, file.getFileName().toString(), LogLimits.DEFAULT)) {
      LogStream stream = new LogStream("test", channel, StreamPosition.START);
      stream.rewind(0);
      stream.accept(frame(5, "x".repeat(PIECE)));

      assertThat(stream.since(3600 * EngineEvents.NANOS_PER_SECOND)).isEqualTo(5);
    }
  }

  @Test
  void whatWasRotatedAwayIsLostButNothingElse() throws IOException {
    Path file = Files.createTempFile(directory, "log", "");
    StreamPosition position =
        copy(file, List.of(frame(1, "a\n"), frame(2, "b\n")), StreamPosition.START, "");

    copy(file, List.of(frame(9, "z\n")), position, "");

    assertThat(file).hasContent("a\nb\nz\n");
  }

  @Test
  void aClockSetBackWhileFollowingLosesNothing() throws IOException {
    Path file = Files.createTempFile(directory, "log", "");

    copy(
        file, List.of(frame(5, "a\n"), frame(3, "b\n"), frame(4, "c\n")), StreamPosition.START, "");

    assertThat(file).hasContent("a\nb\nc\n");
  }

  private static LogFrame frame(long nanos, String text) {
    return new LogFrame(LogFrame.Stream.STDOUT, nanos, text.getBytes(StandardCharsets.UTF_8));
  }
}
