package io.meseta.cli.bench;

import io.meseta.benchmarks.allocator.AllocatorBench;
import io.meseta.benchmarks.allocator.Machine;
import io.meseta.benchmarks.allocator.ReportJson;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Row.Verdict;
import io.meseta.benchmarks.allocator.Scenario;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import java.io.IOException;
import java.io.PrintStream;
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

/** {@code meseta bench allocator}. */
@Command(
    name = "allocator",
    description = {
      "Measure the allocation with the parameters of Mesos's own benchmarks, beside Mesos's figures"
          + " and the limits that are to be kept. docs/benchmarks.md says how to read the table.%n"
    },
    footer = {
      "",
      "Scenarios:",
      "  A        agents are added and updated",
      "  B        offers are declined until all is filtered",
      "  C        reservations with labels; frameworks that suppress offers",
      "  D        many frameworks and roles; quotas",
      "  changed  100 agents changed, in a small and in a large cluster",
      "  twice    a full cycle, and one over twice the agents",
      "  growth   cycles from 1,000 agents on",
      "  heap     heap per agent and per filter",
      "  fairness a day of mixed frameworks beside the shares that would be fair",
      "",
      "Exit code: 0; with --check 1 if a limit was missed.",
      "",
      "  ./meseta bench allocator --quick                 in a few minutes",
      "  ./meseta bench allocator --scenario A,heap --check"
    },
    sortOptions = false)
public final class AllocatorCommand implements Callable<Integer> {

  private static final double BYTES_PER_MB = 1e6;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      description = "One or more of those below, with commas; all by default.")
  private List<String> scenarios = List.of();

  @Option(names = "--quick", description = "Only the parameters that take seconds.")
  private boolean quick;

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

  private final PrintStream out;

  /** Prints to standard output. */
  public AllocatorCommand() {
    this(System.out);
  }

  AllocatorCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    List<Scenario> chosen = chosen();
    Logging.off();
    Display display = Display.of(out, System.getProperties(), System.getenv());
    Machine machine = Machine.ofThisProcess();
    header(machine).forEach(display::line);
    List<Row> rows = measure(display, chosen);
    if (json != null) {
      ReportJson.write(json, machine, rows);
      display.line("written to " + json);
    }
    return verdict(display, rows);
  }

  /** Shows each scenario when it is done: the next one may be interrupted. */
  private List<Row> measure(Display display, List<Scenario> chosen) {
    List<Row> rows = new ArrayList<>();
    try (Ticker ticker = new Ticker(display)) {
      AllocatorBench bench = new AllocatorBench(ticker::at);
      for (Scenario scenario : chosen) {
        List<Row> measured =
            bench.run(scenario, quick ? Scenario.Scale.QUICK : Scenario.Scale.FULL);
        rows.addAll(measured);
        AllocatorTable.lines(measured).forEach(display::line);
      }
    }
    return rows;
  }

  private List<Scenario> chosen() {
    try {
      return scenarios.isEmpty()
          ? Arrays.asList(Scenario.values())
          : scenarios.stream().map(Scenario::of).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static List<String> header(Machine machine) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%s; %s; heap at most %,.0f MB; %d processors",
            machine.jvm(),
            machine.collectors(),
            machine.maxHeapBytes() / BYTES_PER_MB,
            machine.processors()),
        AllocatorBench.METHOD);
  }

  private int verdict(Display display, List<Row> rows) {
    long missed = count(rows, Verdict.MISSED);
    display.line(
        count(rows, Verdict.OK)
            + " limits kept, "
            + missed
            + " missed, "
            + count(rows, Verdict.NOT_MEASURED)
            + " not measured");
    return check && missed > 0 ? 1 : 0;
  }

  private static long count(List<Row> rows, Verdict verdict) {
    return rows.stream().filter(row -> row.verdict() == verdict).count();
  }
}
