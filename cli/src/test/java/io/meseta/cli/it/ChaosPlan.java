package io.meseta.cli.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What is killed when, and when it is started again: drawn from a seed.
 *
 * <p>Most strikes hit a cluster that has come back to work from the one before, some do not wait
 * for that. Nothing is killed before its new process has had a moment, and a leader not before
 * another has had the time to lead.
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
    KILL_AT_ONCE,
    REVIVE
  }

  /**
   * @param after the begin
   */
  record Step(Duration after, What what, Victim victim) {}

  static final Comparator<Step> IN_TIME = Comparator.comparing(Step::after);

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

  /** A JVM on a busy machine takes a few seconds before there is anything worth killing. */
  private static final int AT_PEACE_MS = 4_000;

  private final Random random;
  private final Map<Victim, Long> freeAtMs = new EnumMap<>(Victim.class);
  private final List<Step> steps = new ArrayList<>();
  private final long leaderGapMs;

  private ChaosPlan(long seed, Duration election) {
    this.random = new Random(seed);
    this.leaderGapMs = election.toMillis();
  }

  /**
   * @param election how long it may take until there is a leader again
   */
  static List<Step> draw(long seed, Duration length, Duration election) {
    ChaosPlan plan = new ChaosPlan(seed, election);
    long atMs = 0;
    while (atMs < length.toMillis()) {
      plan.maybeStrike(STRIKES.get(plan.random.nextInt(STRIKES.size())), atMs);
      atMs += plan.random.nextInt(GAP_MIN_MS, GAP_MAX_MS + 1);
    }
    plan.steps.sort(IN_TIME);
    return List.copyOf(plan.steps);
  }

  /** Those of them that are free: one of two is a strike as well. */
  private void maybeStrike(List<Victim> victims, long atMs) {
    What kill = random.nextInt(ONE_IN_SO_MANY_AT_ONCE) == 0 ? What.KILL_AT_ONCE : What.KILL_AT_WORK;
    int hits = 0;
    for (Victim victim : victims) {
      int downMs = random.nextInt(DOWN_MAX_MS + 1);
      if (freeAtMs.getOrDefault(victim, 0L) > atMs) {
        continue;
      }
      // The second of two is hit in the same moment.
      What how = hits++ == 0 ? kill : What.KILL_AT_ONCE;
      steps.add(new Step(Duration.ofMillis(atMs), how, victim));
      steps.add(new Step(Duration.ofMillis(atMs + downMs), What.REVIVE, victim));
      freeAtMs.put(
          victim, atMs + (victim == Victim.LEADER ? leaderGapMs : 0) + downMs + AT_PEACE_MS);
    }
  }
}
