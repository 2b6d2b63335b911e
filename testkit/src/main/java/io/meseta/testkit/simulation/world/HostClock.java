package io.meseta.testkit.simulation.world;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one host: off by some time, and running a little too fast or too slow.
 *
 * <p>{@link #now} never runs backwards within one process, as the loops of the daemons see to it;
 * {@link #jump} is somebody setting the clock, which moves no timer.
 */
public final class HostClock {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MILLION = 1_000_000;

  private final Agenda agenda;
  private final long driftPpm;
  private long offsetNs;
  private Instant last = Instant.MIN;

  public HostClock(Agenda agenda, long offsetNs, long driftPpm) {
    this.agenda = agenda;
    this.offsetNs = offsetNs;
    this.driftPpm = driftPpm;
  }

  /** A clock that is right. */
  public static Instant rightTime(long simulatedNs) {
    return BEGINNING.plusNanos(simulatedNs);
  }

  /** What the host takes for the time. */
  public Instant now() {
    long trueNs = agenda.now();
    Instant wall = BEGINNING.plusNanos(trueNs + trueNs / MILLION * driftPpm + offsetNs);
    if (wall.isAfter(last)) {
      last = wall;
    }
    return last;
  }

  /** How long it really takes until this host believes that so much time has passed. */
  public long trueNanos(Duration local) {
    long nanos = local.toNanos();
    return nanos - nanos / (MILLION + driftPpm) * driftPpm;
  }

  /** A new process begins: it knows nothing of an earlier one's times. */
  public void restart() {
    last = Instant.MIN;
  }

  /** Somebody sets the clock. */
  public void jump(long byNs) {
    offsetNs += byNs;
  }
}
