package io.meseta.cli.bench;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import io.meseta.cli.console.TextTable;
import io.meseta.cli.engine.DockerEngine;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meseta bench}. */
@Command(
    name = "bench",
    description = {
      "Measure how much later a container starts that a framework launches than one that is"
          + " created and started by the engine's API directly, in the same run.%n"
    },
    footer = {
      "",
      "  ./meseta bench                       containers' starts, as above",
      "  ./meseta bench tasks --check         tasks that do nothing, as fast as they go",
      "  ./meseta bench allocator --quick     the allocation, beside Mesos's figures",
      "  ./meseta bench reads                 pages and calls that read, beside Mesos's figures",
      "  ./meseta bench calls --check         calls of the scheduler API per second",
      "  ./meseta bench registration          all agents of a cluster come back to a new leader",
      "  ./meseta bench agents                what agents cost a master by being there",
      "  ./meseta bench jmh Resources         single operations; arguments as JMH takes them"
    },
    synopsisSubcommandLabel = "[tasks | allocator | reads | calls | registration | agents | jmh]",
    subcommands = {
      TasksCommand.class,
      AllocatorCommand.class,
      ReadsCommand.class,
      CallsCommand.class,
      RegistrationCommand.class,
      AgentsCommand.class
    },
    sortOptions = false)
public final class BenchCommand implements Callable<Integer> {

  private static final int WARM_UP = 10;

  @Option(
      names = "--launches",
      paramLabel = "NUMBER",
      defaultValue = "160",
      description = "Containers of each kind; the first " + WARM_UP + " do not count. Default 160.")
  private int launches = 160;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws Exception {
    if (launches <= WARM_UP) {
      throw new IllegalArgumentException("--launches must be more than " + WARM_UP);
    }
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    Logging.level(common.loggingLevel());
    DockerEngine engine = DockerEngine.ensure(display::line);
    try (engine) {
      LaunchBenchmark benchmark =
          new LaunchBenchmark(
              launches,
              WARM_UP,
              DockerEngine.host(),
              done -> {
                if (done % 20 == 0) {
                  display.line("  " + done + " of " + launches + " pairs");
                }
              });
      print(display, benchmark.run());
    }
    return 0;
  }

  private static void print(Display display, LaunchBenchmark.Result result) {
    TextTable table =
        new TextTable("call to start of the container, ms", "min", "median", "p90", "p99");
    table.row(row("through Meseta (ACCEPT)", result.throughMeseta()));
    table.row(row("engine's API (create, start)", result.direct()));
    table.row(row("difference within a pair", result.overhead()));
    table.lines(0).forEach(display::line);
    display.line(
        "difference of the medians: "
            + Figures.text(result.differenceOfMedians())
            + " ms, of "
            + result.direct().count()
            + " launches each");
  }

  private static String[] row(String name, Figures figures) {
    String[] cells = figures.cells();
    String[] row = new String[cells.length + 1];
    row[0] = name;
    System.arraycopy(cells, 0, row, 1, cells.length);
    return row;
  }
}
