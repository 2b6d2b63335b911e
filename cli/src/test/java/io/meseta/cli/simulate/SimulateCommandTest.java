package io.meseta.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new CommandLine(new SimulateCommand(out))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private String out() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void oneHistoryEndsWithItsTraceAndTheSameSeedHasTheSame() {
    assertThat(run("--seed", "7", "--hours", "0.1")).isZero();
    String first = out();
    assertThat(first).containsPattern("seed 7: [0-9,]+ steps, .*trace [0-9a-f]{16}");
    assertThat(first).contains("every promise was kept");
    bytes.reset();

    assertThat(run("--seed", "7", "--hours", "0.1")).isZero();

    assertThat(traceOf(out())).isEqualTo(traceOf(first));
  }

  private static String traceOf(String text) {
    return text.replaceAll("(?s).*trace ([0-9a-f]{16}).*", "$1");
  }

  @Test
  void aStoryIsToldInLinesWithTimeAndPlace() {
    assertThat(run("--seed", "3", "--hours", "0.05", "--faults", "lite", "--story")).isZero();
    assertThat(out()).containsPattern("(?m)^00:0\\d:\\d\\d\\.\\d{3}  (master|agent|framework)-\\d");
  }

  @Test
  void manySeedsEndWithASum() {
    assertThat(run("--seeds", "1..3", "--hours", "0.05", "--faults", "none")).isZero();
    assertThat(out()).contains("3 of 3 seeds, 0 failed").contains("hours per second");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seeds 5..1       | ends before it begins",
        "--seeds many       | no range of seeds",
        "--seed 1 --seeds 2 | exclude each other",
        "--seeds 1..2 --story | one --seed",
        "--hours 0          | more than 0",
        "--faults some      | none, lite or swarm",
        "--agents 0         | 1 to"
      })
  void whatMakesNoSenseIsRefusedWithTheReason(String arguments, String reason) {
    assertThat(run(arguments.split(" +"))).isEqualTo(2);
    assertThat(err.toString()).contains(reason);
  }
}
