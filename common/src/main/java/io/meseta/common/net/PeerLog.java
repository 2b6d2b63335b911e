package io.meseta.common.net;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What peers do wrong, for the log: of each kind one line per period, since peers decide how often
 * they do wrong. A line says how many of its kind were left out before it, and what was left out
 * last is told when the period is over, so that every case is counted in some line.
 *
 * <p>Any thread.
 */
final class PeerLog {
  private static final Logger log = LoggerFactory.getLogger(PeerLog.class);

  /** Of each kind one line in this time. */
  static final Duration PERIOD = Duration.ofMinutes(1);

  /** What is counted together. */
  enum Kind {
    /** A stream held what is no HTTP, no record or no message. */
    GARBAGE,
    /** A client did not read what it was sent. */
    SLOW_READER,
    /** Requests kept coming while an answer was open. */
    FLOOD,
    /** A connection came when the limit was reached. */
    TOO_MANY_CONNECTIONS
  }

  private final long periodNs;
  private final LongSupplier nanoTime;
  private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  PeerLog(Duration period, LongSupplier nanoTime) {
    this.periodNs = period.toNanos();
    this.nanoTime = nanoTime;
    for (Kind kind : Kind.values()) {
      tallies.put(kind, new Tally());
    }
  }

  /** Logs the line, or counts it. */
  void warn(Kind kind, String line) {
    tally(kind).add(line);
  }

  /** Tells what was left out of periods that are over; to be called once per period. */
  void tick() {
    tallies.values().forEach(tally -> tally.tellLeftOut(true));
  }

  /** Tells what was left out and not told. */
  void flush() {
    tallies.values().forEach(tally -> tally.tellLeftOut(false));
  }

  private Tally tally(Kind kind) {
    Tally tally = tallies.get(kind);
    if (tally == null) {
      throw new IllegalStateException("no tally of " + kind);
    }
    return tally;
  }

  /** One kind. */
  private final class Tally {
    private boolean told;
    private long toldNs;
    private long leftOut;
    private String last = "";

    synchronized void add(String line) {
      if (isWithinPeriod()) {
        leftOut++;
        last = line;
      } else {
        tell(line, leftOut);
      }
    }

    synchronized void tellLeftOut(boolean onlyIfDue) {
      if (leftOut > 0 && !(onlyIfDue && isWithinPeriod())) {
        tell(last, leftOut - 1);
      }
    }

    private boolean isWithinPeriod() {
      return told && nanoTime.getAsLong() - toldNs < periodNs;
    }

    private void tell(String line, long others) {
      told = true;
      toldNs = nanoTime.getAsLong();
      leftOut = 0;
      last = "";
      if (others == 0) {
        log.warn("{}", line);
      } else {
        log.warn("{} (and {} more of this kind that were not logged)", line, others);
      }
    }
  }
}
