package io.meseta.cli.bench;

import io.meseta.cli.console.Display;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows what is being measured and for how long already: on a terminal in a line that changes each
 * second, elsewhere in a line of its own each half minute, and sooner for another case.
 */
final class Ticker implements AutoCloseable {

  private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long NEWS_NS = TimeUnit.SECONDS.toNanos(2);

  private final Display display;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("bench-progress").daemon().factory());
  private String what = "";
  private String shown = "";
  private long sinceNs = System.nanoTime();
  private long shownNs = sinceNs;

  Ticker(Display display) {
    this.display = display;
    var unused = timer.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  /** From now on this is done. */
  synchronized void at(String next) {
    what = next;
    sinceNs = System.nanoTime();
  }

  private synchronized void tick() {
    long now = System.nanoTime();
    String line = what + " (" + TimeUnit.NANOSECONDS.toSeconds(now - sinceNs) + " s)";
    if (display.isTerminal()) {
      display.area(List.of(line));
    } else if (now - shownNs >= (title(what).equals(title(shown)) ? SILENCE_NS : NEWS_NS)) {
      shown = what;
      shownNs = now;
      display.line(line);
    }
  }

  /** The case, without how far it has come. */
  private static String title(String text) {
    return text.substring(0, text.lastIndexOf(':') + 1);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    display.area(List.of());
  }
}
