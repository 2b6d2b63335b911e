package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.world.Draw;

/**
 * How much of its work a framework launches as groups and through executors of its own.
 *
 * @param groups the share of launches of several tasks that are groups
 * @param executors the share of other launches that go to executors
 */
record Bundling(double groups, double executors) {
  static final Bundling NONE = new Bundling(0, 0);

  /** So many tasks are a large cluster's, where each agent has a few. */
  private static final int MANY_TASKS = 10;

  /** Only in histories in which executors may break, so that the others stay as they are. */
  static Bundling draw(World world, AuthorPlan plan) {
    boolean few = plan.wantedTasks() > 0 && plan.wantedTasks() < MANY_TASKS;
    if (!few || !world.faults().has(Fault.BROKEN_EXECUTORS)) {
      return NONE;
    }
    Draw draw = world.draws().of(plan.name() + "/bundling");
    return new Bundling(
        draw.chance(0.7) ? draw.between(0.3, 1.0) : 0,
        draw.chance(0.7) ? draw.between(0.3, 1.0) : 0);
  }
}
