package io.meseta.cli.bench;

import io.meseta.benchmarks.allocator.Machine;
import io.meseta.benchmarks.allocator.ReportJson;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Row.Verdict;
import io.meseta.benchmarks.reads.ReadBench;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meseta bench reads}. */
@Command(
    name = "reads",
    description = {
      "Measure the pages and calls that read, with the parameters of Mesos's own benchmarks, beside"
          + " Mesos's figures and the limits that are to be kept.%n"
    },
    footer = {
      "",
      "Scenarios:",
      "  F   the state of a large cluster: /state, GET_STATE in protobuf and JSON",
      "  growth   F again with four times as many agents, with limits 4.2 times as large",
      "  G   /health, and a call of the scheduler API, while five clients read /state",
      "  H   the numbers of 10,000 frameworks",
      "  memory   what a master keeps for each agent and each task",
      "",
      "Exit code: 0; with --check 1 if a limit was missed."
    },
    sortOptions = false)
public final class ReadsCommand implements Callable<Integer> {

  private static final double BYTES_PER_MB = 1e6;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      description = "One or more of those below, with commas; all by default.")
  private List<String> scenarios = List.of();

  @Option(
      names = "--agents",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "Of scenarios F, growth and memory; default 10000, for which there are limits.")
  private int agents = 10_000;

  @Option(names = "--check", description = "Fail when a limit is missed.")
  private boolean check;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the table to this file, too, for programs.")
  private @Nullable Path json;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<ReadBench.Scenario> chosen = chosen();
    Logging.off();
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    Machine machine = Machine.ofThisProcess();
    display.line(
        String.format(
            Locale.ROOT,
            "%s; %s; heap at most %,.0f MB; %d processors",
            machine.jvm(),
            machine.collectors(),
            machine.maxHeapBytes() / BYTES_PER_MB,
            machine.processors()));
    List<Row> rows = new ArrayList<>();
    try (Ticker ticker = new Ticker(display)) {
      ReadBench bench = new ReadBench(ticker::at);
      for (ReadBench.Scenario scenario : chosen) {
        List<Row> measured = bench.run(scenario, agents);
        rows.addAll(measured);
        AllocatorTable.lines(measured).forEach(display::line);
      }
    }
    if (json != null) {
      ReportJson.write(json, machine, rows);
    }
    boolean missed = rows.stream().anyMatch(row -> row.verdict() == Verdict.MISSED);
    return check && missed ? 1 : 0;
  }

  private List<ReadBench.Scenario> chosen() {
    if (agents < 1) {
      throw new ParameterException(spec.commandLine(), "--agents has to be at least 1");
    }
    try {
      return scenarios.isEmpty()
          ? Arrays.asList(ReadBench.Scenario.values())
          : scenarios.stream().map(ReadBench.Scenario::of).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "There is no such scenario among " + scenarios, e);
    }
  }
}
