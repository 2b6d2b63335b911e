package io.meseta.agent.container.docker;

import io.meseta.agent.sandbox.LogFile;
import io.meseta.agent.sandbox.LogLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** The files that a container's output goes to, and the one that says how far it has got. */
final class LogFiles implements AutoCloseable {

  private static final long NOTE_EVERY_NANOS = Duration.ofMillis(100).toNanos();

  private final FileChannel position;
  private final LogFile stdoutFile;
  private final LogFile stderrFile;
  private final LogStream stdout;
  private final LogStream stderr;
  private long notedNanos = System.nanoTime() - NOTE_EVERY_NANOS;

  /**
   * Opens them.
   *
   * @param positionFile outside the sandbox, where no task gets at it
   */
  LogFiles(String name, Path sandbox, Path positionFile, LogLimits limits) throws IOException {
    Files.createDirectories(positionFile.toAbsolutePath().getParent());
    LogPosition from =
        Files.exists(positionFile)
            ? LogPosition.parse(Files.readAllBytes(positionFile)).orElse(LogPosition.START)
            : LogPosition.START;
    this.position =
        FileChannel.open(positionFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    this.stdoutFile = LogFile.open(sandbox, "stdout", limits);
    this.stderrFile = LogFile.open(sandbox, "stderr", limits);
    this.stdout = new LogStream(name + " stdout", stdoutFile, from.stdout());
    this.stderr = new LogStream(name + " stderr", stderrFile, from.stderr());
  }

  /** Prepares for asking the engine again; returns from which time on. */
  long rewind() {
    long newest = Math.max(stdout.nanos(), stderr.nanos());
    long since = Math.min(stdout.since(newest), stderr.since(newest));
    stdout.rewind(since);
    stderr.rewind(since);
    return since;
  }

  void accept(LogFrame frame) throws IOException {
    LogStream stream =
        switch (frame.stream()) {
          case STDOUT -> stdout;
          case STDERR -> stderr;
        };
    if (stream.isFullFor(frame)) {
      flush();
      // From this very position the next life goes on, should this one end amid the rotation.
      note();
      stream.rotate();
    }
    stream.accept(frame);
  }

  int pendingBytes() {
    return stdout.pendingBytes() + stderr.pendingBytes();
  }

  /**
   * Writes what is pending, and now and then how far that is: never the other way round. What is
   * written beyond the noted position is cut off and copied again after a crash.
   */
  void flush() throws IOException {
    stdout.flush();
    stderr.flush();
    if (System.nanoTime() - notedNanos >= NOTE_EVERY_NANOS) {
      note();
    }
  }

  /** Notes how far all is that has been flushed. */
  void note() throws IOException {
    position.write(new LogPosition(stdout.position(), stderr.position()).toBytes(), 0);
    notedNanos = System.nanoTime();
  }

  @Override
  public void close() throws IOException {
    try (position;
        stdoutFile;
        stderrFile) {
      // Closes all three, whatever happens with one.
    }
  }
}
