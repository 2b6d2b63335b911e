package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.world.Draw;

/** How many hosts of each kind there are. */
public record Size(int masters, int agents, int frameworks) {

  /** A small cluster, of any size. */
  public static Size draw(Draw draw) {
    return new Size(draw.between(1, 3), draw.between(1, 8), draw.between(1, 4));
  }

  /** The same with another number of agents. */
  public Size withAgents(int number) {
    return new Size(masters, number, frameworks);
  }

  /** The same with another number of frameworks. */
  public Size withFrameworks(int number) {
    return new Size(masters, agents, number);
  }
}
