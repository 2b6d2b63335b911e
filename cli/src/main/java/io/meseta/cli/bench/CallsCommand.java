package io.meseta.cli.bench;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import io.meseta.cli.console.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meseta bench calls}. */
@Command(
    name = "calls",
    description = {
      "Measure how many calls of the scheduler API a master takes per second over loopback, on one"
          + " connection and on eight, each call sent when the one before was answered.%n"
    },
    sortOptions = false)
final class CallsCommand implements Callable<Integer> {

  private static final int FEW = 1;
  private static final int MANY = 8;
  private static final double MIN_ON_FEW = 9_000;
  private static final double MIN_ON_MANY = 30_000;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "4",
      description = "How long each run takes; there are three of each case. Default 4.")
  private int seconds;

  @Option(
      names = "--check",
      description = "End with 1 if a limit is missed that the project has set itself.")
  private boolean check;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws Exception {
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    Logging.level(common.loggingLevel());
    List<CallsBenchmark.Result> results =
        new CallsBenchmark(List.of(FEW, MANY), Duration.ofSeconds(seconds), display::line).run();
    TextTable table =
        new TextTable("calls per second", "connections", "Mesos", "median", "limit", "", "runs");
    results.forEach(result -> table.row(cells(result)));
    table.lines(0).forEach(display::line);
    return check && !results.stream().allMatch(CallsCommand::holds) ? 1 : 0;
  }

  private static String[] cells(CallsBenchmark.Result result) {
    return new String[] {
      result.calls().name(),
      String.valueOf(result.connections()),
      String.valueOf(ofMesos(result)),
      whole(result.rates().median()),
      whole(limit(result)),
      holds(result) ? "OK" : "MISSED",
      result.rates().text()
    };
  }

  private static boolean holds(CallsBenchmark.Result result) {
    return result.rates().median() >= limit(result);
  }

  private static double limit(CallsBenchmark.Result result) {
    return result.connections() == FEW ? MIN_ON_FEW : MIN_ON_MANY;
  }

  private static int ofMesos(CallsBenchmark.Result result) {
    boolean few = result.connections() == FEW;
    return switch (result.calls()) {
      case DECLINE -> few ? 2680 : 5360;
      case REVIVE -> few ? 2670 : 5500;
      case ALTERNATING -> few ? 2630 : 5340;
    };
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
