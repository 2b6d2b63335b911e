package io.meseta.benchmarks.allocator;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.util.Random;

/** A framework in the course of a day: what it still has to run, and what runs. */
final class Tenant {

  /**
   * What a framework is like.
   *
   * @param task what one task needs
   * @param shortestS how long a task runs at least, in seconds
   * @param load what part of the cluster its tasks would use on average, if all ran
   * @param burst how many tasks come at once, on average
   */
  record Habit(String role, String task, int shortestS, int longestS, double load, int burst) {
    double meanS() {
      return (shortestS + longestS) / 2.0;
    }
  }

  final FrameworkId id;
  final Habit habit;
  final Resources task;
  final double[] part;
  private final Random random;
  private double nextBurstS;
  int queued;
  int running;
  boolean suppressed;

  /** Since when, in seconds, it has had something to run and has not been able to; or -1. */
  int stuckSinceS = -1;

  Tenant(FrameworkId id, Habit habit, double[] part, long seed) {
    this.id = id;
    this.habit = habit;
    this.task = Resources.of(habit.task());
    this.part = part;
    this.random = new Random(seed);
  }

  /** More tasks to run, now and then; {@code busy} says how busy this time of the day is. */
  void arrive(int nowS, double busy) {
    double everyS =
        habit.burst() * WaterFilling.dominant(part) * habit.meanS() / (habit.load() * busy);
    while (nextBurstS <= nowS) {
      queued += 1 + random.nextInt(2 * habit.burst());
      nextBurstS += -Math.log(1 - random.nextDouble()) * everyS;
    }
  }

  /** They do not fit on an agent that is used as others use it. */
  boolean hasLargeTasks() {
    return task.cpusMilli() >= 8_000;
  }

  int durationS() {
    return habit.shortestS() + random.nextInt(habit.longestS() - habit.shortestS() + 1);
  }

  /** How many of its tasks it starts with an offer. */
  int fitting(Resources offer) {
    int count = queued;
    for (String name : task.names()) {
      count = (int) Math.min(count, offer.scalarMilli(name) / task.scalarMilli(name));
    }
    return count;
  }

  /** What its running tasks are of the cluster. */
  double[] held() {
    double[] held = part.clone();
    for (int i = 0; i < held.length; i++) {
      held[i] *= running;
    }
    return held;
  }
}
