package io.meseta.cli.simulate;

import io.meseta.cli.console.Display;
import io.meseta.testkit.simulation.SimulationReport;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows how far a run over many seeds is, and each failure when it comes. */
final class Progress {

  private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(10);

  private final Display display;
  private final long count;
  private final long startNs = System.nanoTime();
  private long shownNs = startNs;
  private long done;
  private long failed;
  private long steps;
  private double hours;

  Progress(Display display, long count) {
    this.display = display;
    this.count = count;
  }

  /** Called for one report at a time. */
  void ended(SimulationReport report) {
    done++;
    steps += report.steps();
    hours += SimulateCommand.hoursOf(report);
    if (!report.isClean()) {
      failed++;
      display.line(report.describeFailure());
    }
    show();
  }

  private void show() {
    if (display.isTerminal()) {
      display.area(List.of(line()));
    } else if (System.nanoTime() - shownNs >= EVERY_NS) {
      shownNs = System.nanoTime();
      display.line(line());
    }
  }

  /** The last line stays. */
  void finished() {
    display.area(List.of());
    display.line(line());
  }

  private String line() {
    double seconds = Math.max((System.nanoTime() - startNs) / 1e9, 1e-3);
    return String.format(
        Locale.ROOT,
        "%,d of %,d seeds, %,d failed, %,d steps, %,.0f simulated hours in %.0f s:"
            + " %.1f hours per second",
        done,
        count,
        failed,
        steps,
        hours,
        seconds,
        hours / seconds);
  }
}
