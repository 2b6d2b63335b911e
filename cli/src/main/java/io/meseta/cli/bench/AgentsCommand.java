package io.meseta.cli.bench;

import io.meseta.benchmarks.agents.AgentsBench;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import io.meseta.cli.console.TextTable;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meseta bench agents}. */
@Command(
    name = "agents",
    description = {
      "Measure what registered agents cost a master by being there: each has a connection over"
          + " loopback and answers the heartbeats of the default interval. The master has a process"
          + " of its own, of which processor time and memory are told.%n"
    },
    footer = {"", "Exit code: 0; with --check 1 if the limit was missed."},
    sortOptions = false)
public final class AgentsCommand implements Callable<Integer> {

  @Option(
      names = "--agents",
      paramLabel = "NUMBER",
      defaultValue = "" + AgentsBench.AGENTS,
      description = "How many agents. Default " + AgentsBench.AGENTS + ".")
  private int agents;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "60",
      description = "How long it is measured, after three quarters of a minute. Default 60.")
  private int seconds;

  @Option(names = "--check", description = "Fail when the limit is missed.")
  private boolean check;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (agents < 1 || seconds < 1) {
      throw new IllegalArgumentException("--agents and --seconds must be at least 1");
    }
    Logging.off();
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    AgentsBench.Result result;
    try (Ticker ticker = new Ticker(display)) {
      result = new AgentsBench(agents, Duration.ofSeconds(seconds), ticker::at).run();
    }
    TextTable table =
        new TextTable(
            "agents", "pings/s", "of a processor", "limit", "", "heap", "of the link", "resident");
    table.row(
        String.valueOf(result.agents()),
        text("%.0f", result.pings()),
        text("%.1f %%", 100 * result.share()),
        text("%.0f %%", 100 * AgentsBench.LIMIT_SHARE),
        result.isWithinLimit() ? "OK" : "MISSED",
        kib(result.heapBytes()),
        kib(result.linkBytes()),
        kib(result.residentBytes()));
    table.lines(0).forEach(display::line);
    return check && !result.isWithinLimit() ? 1 : 0;
  }

  private static String kib(long bytes) {
    return text("%.1f KiB", bytes / 1024.0);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
