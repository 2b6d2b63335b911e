package io.meseta.cli.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a framework must remember beyond its own end: a line each, on the disk when {@link #append}
 * returns.
 *
 * <p>A process that is killed while it writes leaves half a line. The next one goes on with a new
 * line, and readers leave the half one out: nobody has acted on it.
 */
final class FrameworkFile implements AutoCloseable {

  enum Kind {
    /** A process of the framework has begun. */
    BEGUN,
    /** Subscribed; the value is the framework's id. */
    SUBSCRIBED,
    /** The task is about to be launched; value: its agent, reason: its {@link ChaosTask}. */
    LAUNCH,
    /** The launch was not sent, or was refused: there is no such task. */
    VOID,
    /** The task is to be killed. */
    KILL,
    /** An update; the value is the state. */
    UPDATE
  }

  /**
   * @param atMs since the epoch
   * @param task empty where it is about no task
   */
  record Line(long atMs, Kind kind, String task, String value, String reason, String message) {

    static Line of(Kind kind, String task, String value) {
      return new Line(System.currentTimeMillis(), kind, task, value, "", "");
    }

    Line because(String why, String text) {
      return new Line(atMs, kind, task, value, why, text);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;

  private FrameworkFile(FileChannel channel) {
    this.channel = channel;
  }

  /** Opens it to write on. */
  static FrameworkFile open(Path file) throws IOException {
    boolean halfLine = endsInHalfLine(file);
    FrameworkFile opened =
        new FrameworkFile(
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    if (halfLine) {
      opened.write("\n");
    }
    return opened;
  }

  private static boolean endsInHalfLine(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      if (bytes.length() == 0) {
        return false;
      }
      bytes.seek(bytes.length() - 1);
      return bytes.read() != '\n';
    }
  }

  /** All that was written by any process; empty while nobody has. */
  static List<Line> read(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    if (!Files.exists(file)) {
      return lines;
    }
    for (String text : Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
      // Half a line lacks its end.
      if (text.startsWith("{") && text.endsWith("}")) {
        lines.add(JSON.readValue(text, Line.class));
      }
    }
    return lines;
  }

  /** Returns when it is on the disk. */
  void append(Line line) {
    try {
      write(JSON.writeValueAsString(line) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line that is no JSON: " + line, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
