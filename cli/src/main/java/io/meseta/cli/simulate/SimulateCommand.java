package io.meseta.cli.simulate;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Display;
import io.meseta.cli.whatif.WhatIfOptions;
import io.meseta.testkit.simulation.FaultProfile;
import io.meseta.testkit.simulation.Simulation;
import io.meseta.testkit.simulation.SimulationOptions;
import io.meseta.testkit.simulation.SimulationReport;
import io.meseta.testkit.simulation.SimulationRuns;
import io.meseta.testkit.simulation.world.Trace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meseta simulate}. */
@Command(
    name = "simulate",
    description = {
      "Play simulated histories of whole clusters: the code of master, agent and driver, with the"
          + " time, the network, the disks and all that goes wrong made up from a seed. The same"
          + " seed gives the same history everywhere.",
      "With --from, ask instead what the allocation would do with a cluster that there is.%n"
    },
    footer = {
      "",
      "Exit code: 0 if every history kept every promise, 1 if one did not; with --from 0.",
      "",
      "  ./meseta simulate --seeds 1..300                many clusters, many faults",
      "  ./meseta simulate --seed 17 --story             one history in words",
      "  ./meseta simulate --agents 1000 --frameworks 50 --hours 1 --faults none",
      "  ./meseta simulate --from state.json --add-agents '5:cpus:16;mem:65536' --weight eng=2"
    },
    sortOptions = false)
public final class SimulateCommand implements Callable<Integer> {

