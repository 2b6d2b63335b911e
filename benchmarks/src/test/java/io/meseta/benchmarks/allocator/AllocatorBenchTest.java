package io.meseta.benchmarks.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.benchmarks.allocator.Row.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocatorBenchTest {
  private final List<String> progress = new ArrayList<>();
  private final AllocatorBench bench = new AllocatorBench(progress::add);

  /** A case with a given answer. */
  private record Fixed(String name, String parameters, double value) implements Case {
    @Override
    public Case warmUp() {
      return this;
    }

    @Override
    public void run(Run run) {
      run.record("add", new Figure(Unit.MILLIS, value, OptionalLong.empty()));
      run.skip("other", "needs something");
    }
  }

  private record Wrong() implements Case {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public String parameters() {
      return "none";
    }

    @Override
    public Case warmUp() {
      return this;
    }

    @Override
    public void run(Run run) {
      Run.expect("offers", 2, 1);
    }
  }

  @Test
  void aRowHasMesossFigureAndTheLimitOfItsStep() {
    List<Row> rows = bench.measure(new Fixed("A AddAndUpdateSlave", "50000 x 6000", 100));

    assertThat(rows).hasSize(2);
    Row add = rows.get(0);
    assertThat(add.mesos()).contains(new Published.Mesos(10_500, 10_500, 10_500, 1));
    assertThat(add.limit()).contains(500.0);
    assertThat(add.verdict()).isEqualTo(Verdict.OK);
    assertThat(add.timesFewer()).contains(105.0);
    assertThat(rows.get(1).ours()).isNull();
    assertThat(rows.get(1).note()).isEqualTo("needs something");
    assertThat(progress).first().asString().contains("50000 x 6000: warming up");
  }

  @Test
  void aLimitIsMissedByAnythingAboveIt() {
    assertThat(bench.measure(new Fixed("A AddAndUpdateSlave", "50000 x 6000", 500.1)).get(0))
        .extracting(Row::verdict)
        .isEqualTo(Verdict.MISSED);
    assertThat(bench.measure(new Fixed("A AddAndUpdateSlave", "50000 x 6000", Double.NaN)).get(0))
        .extracting(Row::verdict)
        .isEqualTo(Verdict.MISSED);
    assertThat(row(Optional.empty(), Optional.of(1.0)).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(row(Optional.empty(), Optional.empty()).verdict()).isEqualTo(Verdict.NONE);
  }

  /** Gives 1, 2, 3 and so on. */
  private record Rising(AtomicInteger last) implements Case {
    @Override
    public String name() {
      return "rising";
    }

    @Override
    public String parameters() {
      return "none";
    }

    @Override
    public Case warmUp() {
      return new Fixed("nothing", "none", 0);
    }

    @Override
    public void run(Run run) {
      run.record("step", Figure.count(last.incrementAndGet()));
    }
  }

  @Test
  void aRowIsTheMedianOfItsRuns() {
    Row row = bench.measure(new Rising(new AtomicInteger())).get(0);

    assertThat(row.ours()).isEqualTo(new Row.Ours(Unit.COUNT, 4, 1, 7, 7, OptionalLong.empty()));
  }

  @Test
  void wrongWorkIsALimitMissed() {
    List<Row> rows = bench.measure(new Wrong());

    assertThat(rows)
        .singleElement()
        .satisfies(row -> {
          assertThat(row.verdict()).isEqualTo(Verdict.MISSED);
          assertThat(row.step()).contains("offers: 1 instead of 2");
        });
  }

  /** A step or a case that was renamed must not lose its figures and limits silently. */
  @Test
  void everyPublishedFigureBelongsToACase() {
    Set<List<String>> cases =
        Arrays.stream(Scenario.values())
            .flatMap(scenario ->
                Stream.of(Scenario.Scale.values()).flatMap(scale -> scenario.cases(scale).stream()))
            .map(one -> List.of(one.name(), one.parameters()))
            .collect(Collectors.toSet());

    assertThat(Published.load().keys())
        .isNotEmpty()
        .allSatisfy(key -> assertThat(cases).contains(List.of(key.scenario(), key.parameters())));
  }

  @Test
  void theJsonSaysTheSame(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.json");
    Row.Ours ours =
        new Row.Ours(Unit.MILLIS, 2, 1, Double.POSITIVE_INFINITY, 3, OptionalLong.of(64));

    ReportJson.write(
        file, Machine.ofThisProcess(), List.of(row(Optional.of(ours), Optional.of(1.5))));

    JsonNode report = new ObjectMapper().readTree(file.toFile());
    assertThat(report.at("/machine/jvm").asText()).isNotEmpty();
    JsonNode row = report.at("/rows/0");
    assertThat(row.path("unit").asText()).isEqualTo("ms");
    assertThat(row.at("/ours/median").asDouble()).isEqualTo(2);
    assertThat(row.at("/ours/max").isNull()).isTrue();
    assertThat(row.path("allocated_bytes").asLong()).isEqualTo(64);
    assertThat(row.path("verdict").asText()).isEqualTo("missed");
  }

  @Test
  void unitsArePrintedWithThreeDigits() {
    assertThat(Unit.MILLIS.text(12_345)).isEqualTo("12.3 s");
    assertThat(Unit.MILLIS.text(0.0123)).isEqualTo("12.3 us");
    assertThat(Unit.MILLIS.text(1.234)).isEqualTo("1.23 ms");
    assertThat(Unit.BYTES.text(300e6)).isEqualTo("300 MB");
    assertThat(Unit.COUNT.text(19_500)).isEqualTo("19,500");
    assertThat(Unit.COUNT.text(Double.POSITIVE_INFINITY)).isEqualTo("never");
  }

  private static Row row(Optional<Row.Ours> ours, Optional<Double> limit) {
    return new Row("s", "p", "step", ours.orElse(null), Optional.empty(), limit, "");
  }
}
