package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;

/**
 * What kind of executor this is.
 *
 * @param registers whether it ever subscribes
 * @param firstWord from its start until it subscribes
 * @param away how long it takes, at most, to come back when its connection has ended
 * @param slowKill how long a task takes, at most, to end when it is killed
 * @param obeysShutdown whether it ends when it is told to
 * @param endsGroups whether it ends the tasks of a group together
 * @param breaks the share of what is said, by it or to it, with which its connection breaks
 */
record ExecutorScript(
    boolean registers,
    Duration firstWord,
    Duration away,
    Duration slowKill,
    boolean obeysShutdown,
    boolean endsGroups,
    double breaks) {

  /**
   * Draws one.
   *
   * @param trouble how many of them make trouble, 1 is usual
   */
  static ExecutorScript draw(Draw draw, double trouble) {
    boolean late = draw.chance(0.05 * trouble);
    return new ExecutorScript(
        !draw.chance(0.05 * trouble),
        Duration.ofNanos(
            late
                ? draw.nanos(Duration.ofSeconds(20), Duration.ofMinutes(3))
                : draw.nanos(Duration.ofMillis(50), Duration.ofSeconds(2))),
        draw.chance(0.1 * trouble) ? Duration.ofMinutes(1) : Duration.ofSeconds(4),
        draw.chance(0.1) ? Duration.ofMinutes(1) : Duration.ofSeconds(2),
        !draw.chance(0.1 * trouble),
        draw.chance(0.5),
        Math.min(0.1, 0.02 * trouble));
  }
}