  /** What is about made up histories. */
  private static final List<String> HISTORY =
      List.of("--seed", "--seeds", "--agents", "--frameworks", "--hours", "--faults", "--story");

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double SECONDS_PER_HOUR = 3600;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "One history. Default 1.")
  private @Nullable Long seed;

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      converter = SeedRange.Converter.class,
      description = "The histories of these seeds, on all processors.")
  private @Nullable SeedRange seeds;

  @Option(
      names = "--agents",
      paramLabel = "NUMBER",
      description = "How many agents; by default the seed decides, 1 to 8.")
  private @Nullable Integer agents;

  @Option(
      names = "--frameworks",
      paramLabel = "NUMBER",
      description = "How many frameworks; by default the seed decides, 1 to 4.")
  private @Nullable Integer frameworks;

  @Option(
      names = "--hours",
      paramLabel = "HOURS",
      defaultValue = "2",
      description =
          "Simulated time in which things go wrong, fractions too; after it, faults stop and"
              + " everything pending must finish. Default 2.")
  private double hours = 2;

  @Option(
      names = "--faults",
      paramLabel = "none|lite|swarm",
      defaultValue = "swarm",
      description =
          "none: nothing goes wrong; lite: a little of everything; swarm: each seed draws which"
              + " faults there are, and how many. Default swarm.")
  private String faults = "swarm";

  @Option(names = "--story", description = "Tell what happens, line by line (one seed only).")
  private boolean story;

  @Mixin private WhatIfOptions whatIf;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  private final PrintStream out;

  /** Prints to standard output. */
  public SimulateCommand() {
    this(System.out);
  }

  /** Prints somewhere else, for tests. */
  public SimulateCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Optional<Path> state = whatIf.from();
    if (state.isPresent()) {
      return askWhatIf(state.get());
    }
    check();
    // The cores log as in production, to nobody: thousands of clusters would drown the result.
    Logging.off();
    Display display = Display.of(out, System.getProperties(), System.getenv());
    SeedRange range = seeds == null ? single() : seeds;
    return range.count() == 1 ? playOne(display, range.first()) : playMany(display, range);
  }

  private int askWhatIf(Path state) throws IOException {
    for (String option : HISTORY) {
      if (isGiven(option)) {
        throw refused("--from and " + option + " exclude each other");
      }
    }
    Logging.off();
    try {
      whatIf.answer(state).forEach(out::println);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
    return 0;
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private SeedRange single() {
    long only = seed == null ? 1 : seed;
    return new SeedRange(only, only);
  }

  private void check() {
    for (String option : WhatIfOptions.CHANGES) {
      if (isGiven(option)) {
        throw refused(option + " needs a cluster to change: give --from");
      }
    }
    if (seed != null && seeds != null) {
      throw refused("--seed and --seeds exclude each other");
    }
    if (seed != null && seed < 0) {
      throw refused("--seed must not be negative, but is " + seed);
    }
    if (story && seeds != null && seeds.count() > 1) {
      throw refused("--story tells one history: give one --seed");
    }
    if (!(hours > 0 && hours <= 24 * 365)) {
      throw refused("--hours must be more than 0 and at most a year, but is " + hours);
    }
    checkCount("--agents", agents, 10_000);
    checkCount("--frameworks", frameworks, 1_000);
    profile();
  }

  private void checkCount(String option, @Nullable Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw refused(option + " must be 1 to " + most + ", but is " + value);
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private FaultProfile profile() {
    return switch (faults.toLowerCase(Locale.ROOT)) {
      case "none" -> FaultProfile.NONE;
      case "lite" -> FaultProfile.LITE;
      case "swarm" -> FaultProfile.SWARM;
      default -> throw refused("--faults is none, lite or swarm, but not '" + faults + "'");
    };
  }

  private SimulationOptions options(long ofSeed) {
    SimulationOptions drawn = SimulationOptions.swarm(ofSeed);
    return new SimulationOptions(
        ofSeed,
        Duration.ofNanos((long) (hours * SECONDS_PER_HOUR * NANOS_PER_SECOND)),
        agents == null ? OptionalInt.empty() : OptionalInt.of(agents),
        frameworks == null ? OptionalInt.empty() : OptionalInt.of(frameworks),
        profile(),
        drawn.story());
  }

  private int playOne(Display display, long ofSeed) {
    SimulationOptions options = options(ofSeed);
    if (story) {
      options =
          options.withStory((atNs, who, line) ->
              display.line(String.format("%s  %-14s %s", Trace.time(atNs), who, line)));
    } else {
      display.line("playing seed " + ofSeed + " ...");
    }
    long startNs = System.nanoTime();
    SimulationReport report = Simulation.run(options);
    double seconds = (System.nanoTime() - startNs) / NANOS_PER_SECOND;
    report.counts().forEach((what, count) -> display.line(String.format("%,10d  %s", count, what)));
    display.line(
        String.format(
            Locale.ROOT,
            "seed %d: %,d steps, %.1f simulated hours in %.1f s (%.0f times real time), trace %016x",
            report.seed(),
            report.steps(),
            hoursOf(report),
            seconds,
            hoursOf(report) * SECONDS_PER_HOUR / Math.max(seconds, 1e-3),
            report.traceHash()));
    if (!report.isClean()) {
      display.line(report.describeFailure());
    }
    return verdict(display, 1, report.isClean() ? List.of() : List.of(report));
  }

  private int playMany(Display display, SeedRange range) throws InterruptedException {
    Progress progress = new Progress(display, range.count());
    List<SimulationReport> failures =
        SimulationRuns.play(
            range.first(),
            range.last(),
            this::options,
            SimulationRuns.OnFailure.GO_ON,
            progress::ended);
    progress.finished();
    return verdict(display, range.count(), failures);
  }

  private static int verdict(Display display, long count, List<SimulationReport> failures) {
    if (failures.isEmpty()) {
      display.line(count == 1 ? "every promise was kept" : "every promise was kept, by each seed");
      return 0;
    }
    display.line(failures.size() + " of " + count + " failed: " + seedsOf(failures));
    return 1;
  }

  private static List<Long> seedsOf(List<SimulationReport> failures) {
    return failures.stream().map(SimulationReport::seed).toList();
  }

  static double hoursOf(SimulationReport report) {
    return report.simulated().toNanos() / NANOS_PER_SECOND / SECONDS_PER_HOUR;
  }
}
