package io.meseta.cli.demo;

import io.meseta.cli.console.Colour;
import io.meseta.cli.console.Display;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs steps one after the other, tells how each went, and stops at the first that fails. */
final class StepRunner {
  private static final Logger log = LoggerFactory.getLogger(StepRunner.class);

  private final Display display;
  private final LongSupplier clockNs;

  /**
   * A runner.
   *
   * @param clockNs of which only differences matter
   */
  StepRunner(Display display, LongSupplier clockNs) {
    this.display = display;
    this.clockNs = clockNs;
  }

  /**
   * Runs the steps.
   *
   * @param first the number of the first step
   * @param total how many steps there are in all
   * @return whether all hold
   */
  boolean run(List<Step> steps, int first, int total) {
    int number = first;
    for (Step step : steps) {
      String title = "[%d/%d] %s".formatted(number, total, step.claim());
      display.line(display.paint(Colour.BOLD, title));
      if (!holds(step, title)) {
        return false;
      }
      number++;
    }
    return true;
  }

  private boolean holds(Step step, String title) {
    long startNs = clockNs.getAsLong();
    try {
      String seen = step.proof().run();
      display.keepArea();
      seen.lines().forEach(line -> display.line("      " + line));
      display.line("      " + display.paint(Colour.GREEN, "holds") + after(startNs));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(title, startNs, "interrupted");
    } catch (DoesNotHoldException e) {
      failed(title, startNs, String.valueOf(e.getMessage()));
    } catch (Exception e) {
      log.debug("step \"{}\" failed", title, e);
      failed(title, startNs, e.toString());
    }
    return false;
  }

  private void failed(String title, long startNs, String reason) {
    display.keepArea();
    display.line("      " + display.paint(Colour.RED, "FAILED") + after(startNs));
    display.line("      " + display.paint(Colour.RED, "This step does not hold: " + title));
    reason.lines().forEach(line -> display.line("      " + line));
  }

  private String after(long startNs) {
    double seconds = Duration.ofNanos(clockNs.getAsLong() - startNs).toMillis() / 1e3;
    return String.format(Locale.ROOT, " (%.1f s)", seconds);
  }
}
