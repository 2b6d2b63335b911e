package io.meseta.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The same seed is the same history, whoever plays it, and where. */
@ExtendWith(QuietCores.class)
class DeterminismTest {
  private static final long FIRST_SEED = 1;
  private static final int SEEDS = 6;

  @TempDir Path directory;

  /** Prints the hashes of the histories: run in a process of its own. */
  static final class Player {
    private Player() {}

    public static void main(String[] arguments) {
      hashes().forEach(System.out::println);
    }
  }

  private static List<String> hashes() {
    return Histories.play(
            FIRST_SEED,
            SEEDS,
            seed -> SimulationOptions.swarm(seed).withDuration(Duration.ofMinutes(40)))
        .stream()
        .map(report ->
            report.seed() + " " + Long.toHexString(report.traceHash()) + " " + report.steps())
        .toList();
  }

  @Test
  void twoProcessesPlayTheSameHistories() throws IOException, InterruptedException {
    Path answers = directory.resolve("hashes");
    Path quiet = directory.resolve("logback.xml");
    Files.writeString(quiet, "<configuration><root level=\"OFF\"/></configuration>");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogback.configurationFile=" + quiet,
                "-cp",
                System.getProperty("java.class.path"),
                Player.class.getName())
            .redirectOutput(answers.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> here = hashes();

    assertThat(other.waitFor(5, TimeUnit.MINUTES)).as("the other process ends").isTrue();
    assertThat(Files.readAllLines(answers, StandardCharsets.UTF_8)).isEqualTo(here);
  }

  @Test
  void seedsDiffer() {
    assertThat(hashes()).doesNotHaveDuplicates();
    SimulationReport one = Simulation.run(SimulationOptions.swarm(1));
    SimulationReport other = Simulation.run(SimulationOptions.swarm(2));
    assertThat(one.traceHash()).isNotEqualTo(other.traceHash());
  }

  @Test
  void whoListensChangesNothing() {
    SimulationOptions options = SimulationOptions.swarm(3).withDuration(Duration.ofMinutes(40));
    StringBuilder story = new StringBuilder();

    SimulationReport told =
        Simulation.run(options.withStory((at, who, line) -> story.append(who).append(line)));

    assertThat(told.traceHash()).isEqualTo(Simulation.run(options).traceHash());
    assertThat(story).contains("is subscribed as");
  }
}
