package io.meseta.cli.it;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * What is killed when, and when it is started again: drawn from a seed, without an end.
 *
 * <p>Most strikes hit a cluster that has come back to work from the one before, some do not wait
 * for that. Between two steps the framework makes progress, or is given a time in which it could:
 * while there is no leader there is no progress to wait for.
 */
final class ChaosPlan {

  enum Victim {
    LEADER,
    STANDBY,
    FIRST_AGENT,
    SECOND_AGENT,
    FRAMEWORK
  }

  enum What {
    /** When all that runs is at work again. */
    KILL_AT_WORK,
    /** As soon as there is something to kill: its process answers. */
    KILL_AT_ONCE,
    REVIVE
  }

  /**
   * What passes before a step: so many updates at the framework.
   *
   * @param atMost the step is taken after this time all the same
   */
  record Pause(int updates, Duration atMost) {}

  record Step(Pause pause, What what, Victim victim) {}

  /**
   * A step on a clock that no pause cuts short.
   *
   * @param number in the order in which they were drawn, which decides between two of one moment
   */
  private record Timed(long atMs, int number, What what, Victim victim) {}

  private static final List<List<Victim>> STRIKES =
      List.of(
          List.of(Victim.LEADER),
          List.of(Victim.LEADER),
          List.of(Victim.STANDBY),
          List.of(Victim.FIRST_AGENT),
          List.of(Victim.FIRST_AGENT),
          List.of(Victim.SECOND_AGENT),
          List.of(Victim.SECOND_AGENT),
          List.of(Victim.FRAMEWORK),
          List.of(Victim.FRAMEWORK),
          List.of(Victim.LEADER, Victim.FIRST_AGENT),
          List.of(Victim.LEADER, Victim.FRAMEWORK),
          List.of(Victim.SECOND_AGENT, Victim.FRAMEWORK),
          List.of(Victim.FIRST_AGENT, Victim.SECOND_AGENT));

  private static final int ONE_IN_SO_MANY_AT_ONCE = 3;
  private static final int GAP_MIN_MS = 2_000;
  private static final int GAP_MAX_MS = 6_000;
  private static final int DOWN_MAX_MS = 4_000;

  /** About what a cluster at work tells the framework in the longest gap. */
  private static final int UPDATES_MAX = 30;

  private final Random random;
  private final Map<Victim, Long> upAtMs = new EnumMap<>(Victim.class);
  private final PriorityQueue<Timed> drawn =
      new PriorityQueue<>(Comparator.comparingLong(Timed::atMs).thenComparingInt(Timed::number));
  private int number;
  private long strikeAtMs;
  private long takenMs;

  ChaosPlan(long seed) {
    this.random = new Random(seed);
  }

  Step next() {
    // What the next strike adds is not before it.
    while (drawn.isEmpty() || drawn.element().atMs >= strikeAtMs) {
      maybeStrike(STRIKES.get(random.nextInt(STRIKES.size())));
      strikeAtMs += random.nextInt(GAP_MIN_MS, GAP_MAX_MS + 1);
    }
    Timed step = drawn.remove();
    Pause pause =
        new Pause(1 + random.nextInt(UPDATES_MAX), Duration.ofMillis(step.atMs - takenMs));
    takenMs = step.atMs;
    return new Step(pause, step.what, step.victim);
  }

  /** Those of them that are up: one of two is a strike as well. */
  private void maybeStrike(List<Victim> victims) {
    What kill = random.nextInt(ONE_IN_SO_MANY_AT_ONCE) == 0 ? What.KILL_AT_ONCE : What.KILL_AT_WORK;
    int hits = 0;
    for (Victim victim : victims) {
      int downMs = random.nextInt(DOWN_MAX_MS + 1);
      if (upAtMs.getOrDefault(victim, 0L) > strikeAtMs) {
        continue;
      }
      // The second of two is hit in the same moment.
      What how = hits++ == 0 ? kill : What.KILL_AT_ONCE;
      drawn.add(new Timed(strikeAtMs, number++, how, victim));
      drawn.add(new Timed(strikeAtMs + downMs, number++, What.REVIVE, victim));
      upAtMs.put(victim, strikeAtMs + downMs);
    }
  }
}
