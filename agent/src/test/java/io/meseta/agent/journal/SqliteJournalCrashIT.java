package io.meseta.agent.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was said to be durable is there after {@code kill -9}. */
class SqliteJournalCrashIT {

  private static final int KILLS = 3;

  @TempDir private Path workDir;

  @Test
  @Timeout(120)
  void whateverWasAcknowledgedSurvivesAKill() throws Exception {
    Set<String> acknowledged = new LinkedHashSet<>();
    for (int i = 0; i < KILLS; i++) {
      acknowledged.addAll(killedAfter(200 + 150 * i, 1_000_000L * i));

      assertThat(recovered()).containsAll(acknowledged);
    }
    assertThat(acknowledged).hasSizeGreaterThan(1_000);
  }

  @Test
  @Timeout(120)
  void aKillLeavesNoLibraryBehind() throws Exception {
    Path library = workDir.resolve("journal/native");
    Files.createDirectories(library);
    Files.writeString(library.resolve("sqlite-3.0-left-by-a-dead-one-sqlitejdbc.so"), "x");
    Path temporary = Files.createDirectories(workDir.resolve("tmp"));

    killedAfter(1, 0, "-Djava.io.tmpdir=" + temporary);

    assertThat(library).isEmptyDirectory();
    assertThat(temporary).isEmptyDirectory();
  }

  /**
   * Starts a writer, reads this many acknowledgements, kills it and reads what else it had said.
   */
  private List<String> killedAfter(int answers, long firstSequence, String... options)
      throws IOException, InterruptedException {
    Process writer = writer(firstSequence, options);
    List<String> said = new ArrayList<>();
    try (BufferedReader output = writer.inputReader(UTF_8)) {
      while (said.size() < answers) {
        said.add(line(output));
      }
      assertThatThrownBy(this::recovered).hasMessageContaining("process " + writer.pid());
      // By its handle: the process object would close the pipe, and what is still in it be lost.
      writer.toHandle().destroyForcibly();
      output.lines().forEach(said::add);
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(writer.exitValue()).as("killed, not ended").isEqualTo(137);
    return said.stream()
        .filter(line -> line.matches("\\d+\\."))
        .map(line -> "t" + line.substring(0, line.length() - 1))
        .toList();
  }

  private static String line(BufferedReader output) throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new AssertionError("The writer ended by itself");
    }
    return line;
  }

  private Process writer(long firstSequence, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CrashingWriter.class.getName(),
            workDir.toString(),
            Long.toString(firstSequence)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private List<String> recovered() throws JournalException {
    try (SqliteJournal journal = SqliteJournal.open(SqliteJournal.Options.in(workDir))) {
      return journal.recover().tasks().stream()
          .map(record -> record.getTask().getTaskId().getValue())
          .toList();
    }
  }
}
