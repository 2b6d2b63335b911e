package io.meseta.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.benchmarks.allocator.Published.Mesos;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Scenario;
import io.meseta.benchmarks.allocator.Unit;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AllocatorTableTest {

  @Test
  void aStepStandsBesideMesossFigureAndItsLimit() {
    Row measured =
        new Row(
            "B DeclineOffers",
            "1000 x 50",
            "round",
            new Row.Ours(Unit.MILLIS, 4, 3, 5, 7, OptionalLong.of(1_200)),
            Optional.of(new Mesos(60, 50, 70, 3)),
            Optional.of(3.5),
            "");
    Row skipped =
        new Row(
            "B DeclineOffers",
            "1000 x 50",
            "other",
            null,
            Optional.empty(),
            Optional.of(1.0),
            "needs quota");

    List<String> lines = AllocatorTable.lines(List.of(measured, skipped));

    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).isEqualTo("B DeclineOffers, 1000 x 50");
    assertThat(lines.get(2))
        .matches(
            "  round +60.0 ms +50.0 ms - 70.0 ms +4.00 ms +3.00 ms - 5.00 ms \\(7\\) +15 x"
                + " +1,200 B +3.50 ms +MISSED");
    assertThat(lines.get(3)).matches("  other +needs quota +1.00 ms +not measured");
  }

  @Test
  void theHelpNamesEveryScenario() {
    String help = new CommandLine(new AllocatorCommand()).getUsageMessage();

    for (Scenario scenario : Scenario.values()) {
      assertThat(help).containsPattern("(?m)^  " + scenario.word() + " ");
      assertThat(Scenario.of(scenario.word())).isEqualTo(scenario);
    }
  }

  @Test
  void anUnknownScenarioIsWrongUsage() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CommandLine command =
        new CommandLine(new AllocatorCommand(new PrintStream(out, true, StandardCharsets.UTF_8)));

    assertThat(command.execute("--scenario", "A,Z")).isEqualTo(2);
    assertThat(out.size()).isZero();
  }
}
