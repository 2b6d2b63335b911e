package io.meseta.cli.bench;

import io.meseta.benchmarks.allocator.Machine;
import io.meseta.benchmarks.registration.RegistrationBench;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meseta bench registration}. */
@Command(
    name = "registration",
    description = {
      "Measure how long a new leader takes until every agent is registered again, with the work of"
          + " Mesos's benchmark and beside its figures: agents x frameworks on each x tasks of"
          + " each. The registry is in a ZooKeeper of the benchmark; agents are prepared"
          + " messages.%n"
    },
    footer = {"", "Exit code: 0; with --check 1 if a limit was missed."},
    sortOptions = false)
public final class RegistrationCommand implements Callable<Integer> {

  @Option(names = "--check", description = "Fail when a limit is missed.")
  private boolean check;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logging.off();
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    Machine machine = Machine.ofThisProcess();
    display.line(
        machine.jvm() + "; " + machine.collectors() + "; " + machine.processors() + " processors");
    display.line("agents x frameworks x tasks    Mesos   Meseta  (min - max)   ratio  limit");
    boolean missed = false;
    try (Ticker ticker = new Ticker(display)) {
      RegistrationBench bench = new RegistrationBench(ticker::at);
      for (RegistrationBench.Case one : RegistrationBench.CASES) {
        RegistrationBench.Result result = bench.run(one);
        missed |= !result.isWithinLimit();
        display.line(line(result));
      }
    }
    return check && missed ? 1 : 0;
  }

  private static String line(RegistrationBench.Result result) {
    RegistrationBench.Case one = result.of();
    String limit =
        one.limitSeconds().isEmpty()
            ? "-"
            : String.format(
                Locale.ROOT,
                "%.1f s: %s",
                one.limitSeconds().getAsDouble(),
                result.isWithinLimit() ? "kept" : "MISSED");
    return String.format(
        Locale.ROOT,
        "%-28s %5.2f s  %5.2f s (%.2f - %.2f)  %5.1f  %s",
        one.load(),
        one.mesosSeconds(),
        result.median(),
        result.seconds().get(0),
        result.seconds().get(result.seconds().size() - 1),
        one.mesosSeconds() / result.median(),
        limit);
  }
}
