package io.meseta.cli.bench;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import io.meseta.cli.console.TextTable;
import io.meseta.cli.engine.DockerEngine;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meseta bench tasks}. */
@Command(
    name = "tasks",
    description = {
      "Measure how fast one agent runs tasks that do nothing: plain processes, from ACCEPT to each"
          + " state and many at once; and containers, beside the same work done through the"
          + " engine's API directly, in the same run.%n"
    },
    sortOptions = false)
final class TasksCommand implements Callable<Integer> {

  private static final double MIN_PROCESSES_PER_SECOND = 150;
  private static final double MAX_MS_TO_RUNNING = 5;
  private static final double MAX_MS_TO_FINISHED = 15;
  private static final double MIN_SHARE_OF_ENGINE = 0.85;

  @Option(
      names = "--processes",
      paramLabel = "NUMBER",
      defaultValue = "500",
      description = "Plain processes launched with one ACCEPT; default 500.")
  private int processes;

  @Option(
      names = "--containers",
      paramLabel = "NUMBER",
      defaultValue = "60",
      description = "Containers launched with one ACCEPT; default 60.")
  private int containers;

  @Option(
      names = "--single",
      paramLabel = "NUMBER",
      defaultValue = "4000",
      description =
          "Plain processes launched one after the other, of which the first quarter does not count,"
              + " as the code is still being compiled; default 4000.")
  private int single;

  @Option(
      names = "--check",
      description = "End with 1 if a limit is missed that the project has set itself.")
  private boolean check;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws Exception {
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    Logging.level(common.loggingLevel());
    DockerEngine engine = DockerEngine.ensure(display::line);
    try (engine) {
      TasksBenchmark.Result result =
          new TasksBenchmark(
                  new TasksBenchmark.Amounts(single, processes, containers),
                  DockerEngine.host(),
                  display::line)
              .run();
      print(display, result);
      return check && !holds(display, result) ? 1 : 0;
    }
  }

  private static void print(Display display, TasksBenchmark.Result result) {
    TextTable table =
        new TextTable("plain process `true`, ms from ACCEPT", "min", "median", "p90", "p99");
    table.row(row("to TASK_STARTING (Mesos: 84)", result.starting()));
    table.row(row("to TASK_RUNNING (Mesos: 89)", result.running()));
    table.row(row("to TASK_FINISHED (Mesos: 181)", result.finished()));
    table.lines(0).forEach(display::line);
    TextTable rates = new TextTable("tasks per second, all with one ACCEPT", "median", "runs");
    rates.row(
        "plain processes (Mesos: 11)", rate(result.processRate()), runs(result.processRate()));
    rates.row("containers (Mesos: 5)", rate(result.containerRate()), runs(result.containerRate()));
    rates.row("the engine alone", rate(result.engineRate()), runs(result.engineRate()));
    rates.lines(0).forEach(display::line);
    display.line(
        String.format(
            Locale.ROOT,
            "containers reach %.0f %% of what the engine does when driven directly",
            100 * result.shareOfEngine()));
  }

  private static String rate(Rates rates) {
    return Figures.text(rates.median());
  }

  private static String runs(Rates rates) {
    return rates.text();
  }

  private static String[] row(String name, Figures figures) {
    String[] cells = figures.cells();
    String[] row = new String[cells.length + 1];
    row[0] = name;
    System.arraycopy(cells, 0, row, 1, cells.length);
    return row;
  }

  private static boolean holds(Display display, TasksBenchmark.Result result) {
    boolean all = true;
    all &=
        limit(
            display,
            "plain processes per second",
            result.processRate().median(),
            result.processRate().median() >= MIN_PROCESSES_PER_SECOND,
            "at least " + MIN_PROCESSES_PER_SECOND);
    all &=
        limit(
            display,
            "median ms to TASK_RUNNING",
            result.running().median(),
            result.running().median() <= MAX_MS_TO_RUNNING,
            "at most " + MAX_MS_TO_RUNNING);
    all &=
        limit(
            display,
            "median ms to TASK_FINISHED",
            result.finished().median(),
            result.finished().median() <= MAX_MS_TO_FINISHED,
            "at most " + MAX_MS_TO_FINISHED);
    all &=
        limit(
            display,
            "share of the engine's own rate",
            result.shareOfEngine(),
            result.shareOfEngine() >= MIN_SHARE_OF_ENGINE,
            "at least " + MIN_SHARE_OF_ENGINE);
    return all;
  }

  private static boolean limit(
      Display display, String what, double value, boolean kept, String limit) {
    display.line(
        String.format(Locale.ROOT, "%s: %.2f, %s: %s", what, value, limit, kept ? "OK" : "MISSED"));
    return kept;
  }
}
